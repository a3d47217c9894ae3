import { type RawBuilder, type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Pair } from '../domain/comparison/difference.ts';
import type { LiveRules } from '../domain/comparison/rules.ts';
import type { Facet } from '../domain/facts/fact.ts';
import type { KnownCollector } from './collector-states.ts';

/** What is asked of the facts of two environments. */
export interface Compared {
  readonly pair: Pair;
  readonly service: string | null;
  readonly collectors: readonly KnownCollector[];
  readonly rules: LiveRules;
}

export interface FoundPlaces {
  /** By facet: facts that are equal, and those that could not be compared and do not differ as far as was seen last. */
  readonly equal: Map<Facet, number>;
  readonly unsure: Map<Facet, number>;
  /** A fact of each place that differs, or is equal and may have a rule that says something of that. */
  readonly ids: readonly string[];
  /** Of which each environment has any fact at all. */
  readonly services: Readonly<Record<'reference' | 'mirror', ReadonlySet<string>>>;
  /** Facets that only one environment has and no collector of the other looks at, with a few facts of each. */
  readonly lonely: readonly Lonely[];
}

export interface Lonely {
  readonly facet: Facet;
  /** The one that has them. */
  readonly side: 'reference' | 'mirror';
  readonly collectors: readonly string[];
  readonly count: number;
  readonly ids: readonly string[];
}

/** So many facts that only one environment collects are listed; the rest is counted. */
const mostLonely = 50;

export async function findPlaces(trx: Transaction<Schema>, compared: Compared): Promise<FoundPlaces> {
  const { pair, collectors } = compared;
  const held = await heldBy(trx, compared);
  const lonely = await lonelyIn(trx, compared, held);
  const overlap = (environment: string) => {
    const seen = new Set<string>();
    return held
      .filter((each) => each.environment === environment)
      .some(({ facet }) => seen.has(facet) || (seen.add(facet), false));
  };
  const without = lonely.map(({ facet }) => facet);
  const side = (environment: string) =>
    (overlap(environment) ? merged : plain)(
      factsOf(environment, compared, sql`and facet <> all(${without}::text[])`),
      collectors.filter((each) => each.environment === environment && each.stale).map(({ collector }) => collector),
    );
  const { ignored, mustDiffer } = await askedAbout(trx, compared);
  const { rows } = await sql<{ facet: Facet; equal: number; unsure: number; ids: string | null }>`
    with r as (${side(pair.reference)}), m as (${side(pair.mirror)})
    select coalesce(r.facet, m.facet) as facet,
      (count(*) filter (where r.same = m.same and not (r.disputed or m.disputed) and not (r.unsure or m.unsure)))::int as equal,
      (count(*) filter (where r.same = m.same and not (r.disputed or m.disputed) and (r.unsure or m.unsure)))::int as unsure,
      string_agg(coalesce(r.id, m.id)::text, ',')
        filter (where r.same is distinct from m.same or r.disputed or m.disputed or r.id = any(${[...mustDiffer]}::bigint[])) as ids
    from r full join m on r.service = m.service and r.facet = m.facet and r.key = m.key
    where r.id is null or r.id <> all(${[...ignored]}::bigint[])
    group by 1
  `.execute(trx);
  const unsure = new Map(rows.map((row) => [row.facet, row.unsure]));
  for (const { facet, count, ids } of lonely) unsure.set(facet, (unsure.get(facet) ?? 0) + count - ids.length);
  return {
    equal: new Map(rows.map((row) => [row.facet, row.equal])),
    unsure,
    ids: rows.flatMap((row) => row.ids?.split(',') ?? []),
    services: { reference: servicesIn(held, pair.reference), mirror: servicesIn(held, pair.mirror) },
    lonely,
  };
}

function servicesIn(held: readonly Held[], environment: string): ReadonlySet<string> {
  return new Set(held.filter((each) => each.environment === environment).flatMap(({ services }) => services));
}

interface Held {
  readonly environment: string;
  readonly collector: string;
  readonly facet: Facet;
  readonly services: readonly string[];
}

/** Which facets of which services each collector knows something of: found by skipping through the index. */
async function heldBy(trx: Transaction<Schema>, compared: Compared): Promise<readonly Held[]> {
  const { pair, service, collectors } = compared;
  const next = (environment: RawBuilder<unknown>, after: RawBuilder<unknown>) => sql`(
    select environment, collector, service, facet from facts
    where environment = ${environment} and valid_to is null ${after}
    order by environment, collector, service, facet, key limit 1
  )`;
  const { rows } = await sql<Held>`
    with recursive held as (
      ${next(sql`${pair.reference}`, sql``)} union all ${next(sql`${pair.mirror}`, sql``)}
      union all
      select found.* from held cross join lateral ${next(
        sql`held.environment`,
        sql`and (collector, service, facet) > (held.collector, held.service, held.facet)`,
      )} as found
    )
    select environment, collector, facet, array_agg(service) as services from held
    ${service === null ? sql`` : sql`where service = ${service}`} group by environment, collector, facet
  `.execute(trx);
  const gone = new Set(collectors.filter((each) => each.gone).map((each) => `${each.environment}\n${each.collector}`));
  return rows.filter(({ environment, collector }) => !gone.has(`${environment}\n${collector}`));
}

