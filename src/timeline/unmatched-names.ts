import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Nameable } from '../domain/alias.ts';
import type { Catalog } from '../domain/catalog.ts';
import { type KnownNames, knownNames, meaningOf } from '../domain/known-names.ts';
import { suggestName } from '../domain/suggest-name.ts';
import { catalogWith } from './aliases.ts';

/** A name that changes bear and that nobody has said anything about. */
export interface UnmatchedName {
  readonly what: Nameable;
  readonly name: string;
  /** Changes of the last 30 days that bear it. */
  readonly changes: number;
  readonly lastSeen: Date;
  /** Sources that told of them, by name. */
  readonly sources: readonly string[];
  /** What it may be. */
  readonly suggestion: string | null;
}

export interface Unmatched {
  /** Those borne by most changes first, at most 50. */
  readonly names: readonly UnmatchedName[];
  /** How many there are beyond those. */
  readonly more: number;
  /** What such a name may be, in alphabetical order. Empty: nothing is named anywhere, so nothing can be unmatched. */
  readonly known: readonly string[];
}

/** Of each kind of name, those of the last 30 days (of very many changes: the newest) that are neither in the settings nor aliases. */
export type UnmatchedNames = Readonly<Record<Nameable, Unmatched>>;

const day = 86_400_000;
const span = 30 * day;
const most = 50;
/** Of the newest changes that bear such a name, so many tell which sources told of it. */
const mostTold = 500;
const mostLookedAt = 20_000;

export async function unmatchedNames(db: Kysely<Schema>, settings: Catalog, now: Date): Promise<UnmatchedNames> {
  const { services, environments } = knownNames(await catalogWith(db, settings));
  const since = new Date(now.getTime() - span);
  const [service, environment] = await Promise.all([
    unmatched(db, 'service', services, since),
    unmatched(db, 'environment', environments, since),
  ]);
  return { service, environment };
}

async function unmatched(
  db: Kysely<Schema>,
  what: Nameable,
  names: KnownNames['services'],
  since: Date,
): Promise<Unmatched> {
  const known = [...new Set(names.exact.values())].toSorted();
  if (known.length === 0 || !(await anyUnknown(db, what, names))) return { names: [], more: 0, known };
  const seen = (await seenSince(db, what, since)).filter(({ name }) => meaningOf(name, names) === null);
  const listed = seen.slice(0, most);
  const sources = await sourcesOf(
    db,
    what,
    listed.map(({ name }) => name),
    since,
  );
  return {
    names: listed.map((each) => ({
      what,
      ...each,
      sources: sources.get(each.name) ?? [],
      suggestion: suggestName(each.name, names.exact),
    })),
    more: seen.length - listed.length,
    known,
  };
}

/** Whether there is anything to look for: of all names that were ever heard, few are unknown, and mostly none. */
async function anyUnknown(db: Kysely<Schema>, what: Nameable, names: KnownNames['services']): Promise<boolean> {
  const rows = await db
    .selectFrom(what === 'service' ? 'services' : 'environments')
    .select('name')
    .execute();
  return rows.some(({ name }) => meaningOf(name, names) === null);
}

const columns = {
  service: sql`unnest(services)`,
  environment: sql`unnest(array[environment])`,
};

/** So that looking takes no longer the more there are. */
function newest(since: Date) {
  return sql`(
    select services, environment, at, events, joined from changes where at >= ${since}
    order by at desc, id desc limit ${mostLookedAt}
  ) as newest`;
}

async function seenSince(db: Kysely<Schema>, what: Nameable, since: Date) {
  const { rows } = await sql<{ name: string; changes: number; lastSeen: Date }>`
    select name, count(*)::int as changes, max(at) as "lastSeen" from ${newest(since)}, ${columns[what]} as name
    where name is not null
    group by name order by count(*) desc, name collate "C"
  `.execute(db);
  return rows;
}

async function sourcesOf(
  db: Kysely<Schema>,
  what: Nameable,
  names: readonly string[],
  since: Date,
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (names.length === 0) return new Map();
  const { rows } = await sql<{ name: string; sources: string[] }>`
    select name, array_agg(distinct source #>> '{}') as sources from (
      select name, events, joined from ${newest(since)}, ${columns[what]} as name
      where name = any(${[...names]}::text[]) limit ${mostTold}
    ) as named, jsonb_path_query(events || coalesce(joined, '[]'), '$[*].statement.source') as source
    group by name
  `.execute(db);
  return new Map(rows.map((row) => [row.name, row.sources.toSorted()]));
}
