import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Filters } from '../domain/answer.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Change, Kind } from '../domain/change.ts';
import { changeColumns, changeOfRow } from './change-of-row.ts';
import type { Cursor } from './cursor.ts';

/** The time looked at: [from, to). */
export interface Span {
  readonly from: Date;
  readonly to: Date;
  /** The window ends now: what is still under way belongs to it, and clocks that run ahead are forgiven. */
  readonly open: boolean;
}

const hour = 3_600_000;
/** A change that began inside a window in the past and ended after it is found if it took no longer than this. */
const longest = 6 * hour;
/** A change is taken to be under way for a day; after that nobody will say how it ended. */
const stillRunning = 24 * hour;
/** Sources' clocks may run ahead of ours. */
const clockSkew = hour / 6;
/** Counting stops here, so that a question over years costs no more than one over a day. */
const countLimit = 10_000;

const deploying = ['deploy', 'rollback'] as const;
/** Kinds that take effect where they happen; a merge or a note changes no environment by itself. */
const effective: readonly Kind[] = [
  'config',
  'flag',
  'infrastructure',
  'migration',
  'drift',
  'maintenance',
  'deploy',
  'rollback',
];

type Builder = ExpressionBuilder<Schema, 'changes'>;

/** `actorNames`: all that the person of `actor` is called, lower-case; without them the name itself. */
export interface SearchFilters extends Filters {
  readonly actorNames?: readonly string[];
  /** Besides the changes of `services` those that name none. */
  readonly orNone?: boolean;
  /** Of changes of these services nothing is shown. */
  readonly hidden: readonly string[];
}

/** None of the services is one of these. */
export function notOf(hidden: readonly string[], services: string): Expression<SqlBool> {
  return hidden.length === 0 ? sql<SqlBool>`true` : sql<SqlBool>`(not ${sql.ref(services)} && ${[...hidden]}::text[])`;
}

function matches(eb: Builder, filters: SearchFilters): Expression<SqlBool> {
  const conditions: Expression<SqlBool>[] =
    filters.hidden.length === 0 ? [] : [notOf(filters.hidden, 'changes.services')];
  if (filters.environment !== null) conditions.push(eb('environment', '=', filters.environment));
  if (filters.services.length > 0) {
    const named = sql<SqlBool>`changes.services && ${[...filters.services]}::text[]`;
    conditions.push(filters.orNone === true ? eb.or([named, sql<SqlBool>`changes.services = '{}'`]) : named);
  }
  if (filters.kinds.length > 0) conditions.push(eb('kind', 'in', [...filters.kinds]));
  if (filters.actor !== null) {
    const names = filters.actorNames ?? [filters.actor.toLowerCase()];
    conditions.push(sql<SqlBool>`changes.actors && ${[...names]}::text[]`);
  }
  if (filters.text !== null) {
    conditions.push(sql<SqlBool>`strpos(lower(changes.title), ${filters.text.toLowerCase()}) > 0`);
  }
  return eb.and(conditions);
}

function within(eb: Builder, span: Span): Expression<SqlBool> {
  if (span.open) {
    return eb.and([eb('at', '>=', span.from), eb('at', '<', new Date(span.to.getTime() + clockSkew))]);
  }
  return eb.and([
    eb('at', '>=', span.from),
    eb('at', '<', new Date(span.to.getTime() + longest)),
    eb('occurred_at', '<', span.to),
  ]);
}

function underWay(eb: Builder, span: Span): Expression<SqlBool> {
  const since = new Date(span.from.getTime() - stillRunning);
  return eb.and([eb('status', '=', 'started'), eb('at', '>=', since), eb('at', '<', span.from)]);
}

/** Newest first. One query for each of the two index ranges, because a planner does not split an `or` of them. */
export async function findChanges(
  db: Kysely<Schema>,
  search: {
    readonly span: Span;
    readonly filters: SearchFilters;
    readonly limit: number;
    readonly before: Cursor | null;
  },
  catalog: Catalog,
): Promise<readonly { readonly change: Change; readonly at: Date }[]> {
  const page = (range: (eb: Builder) => Expression<SqlBool>) =>
    db
      .selectFrom('changes')
      .select(changeColumns)
      .where((eb) => eb.and([range(eb), matches(eb, search.filters), olderThan(eb, search.before)]))
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(search.limit)
      .execute();
  const [inside, running] = await Promise.all([
    page((eb) => within(eb, search.span)),
    search.span.open ? page((eb) => underWay(eb, search.span)) : [],
  ]);
  return [...inside, ...running]
    .slice(0, search.limit)
    .flatMap((row) => (row.at === null ? [] : { change: changeOfRow(row, catalog), at: row.at }));
}