/** What only one environment has, and nothing looks at in the other. */
async function lonelyIn(
  trx: Transaction<Schema>,
  compared: Compared,
  held: readonly Held[],
): Promise<readonly Lonely[]> {
  const { pair, collectors } = compared;
  const facets = [...new Set(held.map(({ facet }) => facet))];
  const found = facets.flatMap((facet) =>
    (['reference', 'mirror'] as const).flatMap((side) => {
      const other = side === 'reference' ? pair.mirror : pair.reference;
      const here = held.filter((each) => each.environment === pair[side] && each.facet === facet);
      if (here.length === 0 || held.some((each) => each.environment === other && each.facet === facet)) return [];
      const looked = collectors.some(
        (each) =>
          each.environment === other && !each.gone && here.some(({ collector }) => collector === each.collector),
      );
      return looked ? [] : [{ facet, side, collectors: here.map(({ collector }) => collector) }];
    }),
  );
  const listed: Lonely[] = [];
  for (const each of found) {
    const { rows } = await sql<{ id: string; count: number }>`
      select id, (count(*) over ())::int as count
      from (${factsOf(pair[each.side], compared, sql`and facet = ${each.facet}`)}) as facts
      order by service, key limit ${mostLonely}
    `.execute(trx);
    listed.push({ ...each, count: rows[0]?.count ?? 0, ids: rows.map(({ id }) => id) });
  }
  return listed;
}

interface Asked {
  readonly ignored: readonly string[];
  readonly mustDiffer: readonly string[];
}

/** Facts of the reference of which rules say something also where they are equal. */
async function askedAbout(trx: Transaction<Schema>, compared: Compared): Promise<Asked> {
  const { equalFacts, isIgnored, matching } = compared.rules;
  const { keys, patterns } = equalFacts;
  if (keys.length === 0 && patterns.length === 0) return { ignored: [], mustDiffer: [] };
  const some = sql`and (key = any(${[...keys]}::text[]) or key like any(${[...patterns]}::text[]))`;
  const { rows } = await sql<{ id: string; service: string; facet: Facet; key: string }>`
    select id, service, facet, key from (${factsOf(compared.pair.reference, compared, some)}) as facts
  `.execute(trx);
  const places = rows.map((row) => ({ ...row, service: row.service === '' ? null : row.service }));
  const [ignored, others] = [places.filter(isIgnored), places.filter((each) => !isIgnored(each))];
  const mustDiffer = others.filter((each) => matching(each).some(({ must }) => must?.is === 'differ'));
  return { ignored: ignored.map(({ id }) => id), mustDiffer: mustDiffer.map(({ id }) => id) };
}

/** What an environment has now, without what nobody has looked at for months. */
function factsOf(environment: string, { service, collectors }: Compared, more: RawBuilder<unknown>) {
  const gone = collectors.filter((each) => each.environment === environment && each.gone).map((each) => each.collector);
  return sql`
    select * from facts where environment = ${environment} and valid_to is null
      ${gone.length === 0 ? sql`` : sql`and collector <> all(${gone}::text[])`}
      ${service === null ? sql`` : sql`and service = ${service}`} ${more}
  `;
}

/** `unsure`: nobody can say whether it is still so, or what it is. */
function unsure(stale: readonly string[]) {
  return sql`(unseen_since is not null or digest is not distinct from 'present'
    ${stale.length === 0 ? sql`` : sql`or collector = any(${[...stale]}::text[])`})`;
}

function plain(facts: RawBuilder<unknown>, stale: readonly string[]) {
  return sql`select id, service, facet, key, same, ${unsure(stale)} as unsure, false as disputed from (${facts}) as facts`;
}

/** Where several collectors may have seen the same: one row for each place, of those that can be relied on if there are. */
function merged(facts: RawBuilder<unknown>, stale: readonly string[]) {
  return sql`
    select id, service, facet, key, decode(least, 'hex') as same, unsure, least <> most as disputed from (
      select service, facet, key, coalesce(min(id) filter (where not unsure), min(id)) as id, bool_and(unsure) as unsure,
        coalesce(min(hex) filter (where not unsure), min(hex)) as least,
        coalesce(max(hex) filter (where not unsure), max(hex)) as most
      from (select id, service, facet, key, encode(same, 'hex') as hex, ${unsure(stale)} as unsure from (${facts}) as facts)
        as facts
      group by service, facet, key
    ) as places
  `;
}
