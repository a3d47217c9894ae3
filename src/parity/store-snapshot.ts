import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { type ArrivingSnapshot, mostFacts } from '../domain/facts/fact.ts';
import { isCut } from '../domain/facts/shown-value.ts';
import { knownNames } from '../domain/known-names.ts';
import { parseTimestamp } from '../domain/timestamp.ts';
import { enqueue } from '../jobs/enqueue.ts';
import { catalogWith } from '../timeline/aliases.ts';
import type { ParityContext } from './context.ts';
import { enqueueAlarmsOf } from './enqueue-alarms.ts';
import { environmentOf } from './known-environment.ts';
import { storePast } from './past-snapshot.ts';
import { factsOf, placeOf, sameIn } from './snapshot-facts.ts';
import { takeTurn } from './take-turn.ts';
import { type Reading, type Written, writeFacts } from './write-facts.ts';

export type Stored =
  | {
      readonly outcome: 'stored';
      readonly snapshot: string;
      readonly facts: number;
      /** Facts that are now otherwise than the snapshot before saw them. */
      readonly changed: number;
      /** Of these, those that no recorded change explains. */
      readonly drift: number;
      /** What was made of it besides, in sentences. */
      readonly notes: readonly string[];
    }
  | { readonly outcome: 'refused'; readonly status: 400 | 413; readonly error: string };

const tooFarAhead = 5 * 60_000;

/**
 * Keeps what one collector saw. What is as it was writes nothing. The same snapshot again is answered as before, with
 * nothing changed; one that is older than what is known adds to the history only.
 */
export async function storeSnapshot(
  context: ParityContext,
  snapshot: ArrivingSnapshot,
  receivedAt: Date,
): Promise<Stored> {
  if (snapshot.facts.length > mostFacts) {
    return refused(413, `A snapshot has at most ${mostFacts.toLocaleString('en')} facts: split it by collector.`);
  }
  const taken = parseTimestamp(snapshot.takenAt);
  if (taken === null) return refused(400, 'taken_at is not a time with its zone such as 2026-11-20T14:05:00Z');
  const catalog = await catalogWith(context.db, context.catalog);
  const environment = await environmentOf(context.db, catalog, snapshot.environment);
  if ('error' in environment) return refused(400, environment.error);
  const read = factsOf(snapshot, { services: knownNames(catalog).services, conceal: context.conceal });
  if (read.outcome === 'refused') return refused(400, read.error);
  const isAhead = taken.getTime() - receivedAt.getTime() > tooFarAhead;
  const reading: Reading = {
    whose: { environment: environment.name, collector: snapshot.collector },
    version: snapshot.collectorVersion,
    takenAt: isAhead ? receivedAt : taken,
    receivedAt,
    complete: snapshot.complete,
    notSeen: snapshot.notSeen,
    facts: read.facts,
    content: contentOf(snapshot, read.facts),
  };
  const written = await context.db.transaction().execute(async (trx) => {
    await takeTurn(trx, reading.whose);
    return write({ ...context, catalog }, trx, reading);
  });
  if ('error' in written) return refused(400, written.error);
  const ahead = isAhead ? ['taken_at is in the future: the time of arrival stands instead.'] : [];
  return {
    outcome: 'stored',
    snapshot: written.snapshot,
    facts: read.facts.size,
    changed: written.changed,
    drift: written.drift,
    notes: [...ahead, ...read.notes, ...written.notes],
  };
}

function refused(status: 400 | 413, error: string): Stored {
  return { outcome: 'refused', status, error };
}

async function write(
  context: ParityContext,
  trx: Transaction<Schema>,
  reading: Reading,
): Promise<Written | { readonly error: string }> {
  const { whose, takenAt, content } = reading;
  const same = await trx
    .selectFrom('snapshots')
    .select('id')
    .where('environment', '=', whose.environment)
    .where('collector', '=', whose.collector)
    .where('taken_at', '=', takenAt)
    .where('content', '=', content)
    .executeTakeFirst();
  if (same !== undefined) return { snapshot: same.id, changed: 0, drift: 0, notes: ['It was stored before.'] };
  const newest = await newestSnapshot(trx, whose);
  if (newest !== null && newest.takenAt > takenAt) return storePast(trx, reading);
  const written = await writeFacts(context, trx, reading, newest);
  if ('error' in written) return written;
  await enqueue(trx, 'settle-drift', {}, { jobKey: 'settle-drift' });
  await enqueueAlarmsOf(trx, context.pairs, whose.environment, reading.receivedAt);
  return written;
}

async function newestSnapshot(trx: Transaction<Schema>, { environment, collector }: Reading['whose']) {
  const row = await trx
    .selectFrom('snapshots')
    .select(['id', 'taken_at', 'collector_version', 'normaliser', 'complete', 'not_seen'])
    .where('environment', '=', environment)
    .where('collector', '=', collector)
    .orderBy('taken_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    takenAt: row.taken_at,
    version: row.collector_version,
    normaliser: row.normaliser,
    /** Whether it would have seen what was there. */
    sawAll: row.complete && row.not_seen.length === 0,
  };
}
export type Newest = NonNullable<Awaited<ReturnType<typeof newestSnapshot>>>;

function contentOf({ complete, collectorVersion, notSeen }: ArrivingSnapshot, facts: Reading['facts']): Buffer {
  const hash = createHash('sha256').update(JSON.stringify([complete, collectorVersion, notSeen]));
  for (const fact of facts.values()) {
    const text = fact.value === null || isCut(fact.value) ? sameIn(fact) : fact.value;
    hash.update(`${placeOf(fact)}\u0000${text}\u0001`);
  }
  return hash.digest();
}
