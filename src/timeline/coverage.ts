import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { type SourceCoverage, coverageOf } from '../domain/coverage.ts';

/** A source that the service knows: one whose secret is set is open. */
export interface KnownSource {
  readonly name: string;
  readonly title: string;
  readonly open: boolean;
}

/** What a token opens (`/api/changes`, `/api/events`): always open, and mentioned once somebody has used it. */
const doors: readonly KnownSource[] = [
  { name: 'api', title: 'API', open: true },
  { name: 'cloudevents', title: 'CloudEvents', open: true },
];
/** So many of the newest deliveries tell how often a source reports. */
const sample = 100;
/** Failed deliveries are counted up to here. */
const mostFailed = 1000;

/** Every open source, and whatever else has reported before. */
export async function coverage(
  db: Kysely<Schema>,
  sources: readonly KnownSource[],
  now: Date,
): Promise<readonly SourceCoverage[]> {
  const all = [...sources, ...doors];
  const names = all.map((source) => source.name);
  const newest = await sql<{ source: string; received: Date[] }>`
    select given.source, array(
      select received_at from deliveries where deliveries.source = given.source order by received_at desc limit ${sample}
    ) as received
    from unnest(${names}::text[]) as given (source)
  `.execute(db);
  const failed = await sql<{ source: string; count: string }>`
    select source, count(*) from (select source from deliveries where outcome = 'failed' limit ${mostFailed}) as failed
    group by source
  `.execute(db);
  const receivedBy = new Map(newest.rows.map((row) => [row.source, row.received]));
  const failedBy = new Map(failed.rows.map((row) => [row.source, Number(row.count)]));
  return all
    .map((source) => coverageOf(source, receivedBy.get(source.name) ?? [], failedBy.get(source.name) ?? 0, now))
    .filter(
      (each) => each.newest !== null || (each.state !== 'closed' && !doors.some((door) => door.name === each.source)),
    );
}
