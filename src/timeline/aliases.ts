import { type Kysely, type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { type Alias, type Nameable, withAliases } from '../domain/alias.ts';
import type { Catalog } from '../domain/catalog.ts';
import { knownNames, meaningOf, plainName } from '../domain/known-names.ts';
import { closest } from '../domain/since/closest.ts';

/** The names that mean something now: those of the settings and the aliases that people added. Asked for each time. */
export async function catalogWith(db: Kysely<Schema>, settings: Catalog): Promise<Catalog> {
  return withAliases(settings, await listAliases(db));
}

/** The same for a transaction that writes by it. Called before it locks anything else. */
export async function catalogToWriteBy(trx: Transaction<Schema>, settings: Catalog): Promise<Catalog> {
  const { rows } = await sql<Alias>`
    select what, alias, name from aliases_to_write_by() order by what, alias collate "C"
  `.execute(trx);
  return withAliases(settings, rows);
}

/**
 * The parts of a `with` that read them within a larger statement: `locked` has one row with all (`aliases`, JSON). What
 * else the statement does comes after it where it is joined to that.
 */
export const aliasesToWriteBy = sql`known as materialized (
      select what, alias, name from aliases_to_write_by() order by what, alias collate "C"
    ), locked as materialized (
      select coalesce(json_agg(known), '[]') as aliases from known
    )`;

export interface AddedAlias extends Alias {
  /** A member id of Slack, or `<user>@<host>`. */
  readonly addedBy: string;
  readonly addedAt: Date;
}

export async function listAliases(db: Kysely<Schema>): Promise<readonly AddedAlias[]> {
  const { rows } = await sql<AddedAlias>`
    select what, alias, name, added_by as "addedBy", added_at as "addedAt" from aliases
    order by what, alias collate "C"
  `.execute(db);
  return rows;
}

export interface NewAlias {
  readonly what: Nameable;
  readonly alias: string;
  /** By any of its names. The alias itself: it is a service or environment of its own. */
  readonly name: string;
  readonly by: string;
  readonly now: Date;
  /** Also when somebody has said something else about this alias. */
  readonly replace: boolean;
}

export type Added =
  | { readonly outcome: 'added'; readonly alias: Alias }
  | { readonly outcome: 'unchanged'; readonly alias: Alias }
  /** Somebody has said something else before. */
  | { readonly outcome: 'taken'; readonly alias: Alias; readonly by: string }
  /** `why`: a sentence. */
  | { readonly outcome: 'refused'; readonly why: string };

/** Waits for the transactions that write by the aliases as they are. What was recorded under the name stays as it is. */
export async function addAlias(trx: Transaction<Schema>, settings: Catalog, added: NewAlias): Promise<Added> {
  await lockAliases(trx);
  const aliases = await listAliases(trx);
  const alias = plainName(added.alias);
  const target = await targetOf(trx, added, alias, withAliases(settings, aliases));
  if ('why' in target) return { outcome: 'refused', ...target };
  const row: Alias = { what: added.what, alias, name: target.name };
  const settled = meaningOf(alias, namesOf(added.what, settings));
  if (settled === row.name) return { outcome: 'unchanged', alias: row };
  if (settled !== null) return { outcome: 'refused', why: `The settings say that ${alias} is ${settled}.` };
  const before = aliases.find((each) => each.what === row.what && each.alias === alias);
  if (before?.name === row.name) return { outcome: 'unchanged', alias: row };
  if (before !== undefined && !added.replace) return { outcome: 'taken', alias: before, by: before.addedBy };
  await save(trx, row, added);
  return { outcome: 'added', alias: row };
}

export type AliasToRemove = Pick<Alias, 'what' | 'alias'> & Partial<Pick<Alias, 'name'>>;

/** With a name, only while the alias means that. Null: there is no such alias. */
export async function removeAlias(
  trx: Transaction<Schema>,
  { what, alias, name }: AliasToRemove,
): Promise<Alias | null> {
  await lockAliases(trx);
  const removed = await trx
    .deleteFrom('aliases')
    .where('what', '=', what)
    .where('alias', '=', plainName(alias))
    .$if(name !== undefined, (query) => query.where('name', '=', name ?? ''))
    .returning(['what', 'alias', 'name'])
    .executeTakeFirst();
  return removed ?? null;
}

async function lockAliases(trx: Transaction<Schema>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('aliases', 0))`.execute(trx);
}

function namesOf(what: Nameable, catalog: Catalog) {
  const { services, environments } = knownNames(catalog);
  return what === 'service' ? services : environments;
}

async function targetOf(
  trx: Transaction<Schema>,
  { what, name: wanted }: NewAlias,
  alias: string,
  catalog: Catalog,
): Promise<{ readonly name: string } | { readonly why: string }> {
  if (alias === '' || wanted.trim() === '') return { why: 'A name is empty.' };
  if (plainName(wanted) === alias) return { name: alias };
  const names = namesOf(what, catalog);
  const name = meaningOf(wanted, names) ?? (await learnt(trx, what, plainName(wanted)));
  if (name === alias) return { why: `${plainName(wanted)} is a name of ${alias} already: remove that alias first.` };
  if (name !== null) return { name };
  const near = closest(plainName(wanted), names.exact.keys());
  return { why: `I know no ${what} ${plainName(wanted)}.${near === null ? '' : ` Do you mean ${near}?`}` };
}

async function learnt(trx: Transaction<Schema>, what: Nameable, name: string): Promise<string | null> {
  const row = await trx
    .selectFrom(what === 'service' ? 'services' : 'environments')
    .select('name')
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.name ?? null;
}

/** What was a name of the alias is a name of what the alias is now. */
async function save(trx: Transaction<Schema>, { what, alias, name }: Alias, { by, now }: NewAlias): Promise<void> {
  const said = { name, added_by: by, added_at: now };
  await trx
    .insertInto('aliases')
    .values({ what, alias, ...said })
    .onConflict((conflict) => conflict.columns(['what', 'alias']).doUpdateSet(said))
    .execute();
  await trx.updateTable('aliases').set({ name }).where('what', '=', what).where('name', '=', alias).execute();
}
