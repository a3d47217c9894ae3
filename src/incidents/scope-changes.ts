import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { type Change, type Kind, kinds } from '../domain/change.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';
import { notOf } from '../timeline/search.ts';

/** What an incident may have to do with. */
export interface Scope {
  /** Null: not known, so any. */
  readonly environment: string | null;
  /** The affected services and all that they depend on. Empty: not known, so any. */
  readonly services: readonly string[];
  /** Of changes of these services nothing is shown. */
  readonly hidden: readonly string[];
}

export interface ScopeSpan {
  readonly from: Date;
  readonly onset: Date;
  readonly now: Date;
}

export interface ServiceChanges {
  /** Null: no service is named. */
  readonly service: string | null;
  readonly kinds: Readonly<Partial<Record<Kind, number>>>;
  readonly total: number;
}

export interface ScopeChanges {
  /** Newest first, without repetition. */
  readonly changes: readonly Change[];
  /** All of the scope in the span, most first. Counting stops at `mostScanned` on each side of the onset. */
  readonly byService: readonly ServiceChanges[];
  readonly total: number;
  /** Of them, those since the onset. */
  readonly sinceOnset: number;
  readonly totalIsFloor: boolean;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Rows of the environment that are looked at on each side of the onset; more would cost as much as all of history. */
const mostScanned = 10_000;
/** Rows that are read whole. */
const most = { before: 400, elsewhere: 60, since: 200, across: 50, standing: 40, unplaced: 60, deploys: 10 } as const;
/** A change that was under way at the onset is found if it ended within this. */
const longest = 6 * hour;
/** A drift that nobody has undone since may still do harm. */
const standing = 30 * day;
/** Sources' clocks may run ahead of ours. */
const clockSkew = 10 * minute;
const effective: readonly Kind[] = kinds.filter((kind) => kind !== 'merge' && kind !== 'note');

/**
 * The changes that an incident may have to do with: those nearest before the onset, those since then, what was under way
 * then or still stands, and a few of other services, which can be ruled out. However many there are, a bounded number of
 * rows is looked at.
 */
export async function changesOfScope(
  db: Kysely<Schema>,
  scope: Scope,
  span: ScopeSpan,
  /** These as well, wherever they are. */
  alsoIds: readonly string[],
  catalog: Catalog,
): Promise<ScopeChanges> {
  const [ids, counts] = await Promise.all([candidateIds(db, scope, span), countScope(db, scope, span)]);
  const wanted = [...new Set([...ids, ...alsoIds])];
  return { changes: await readChanges(db, wanted, catalog, scope.hidden), ...counts };
}

/** Newest first; what is not shown in the timeline is left out. */
export async function readChanges(
  db: Kysely<Schema>,
  ids: readonly string[],
  catalog: Catalog,
  hidden: readonly string[],
): Promise<readonly Change[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('changes')
    .select(changeColumns)
    .where('id', '=', sql<string>`any(${[...ids]}::bigint[])`)
    .where('at', 'is not', null)
    .where(notOf(hidden, 'changes.services'))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map((row) => changeOfRow(row, catalog));
}

function until({ now }: ScopeSpan): Date {
  return new Date(now.getTime() + clockSkew);
}

/** A range of the index, newest first; limited before it is filtered, so that a filter never reads on and on. */
function newest(scope: Scope, from: Date, to: Date): RawBuilder<unknown> {
  const place = scope.environment === null ? sql`true` : sql`environment = ${scope.environment}`;
  return sql`(
    select id, at, occurred_at, kind, service, services from changes
    where ${place} and at >= ${from} and at < ${to} and ${notOf(scope.hidden, 'changes.services')}
    order by at desc, id desc limit ${mostScanned}
  )`;
}

function inScope({ services }: Scope): RawBuilder<unknown> {
  return services.length === 0 ? sql`true` : sql`(services = '{}' or services && ${[...services]}::text[])`;
}

async function candidateIds(db: Kysely<Schema>, scope: Scope, span: ScopeSpan): Promise<readonly string[]> {
  const { from, onset } = span;
  const place = scope.environment === null ? sql`true` : sql`environment = ${scope.environment}`;
  const unplaced =
    scope.environment === null
      ? sql``
      : sql`union all (
          select id from changes
          where environment is null and at >= ${from} and at < ${until(span)} and kind = any(${[...effective]}::text[])
            and ${inScope(scope)}
          order by at desc limit ${most.unplaced}
        )`;
  const { rows } = await sql<{ id: string }>`
    with before as materialized ${newest(scope, from, onset)},
      since as materialized ${newest(scope, onset, until(span))}
    (select id from before where ${inScope(scope)} order by at desc, id desc limit ${most.before})
    union all (select id from before where not ${inScope(scope)} order by at desc, id desc limit ${most.elsewhere})
    union all (select id from since where ${inScope(scope)} order by at desc, id desc limit ${most.since})
    union all (
      select id from changes
      where ${place} and at >= ${onset} and at < ${new Date(onset.getTime() + longest)} and occurred_at < ${onset}
        and ${inScope(scope)}
      order by at limit ${most.across}
    )
    union all (
      select id from (
        select id, at, environment, services from changes
        where status = 'started' and kind = 'drift' and at >= ${new Date(onset.getTime() - standing)} and at < ${from}
        order by at desc limit ${mostScanned}
      ) as started where ${place} and ${inScope(scope)} order by at desc limit ${most.standing}
    )
    ${unplaced}
    ${deploysOf(scope, span)}
  `.execute(db);
  return rows.map(({ id }) => id);
}

/** In a busy environment what was deployed may be further back than what is looked at; each service finds its own. */
function deploysOf({ environment, services }: Scope, { from, onset }: ScopeSpan): RawBuilder<unknown> {
  if (environment === null || services.length === 0) return sql``;
  return sql`union all (
    select deploys.id from unnest(${[...services]}::text[]) as wanted (service), lateral (
      select id from changes
      where service = wanted.service and environment = ${environment} and kind in ('deploy', 'rollback')
        and at >= ${from} and at < ${onset}
      order by at desc, id desc limit ${most.deploys}
    ) as deploys
    limit 200
  )`;
}

interface Counted {
  readonly services: readonly string[];
  readonly kind: Kind;
  readonly since: boolean;
  readonly count: string;
}

async function countScope(db: Kysely<Schema>, scope: Scope, span: ScopeSpan): Promise<Omit<ScopeChanges, 'changes'>> {
  const { rows: all } = await sql<Partial<Counted> & { scanned: string | null }>`
    with seen as materialized (
      select services, kind, false as since from ${newest(scope, span.from, span.onset)} as before
      union all select services, kind, true from ${newest(scope, span.onset, until(span))} as since
    ), sides as (select max(number) as scanned from (select count(*) as number from seen group by since) as counted)
    select counted.*, scanned from sides left join (
      select services, kind, since, count(*) from seen where ${inScope(scope)} group by services, kind, since
    ) as counted on true
  `.execute(db);
  const rows = all.flatMap(({ services, kind, since, count }) =>
    services && kind && count !== undefined ? [{ services, kind, since, count }] : [],
  );
  const sum = (counted: typeof rows) => counted.reduce((total, { count }) => total + Number(count), 0);
  return {
    byService: byService(scope, rows),
    total: sum(rows),
    sinceOnset: sum(rows.filter(({ since }) => since)),
    totalIsFloor: Number(all[0]?.scanned ?? 0) >= mostScanned,
  };
}

function byService(
  scope: Scope,
  rows: readonly Pick<Counted, 'services' | 'kind' | 'count'>[],
): readonly ServiceChanges[] {
  const within = new Set(scope.services);
  const counts = new Map<string | null, { kinds: Partial<Record<Kind, number>>; total: number }>();
  for (const { services, kind, count } of rows) {
    const named = within.size === 0 ? services : services.filter((service) => within.has(service));
    for (const service of named.length === 0 ? [null] : named) {
      const sum = counts.get(service) ?? { kinds: {}, total: 0 };
      sum.kinds[kind] = (sum.kinds[kind] ?? 0) + Number(count);
      sum.total += Number(count);
      counts.set(service, sum);
    }
  }
  return [...counts]
    .map(([service, sum]) => ({ service, ...sum }))
    .toSorted((a, b) => b.total - a.total || (a.service ?? '').localeCompare(b.service ?? ''));
}
