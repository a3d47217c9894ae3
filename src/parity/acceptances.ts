import { type Kysely, type Selectable, type Transaction, sql } from 'kysely';
import { actAs } from '../database/act-as.ts';
import type { Acceptances } from '../database/parity-schema.ts';
import type { Schema } from '../database/schema.ts';
import type { IntendedRule, Must, Pair } from '../domain/comparison/difference.ts';
import { isGlob, keyMatcher } from '../domain/comparison/key-index.ts';
import { mustText, readMust } from '../domain/comparison/must.ts';

/** What people ask to be accepted. */
export interface Accepting {
  readonly pair: Pair;
  /** Null: any. */
  readonly service: string | null;
  readonly facet: string;
  /** Glob. */
  readonly key: string;
  readonly must: Must | null;
  readonly reason: string;
  readonly impact: string;
  readonly owner: string | null;
  /** `YYYY-MM-DD`. */
  readonly expires: string | null;
  readonly by: string;
  /** It takes two for a reason that its place does not tell. */
  readonly isRisky: boolean;
}

export interface Acceptance extends Omit<Accepting, 'by' | 'isRisky'> {
  readonly id: string;
  readonly acceptedBy: string;
  readonly acceptedAt: Date;
  readonly confirmedBy: string | null;
  /** It holds only when somebody else has confirmed it. */
  readonly needsSecond: boolean;
}

/** What many depend on. */
export const riskyFacets: ReadonlySet<string> = new Set(['database', 'infrastructure', 'network', '*']);
/** A pattern that matches more facts than this hides what nobody thought of. */
const few = 20;

/** Accepts a difference. What was accepted of the very same before holds no more. */
export async function accept(db: Kysely<Schema>, asked: Accepting, now: Date): Promise<Acceptance> {
  return db.transaction().execute(async (trx) => {
    const needsSecond = asked.isRisky || (await isRisky(trx, asked));
    const { pair, service, facet, key, must, reason, impact, owner, expires, by } = asked;
    await actAs(trx, by, 'accepted anew');
    await sql`
      update acceptances set withdrawn_by = ${by}, withdrawn_at = ${now}
      where reference = ${pair.reference} and mirror = ${pair.mirror} and coalesce(service, '') = ${service ?? ''}
        and facet = ${facet} and key = ${key} and withdrawn_at is null
    `.execute(trx);
    const row = await trx
      .insertInto('acceptances')
      .values({
        reference: pair.reference,
        mirror: pair.mirror,
        service,
        facet,
        key,
        must: must === null ? null : mustText(must),
        reason,
        impact,
        owner,
        expires,
        accepted_by: by,
        accepted_at: now,
        needs_second: needsSecond,
      })
      .returningAll()
      .returning(sql<string | null>`expires::text`.as('last_day'))
      .executeTakeFirstOrThrow();
    return acceptanceOf(row);
  });
}

/** `own`: who accepted cannot confirm. `gone`: there is no such acceptance, or it was withdrawn. */
export async function confirm(
  db: Kysely<Schema>,
  id: string,
  { by, now }: { readonly by: string; readonly now: Date },
): Promise<'confirmed' | 'own' | 'gone'> {
  const { rows } = await sql<{ own: boolean }>`
    with open as (
      select id, accepted_by = ${by} as own from acceptances where id = ${id} and withdrawn_at is null for update
    ), done as (
      update acceptances set confirmed_by = ${by}, confirmed_at = ${now} from open
      where acceptances.id = open.id and not open.own and acceptances.confirmed_by is null
    )
    select own from open
  `.execute(db);
  const [found] = rows;
  return found === undefined ? 'gone' : found.own ? 'own' : 'confirmed';
}

/** False: there is none, or it was withdrawn already. */
export async function withdraw(
  db: Kysely<Schema>,
  id: string,
  { by, now }: { readonly by: string; readonly now: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('acceptances')
    .set({ withdrawn_by: by, withdrawn_at: now })
    .where('id', '=', id)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** All that were not withdrawn, also those that wait to be confirmed or have expired, in the order in which they came. */
export async function acceptances(db: Kysely<Schema>): Promise<readonly Acceptance[]> {
  const rows = await db
    .selectFrom('acceptances')
    .selectAll()
    .select(sql<string | null>`expires::text`.as('last_day'))
    .where('withdrawn_at', 'is', null)
    .orderBy('id')
    .execute();
  return rows.map(acceptanceOf);
}

/** Those that hold only when somebody else has confirmed them, and have not expired: the oldest first. */
export async function acceptancesThatWait(
  db: Kysely<Schema>,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<readonly Acceptance[]> {
  const rows = await db
    .selectFrom('acceptances')
    .selectAll()
    .select(sql<string | null>`expires::text`.as('last_day'))
    .where('withdrawn_at', 'is', null)
    .where('confirmed_by', 'is', null)
    .where('needs_second', '=', true)
    .where(sql<boolean>`(expires is null or expires >= ${now.toISOString().slice(0, 10)}::date)`)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(acceptanceOf);
}

/** The rules that people made so; those that nobody has confirmed who must are none. */
export function acceptedRules(all: readonly Acceptance[]): readonly IntendedRule[] {
  return all
    .filter(({ needsSecond, confirmedBy }) => !needsSecond || confirmedBy !== null)
    .map(({ id, pair, service, facet, key, must, reason, impact, owner, expires }) => ({
      id: `accepted:${id}`,
      service,
      facet,
      key,
      must,
      reason,
      impact: impact === '' ? null : impact,
      owner,
      expires,
      pair,
    }));
}

/** Secrets, what many depend on, and whatever hides much at once. */
async function isRisky(trx: Transaction<Schema>, { pair, service, facet, key }: Accepting): Promise<boolean> {
  if (riskyFacets.has(facet)) return true;
  const { rows } = await sql<{ key: string; secret: boolean }>`
    select key, bool_or(digest is not null) as secret from facts
    where environment = any(${[pair.reference, pair.mirror]}::text[]) and valid_to is null and facet = ${facet}
      ${service === null ? sql`` : sql`and service = ${service}`} ${isGlob(key) ? sql`` : sql`and key = ${key}`}
    group by service, key
  `.execute(trx);
  const matches = keyMatcher(key);
  const matched = rows.filter((row) => matches(row.key));
  return matched.some(({ secret }) => secret) || (isGlob(key) && matched.length > few);
}

function acceptanceOf(row: Selectable<Acceptances> & { readonly last_day: string | null }): Acceptance {
  return {
    id: row.id,
    pair: { reference: row.reference, mirror: row.mirror },
    service: row.service,
    facet: row.facet,
    key: row.key,
    must: row.must === null ? null : readMust(row.must),
    reason: row.reason,
    impact: row.impact,
    owner: row.owner,
    expires: row.last_day,
    acceptedBy: row.accepted_by,
    acceptedAt: row.accepted_at,
    confirmedBy: row.confirmed_by,
    needsSecond: row.needs_second,
  };
}
