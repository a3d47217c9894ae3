import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { CollectorState } from '../domain/comparison/difference.ts';

const hour = 3_600_000;
/** A collector that runs once a day may be late by two hours. */
const shortestPatience = 26 * hour;
/** It may miss two turns. */
const missedTurns = 3;
/** After that nobody counts on what a collector saw. */
const forgotten = 90 * 24 * hour;
/** Its usual interval is taken from so many snapshots. */
const recent = 20;

export interface KnownCollector extends CollectorState {
  /** Its first snapshot of all: what it did not see then was not there. */
  readonly firstAt: Date;
  /** The version of the rules by which it is told what is the same. */
  readonly normaliser: number;
  /** It has been silent for so long that what it saw is not known any more. */
  readonly gone: boolean;
}

/** Every collector that ever sent a snapshot of one of these environments. */
export async function collectorStates(
  db: Kysely<Schema>,
  environments: readonly string[],
  at: Date,
): Promise<readonly KnownCollector[]> {
  // The collectors are found by skipping through the index, however many snapshots each has sent.
  const { rows } = await sql<{
    environment: string;
    collector: string;
    first_at: Date;
    taken_at: Date;
    complete: boolean;
    not_seen: string[];
    facts: number;
    normaliser: number;
    usual: number | null;
  }>`
    with recursive found as (
      select asked.environment, (select min(collector) from snapshots where environment = asked.environment) as collector
      from unnest(${[...environments]}::text[]) as asked (environment)
      union all
      select environment, (select min(collector) from snapshots
                           where environment = found.environment and collector > found.collector)
      from found where collector is not null
    )
    select found.environment, found.collector, newest.*,
      (select min(taken_at) from snapshots
       where environment = found.environment and collector = found.collector) as first_at,
      (select extract(epoch from percentile_cont(0.5) within group (order by gap)) * 1000 from (
         select lag(taken_at) over (order by taken_at desc) - taken_at as gap from (
           select distinct taken_at from snapshots
           where environment = found.environment and collector = found.collector
           order by taken_at desc limit ${recent}
         ) as latest
       ) as gaps)::float8 as usual
    from found cross join lateral (
      select taken_at, complete, not_seen, facts, normaliser from snapshots
      where environment = found.environment and collector = found.collector
      order by taken_at desc, id desc limit 1
    ) as newest
    where found.collector is not null
    order by found.environment, found.collector
  `.execute(db);
  return rows.map((row) => {
    const silent = at.getTime() - row.taken_at.getTime();
    return {
      environment: row.environment,
      collector: row.collector,
      takenAt: row.taken_at,
      complete: row.complete,
      notSeen: row.not_seen,
      stale: silent > Math.max(shortestPatience, missedTurns * (row.usual ?? 0)),
      facts: row.facts,
      normaliser: row.normaliser,
      firstAt: row.first_at,
      gone: silent > forgotten,
    };
  });
}
