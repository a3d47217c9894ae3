import type { Kysely, RawBuilder, Transaction } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Folded } from '../domain/fold.ts';
import type { Delivery, Parsed, ReadDelivery, Source } from '../sources/reading/source.ts';
import { deliveryId } from '../timeline/delivery-id.ts';
import { type GroupCommit, type GroupCommitLimits, groupCommit } from '../timeline/group-commit.ts';
import { newsRecorder } from '../timeline/record-new.ts';
import { keepPing } from '../timeline/source-pings.ts';
import { type Batch, type Recorded, type Recording, type StoredDelivery, record } from '../timeline/record.ts';

/**
 * `kept`: verified and stored, but its events could not be read; it waits for a replay. `unavailable`: nothing was
 * stored; the sender should try again.
 */
export type Ingested =
  | { readonly outcome: 'recorded'; readonly recorded: Recorded }
  | { readonly outcome: 'ping' }
  | { readonly outcome: 'kept'; readonly deliveryId: string; readonly error: string; readonly notWhatItSends: boolean }
  | { readonly outcome: 'unavailable'; readonly error: Error };

export interface Ingest {
  /** Reads and stores a delivery that has proved where it came from. Resolves after the commit. */
  ingest(source: Source, delivery: Delivery): Promise<Ingested>;
  /** Stores what has been read already. */
  store(source: string, receivedAt: Date, read: ReadDelivery): Promise<Ingested>;
  /** Resolves when everything accepted has been committed or refused. */
  idle(): Promise<void>;
}

/** What was recorded just now, or was heard long ago and is read again (`late`). */
export interface Heard extends Pick<Batch, 'touched' | 'touchedSignals'> {
  readonly late: boolean;
}

/** Called in the recording transaction, so that what it adds (jobs) is there exactly when the changes are. */
export type React = (trx: Transaction<Schema>, heard: Heard) => Promise<void>;

export interface IngestDependencies {
  readonly db: Kysely<Schema>;
  readonly catalog: Catalog;
  readonly now: () => Date;
  readonly react: React;
  /** Whether `react` has anything to do for a change that is now as this. Every change, unless given. */
  readonly reacts?: (change: Folded) => boolean;
  /** True in SQL while `react` has nothing to do but what `reacts` tells. Always, unless given. */
  readonly quiet?: RawBuilder<boolean>;
  /** Told what became of each delivery. */
  readonly count?: (source: string, outcome: Ingested['outcome']) => void;
}

/**
 * A transaction holds at most 256 deliveries or 8 MiB: beyond that a larger group no longer commits faster, it only
 * makes its members wait. Two are under way: while the server writes one, requests are read and make the next
 * (docs/decisions/0005-group-commit.md). 64 MiB may wait before senders are told to come back.
 */
const limits: GroupCommitLimits = { items: 256, bytes: 8 << 20, waitingBytes: 64 << 20, parallel: 2 };

type Said = Pick<Extract<Parsed, { outcome: 'events' }>, 'events' | 'signals'>;
const nothing = { events: [], signals: [] } as const;

export function createIngest(dependencies: IngestDependencies): Ingest {
  const { reacts = () => true } = dependencies;
  const commits: GroupCommit<Recording, Recorded> = groupCommit(
    (recordings) =>
      dependencies.db.transaction().execute(async (trx) => {
        const batch = await record(trx, recordings, { catalog: dependencies.catalog, now: dependencies.now() });
        await dependencies.react(trx, { ...batch, late: false });
        return batch.recorded;
      }),
    limits,
    newsRecorder({ ...dependencies, reacts }),
  );

  async function write(delivery: StoredDelivery, { events, signals = [] }: Said) {
    const written = await commits.write({ delivery, events, signals }, delivery.body.length, delivery.source);
    if (written.outcome === 'written') return { outcome: 'recorded' as const, recorded: written.result };
    if (written.outcome === 'unavailable') return written;
    return keep(delivery, `the timeline refused it: ${written.error.message}`, false);
  }

  /** Without its key, so that the same delivery sent again, after a fix, is read. */
  async function keep(delivery: StoredDelivery, error: string, notWhatItSends: boolean) {
    const failed = { ...delivery, key: null, outcome: 'failed' as const, error: error.slice(0, 2000) };
    const written = await commits.write({ delivery: failed, ...nothing }, delivery.body.length, delivery.source);
    if (written.outcome !== 'written') return { outcome: 'unavailable' as const, error: written.error };
    return { outcome: 'kept' as const, deliveryId: delivery.id, error, notWhatItSends };
  }

  async function store(source: string, receivedAt: Date, { parsed, ...read }: ReadDelivery): Promise<Ingested> {
    if (parsed.outcome === 'ping') return ping(source, receivedAt);
    const stored = storedDelivery(source, receivedAt, read);
    switch (parsed.outcome) {
      case 'events':
        return write(stored, parsed);
      case 'ignored':
        return write({ ...stored, outcome: 'ignored' }, nothing);
      case 'malformed':
        return keep(stored, parsed.error, parsed.notWhatItSends);
    }
  }

  /** What waits for the first event sees that the source reaches us. */
  async function ping(source: string, receivedAt: Date): Promise<Ingested> {
    try {
      await keepPing(dependencies.db, source, receivedAt);
      return { outcome: 'ping' };
    } catch (error) {
      return { outcome: 'unavailable', error: error instanceof Error ? error : new Error(String(error)) };
    }
  }

  async function storeAndCount(source: string, receivedAt: Date, read: ReadDelivery): Promise<Ingested> {
    const ingested = await store(source, receivedAt, read);
    dependencies.count?.(source, ingested.outcome);
    return ingested;
  }

  return {
    ingest: (source, delivery) => storeAndCount(source.name, delivery.receivedAt, source.read(delivery)),
    store: storeAndCount,
    idle: () => commits.idle(),
  };
}

function storedDelivery(
  source: string,
  receivedAt: Date,
  { key, headers, body }: Pick<ReadDelivery, 'key' | 'headers' | 'body'>,
): StoredDelivery {
  return {
    id: deliveryId(receivedAt),
    receivedAt,
    source,
    key,
    headers,
    body,
    outcome: 'recorded',
    error: null,
  };
}
