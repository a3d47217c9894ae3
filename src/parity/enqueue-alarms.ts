import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Pair } from '../domain/comparison/difference.ts';
import { enqueue } from '../jobs/enqueue.ts';

/** Snapshots of several collectors come together. */
const gathering = 20_000;

/** Has people told of what differs now; soon, and once for all that comes until then. */
export async function enqueueAlarms(db: Kysely<Schema>, pair: Pair, at: Date): Promise<void> {
  await enqueue(
    db,
    'post-parity-alarms',
    { pair: { reference: pair.reference, mirror: pair.mirror }, looks: true },
    { jobKey: jobKeyOf(pair, true), runAt: at },
  );
}

/** After a snapshot of this environment was stored, also what the mirror lacks: for each pair that it is in. */
export async function enqueueAlarmsOf(
  db: Kysely<Schema>,
  pairs: readonly Pair[],
  environment: string,
  now: Date,
): Promise<void> {
  const runAt = new Date(now.getTime() + gathering);
  for (const pair of pairs.filter(({ reference, mirror }) => reference === environment || mirror === environment)) {
    const { reference, mirror } = pair;
    await enqueue(
      db,
      'post-parity-alarms',
      { pair: { reference, mirror }, looks: true },
      { jobKey: jobKeyOf(pair, true), runAt, keepsTime: true },
    );
    await enqueue(
      db,
      'open-fact-backports',
      { pair: { reference, mirror } },
      { jobKey: `open-fact-backports:${JSON.stringify([reference, mirror])}`, runAt, keepsTime: true },
    );
  }
}

/** What Slack did not take at once is brought again, without comparing anew. */
export async function enqueueAgain(db: Kysely<Schema>, { reference, mirror }: Pair, runAt: Date): Promise<void> {
  await enqueue(
    db,
    'post-parity-alarms',
    { pair: { reference, mirror }, looks: false },
    { jobKey: jobKeyOf({ reference, mirror }, false), runAt },
  );
}

function jobKeyOf({ reference, mirror }: Pair, looks: boolean): string {
  return `post-parity-alarms:${looks ? 'look' : 'post'}:${JSON.stringify([reference, mirror])}`;
}