function olderThan(eb: Builder, before: Cursor | null): Expression<SqlBool> {
  if (before === null) return eb.lit(true);
  return sql<SqlBool>`(changes.at, changes.id) < (${before.at}::timestamptz, ${before.id}::bigint)`;
}

export interface ServiceCount {
  readonly service: string | null;
  readonly kinds: Readonly<Partial<Record<Kind, number>>>;
  readonly total: number;
}

export interface Counted {
  readonly total: number;
  readonly totalIsFloor: boolean;
  readonly byService: readonly ServiceCount[];
}

export async function countChanges(db: Kysely<Schema>, span: Span, filters: SearchFilters): Promise<Counted> {
  // The limit stands in a query of its own: PostgreSQL takes none before a `union` without parentheses.
  const some = (range: (eb: Builder) => Expression<SqlBool>) =>
    db
      .selectFrom((eb) =>
        eb
          .selectFrom('changes')
          .select(['services', 'kind'])
          .where((inner) => inner.and([range(inner), matches(inner, filters)]))
          .limit(countLimit)
          .as('some'),
      )
      .select(['services', 'kind']);
  const inside = some((eb) => within(eb, span));
  const hits = span.open ? inside.unionAll(some((eb) => underWay(eb, span))) : inside;
  const rows = await db
    .selectFrom(hits.as('hits'))
    .select(['services', 'kind', (eb) => eb.fn.countAll<string>().as('count')])
    .groupBy(['services', 'kind'])
    .execute();
  const total = rows.reduce((sum, row) => sum + Number(row.count), 0);
  return { total, totalIsFloor: total >= countLimit, byService: byService(rows) };
}

/** Counting stops at 1,000. By nothing but place and time: what is hidden is not to be found out by asking narrowly. */
export async function countHidden(
  db: Kysely<Schema>,
  span: Span,
  { environment, hidden }: Pick<SearchFilters, 'environment' | 'hidden'>,
): Promise<number> {
  if (hidden.length === 0) return 0;
  const some = db
    .selectFrom('changes')
    .select('id')
    .where((eb) => eb.or([within(eb, span), ...(span.open ? [underWay(eb, span)] : [])]))
    .where(sql<SqlBool>`(changes.services && ${[...hidden]}::text[])`)
    .$if(environment !== null, (query) => query.where('environment', '=', environment))
    .limit(1000);
  const counted = await db
    .selectFrom(some.as('some_of_them'))
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(counted.count);
}

function byService(
  rows: readonly { readonly services: readonly string[]; readonly kind: Kind; readonly count: string }[],
): readonly ServiceCount[] {
  const counts = new Map<string | null, { kinds: Partial<Record<Kind, number>>; total: number }>();
  for (const { services, kind, count } of rows) {
    for (const service of services.length === 0 ? [null] : services) {
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

/** Changes of the span that name no environment and are of a kind that takes effect where it happens. */
export async function findUnplaced(
  db: Kysely<Schema>,
  span: Span,
  filters: SearchFilters,
  limit: number,
  catalog: Catalog,
): Promise<readonly Change[]> {
  const kinds = filters.kinds.length === 0 ? effective : filters.kinds.filter((kind) => effective.includes(kind));
  if (kinds.length === 0) return [];
  const rows = await db
    .selectFrom('changes')
    .select(changeColumns)
    .where('environment', 'is', null)
    .where((eb) => eb.and([within(eb, span), matches(eb, { ...filters, environment: null, kinds })]))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => changeOfRow(row, catalog));
}

/**
 * Merges of the span whose commit no successful deploy to the environment has brought yet. Counting stops at 1,000.
 */
export async function countWaiting(db: Kysely<Schema>, span: Span, filters: SearchFilters): Promise<number> {
  const { environment } = filters;
  if (environment === null) return 0;
  const merges = db
    .selectFrom('changes')
    .select('id')
    .where('kind', '=', 'merge')
    .where('environment', 'is', null)
    .where('commit', 'is not', null)
    .where((eb) => eb.and([within(eb, span), matches(eb, { ...filters, environment: null })]))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('mentions')
            .innerJoin('changes as deploys', 'deploys.id', 'mentions.change_id')
            .select('mentions.change_id')
            .where('mentions.type', '=', 'commit')
            .where(sql<SqlBool>`mentions.value = (changes.repository || '@' || changes.commit) collate "C"`)
            .where('deploys.environment', '=', environment)
            .where('deploys.kind', 'in', deploying)
            .where((inner) =>
              inner.or([inner('deploys.status', 'is', null), inner('deploys.status', '=', 'succeeded')]),
            ),
        ),
      ),
    )
    .limit(1000);
  const counted = await db
    .selectFrom(merges.as('merges'))
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(counted.count);
}
