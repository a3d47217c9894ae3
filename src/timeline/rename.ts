import { type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Alias } from '../domain/alias.ts';
import type { Catalog } from '../domain/catalog.ts';
import { type Names, namesOf } from '../domain/names.ts';
import { type ChangeRow, changeRow, updateChanges } from './change-rows.ts';
import { refoldSignals } from './record-signals.ts';
import type { Touched } from './record.ts';
import { writeBatch } from './write-batch.ts';

/** Rows looked at in one transaction. */
const page = 1000;

export interface Renamed {
  /** Up to which row it looked; null when there are no more. */
  readonly last: string | null;
  readonly touched: readonly Touched[];
}

type Said = Pick<Alias, 'alias'>;

interface Context {
  readonly catalog: Catalog;
  readonly now: Date;
}

/**
 * Computes the changes of one page again whose names an alias, added or removed, may touch. Reports that were joined and
 * are renamed stand alone again, until the job that joins reports has looked at where they are now.
 */
export async function renameChanges(
  trx: Transaction<Schema>,
  { alias, after }: Said & { readonly after: string },
  { catalog, now }: Context,
): Promise<Renamed> {
  const { last, ids } = await pageOf(trx, 'changes', { alias, after });
  const rows = await lockWithReports(trx, ids);
  const computed = rows.map((row) => ({ row, alone: alone(row, catalog) }));
  const renamed = computed.filter((each) => !hasNames(each.row, each.alone.folded)).map((each) => each.alone);
  await updateChanges(trx, renamed);
  await writeBatch(trx, { deliveries: [], events: [], changes: [], mentions: [], named: renamed, now });
  // Also those with the same names: what they were joined to, or ran after, may have moved away.
  return { last, touched: computed.map((each) => ({ id: each.row.id, change: each.alone.folded })) };
}

/** The same for what is known of incidents and alerts. */
export async function renameSignals(
  trx: Transaction<Schema>,
  { alias, after }: Said & { readonly after: string },
  { catalog }: Context,
): Promise<Pick<Renamed, 'last'>> {
  const { last, ids } = await pageOf(trx, 'signals', { alias, after });
  await refoldSignals(trx, ids, catalog);
  return { last };
}

/** The same for incidents, which are few. What people said in other words means the same. */
export async function renameIncidents(trx: Transaction<Schema>, catalog: Catalog): Promise<void> {
  const rows = await trx.selectFrom('incidents').select(['id', 'environment', 'services']).orderBy('id').execute();
  for (const { id, environment, services } of rows) {
    const named = services.flatMap((serviceName) => namesOf({ serviceName }, catalog).services);
    const renamed = {
      environment: environment === null ? null : namesOf({ environmentName: environment }, catalog).environment,
      services: [...new Set(named)],
    };
    if (renamed.environment === environment && renamed.services.join('\n') === services.join('\n')) continue;
    await trx.updateTable('incidents').set(renamed).where('id', '=', id).execute();
  }
}

/** Names that mean something else now, and that nothing bears any more, are no longer names that may be asked for. */
export async function forgetNames(trx: Transaction<Schema>, catalog: Catalog): Promise<void> {
  const [environments, services] = await Promise.all([
    trx.selectFrom('environments').select('name').execute(),
    trx.selectFrom('services').select('name').execute(),
  ]);
  const oldEnvironments = environments.filter(
    ({ name }) => namesOf({ environmentName: name }, catalog).environment !== name,
  );
  const oldServices = services.filter(({ name }) => namesOf({ serviceName: name }, catalog).services[0] !== name);
  if (oldEnvironments.length > 0) {
    await sql`
      delete from environments where name = any(${oldEnvironments.map(({ name }) => name)}::text[])
        and not exists (select from changes where at is not null and environment = environments.name)
    `.execute(trx);
  }
  if (oldServices.length > 0) {
    await sql`
      delete from services where name = any(${oldServices.map(({ name }) => name)}::text[])
        and name not in (select unnest(services) from changes where at is not null)
    `.execute(trx);
  }
}

const paths = {
  changes: sql`jsonb_path_query(events, '$[*].statement.keyvalue() ?
    (@.key == "serviceName" || @.key == "environmentName" || @.key == "repository").value')`,
  signals: sql`jsonb_path_query(said, '$[*].keyvalue() ? (@.key == "serviceName" || @.key == "environmentName").value')`,
};

/**
 * The rows of a page in which a name as its source wrote it holds the letters of the alias, and those that bear the alias
 * as their name: more than the alias touches, and none that it touches is left out.
 */
async function pageOf(
  trx: Transaction<Schema>,
  table: keyof typeof paths,
  { alias, after }: Said & { readonly after: string },
): Promise<{ readonly last: string | null; readonly ids: readonly string[] }> {
  const letters = (text: ReturnType<typeof sql>) => sql`lower(regexp_replace(${text}, '[^[:alnum:]]+', '', 'g'))`;
  const { rows } = await sql<{ last: string | null; ids: string[] }>`
    with page as materialized (
      select id from ${sql.table(table)} where id > ${after}::bigint order by id limit ${page}
    )
    select (select max(id) from page) as last, array(
      select id from page join ${sql.table(table)} using (id)
      where environment = ${alias} or ${alias} = any(services) or exists (
        select from ${paths[table]} as given
        where strpos(${letters(sql`given #>> '{}'`)}, ${letters(sql`${alias}::text`)}) > 0
      )
    ) as ids
  `.execute(trx);
  return rows[0] ?? { last: null, ids: [] };
}

type Row = Awaited<ReturnType<typeof lockWithReports>>[number];

/** With all reports that were joined to one of them or that one of them was joined to. */
function lockWithReports(trx: Transaction<Schema>, ids: readonly string[]) {
  return trx
    .selectFrom('changes')
    .select(['id', 'environment', 'services', 'events', 'relation', 'repetitions'])
    .where('merged_into', 'is', null)
    .where(
      sql<boolean>`id in (
        with wanted as (select id, joined_to from changes where id = any(${[...ids]}::bigint[]))
        select id from wanted union select joined_to from wanted
        union select id from changes where joined_to in (select id from wanted union select joined_to from wanted)
      )`,
    )
    .orderBy('id')
    .forUpdate()
    .execute();
}

function hasNames(row: Pick<Row, 'environment' | 'services'>, { environment, services }: Names): boolean {
  return row.environment === environment && JSON.stringify(row.services) === JSON.stringify(services);
}

function alone(row: Row, catalog: Catalog): ChangeRow {
  const { id, events, relation, repetitions } = row;
  return changeRow({ id, isNew: false, events, joined: null, joinedTo: null, relation, repetitions }, catalog);
}
