import type { Transaction } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { withAliases } from '../domain/alias.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { type Folded, joiningIdentities } from '../domain/fold.ts';
import type { Signal } from '../domain/signal.ts';
import { addUp, groupsOf } from './add-up.ts';
import { updateChanges } from './change-rows.ts';
import { claim } from './claim.ts';
import { idOf, newRows } from './new-rows.ts';
import { type TouchedSignal, recordSignals } from './record-signals.ts';
import { recordedOf } from './recorded.ts';
import { writeBatch } from './write-batch.ts';

/** A delivery as it is kept. `receivedAt` has whole milliseconds and is the time in `id`. */
export interface StoredDelivery {
  readonly id: string;
  readonly receivedAt: Date;
  readonly source: string;
  /** What makes it one with its redelivery; null when the source gives nothing such. */
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes that came, without the secrets. */
  readonly body: Buffer;
  readonly outcome: 'recorded' | 'ignored' | 'failed';
  readonly error: string | null;
}

/** Something to record: a new delivery with its events, or (`replayed`) the events of one that is here already. */
export interface Recording {
  readonly delivery: StoredDelivery | { readonly replayed: string };
  readonly events: readonly TimelineEvent[];
  readonly signals: readonly Signal[];
}

export interface Recorded {
  /** Of the delivery that was first, when this one is its repetition. */
  readonly deliveryId: string;
  /** The delivery was here before, or all that its events say had been said before. */
  readonly duplicate: boolean;
  /** For each event the change that it is about, also when it said nothing new. Empty for a repeated delivery. */
  readonly changeIds: readonly string[];
  /** How many of its events said something for the first time. */
  readonly newEvents: number;
  /** How many changes that are shown it made or altered. */
  readonly shown: number;
  /** How many alerts it made or altered. */
  readonly alerts: number;
}

/** A change that recording made or altered, as it is now. */
export interface Touched {
  readonly id: string;
  readonly change: Folded;
}

export interface Batch {
  /** One for each recording, in order. */
  readonly recorded: readonly Recorded[];
  readonly touched: readonly Touched[];
  readonly touchedSignals: readonly TouchedSignal[];
}

/**
 * Records many deliveries in the caller's transaction: all of them or, if it throws, none. Serves any number of
 * processes at once: keys in the database decide who is first, and the others wait and then add to what is there. A
 * deadlock (SQLSTATE 40P01) or serialisation failure may be tried again as a whole. With `refold`, changes are computed
 * again even when nothing new is said about them: the settings may have changed since. `catalog` is that of the settings;
 * the aliases that people added are read here.
 */
export async function record(
  trx: Transaction<Schema>,
  recordings: readonly Recording[],
  { catalog: settings, ...context }: { readonly catalog: Catalog; readonly now: Date; readonly refold?: boolean },
): Promise<Batch> {
  const deliveries = recordings.flatMap(newDelivery);
  const groups = groupsOf(recordings);
  const identities = groups.map((group) => joiningIdentities(group.map(({ event }) => event)));
  const claimed = await claim(trx, deliveries, identities);
  const { repeated } = claimed;
  const catalog = withAliases(settings, claimed.aliases);
  const added = await addUp(trx, groups, claimed, catalog);
  const rows = newRows(
    deliveries.filter((delivery) => !repeated.has(delivery.id)),
    added,
    context,
  );
  await writeBatch(trx, { ...rows, now: context.now });
  await updateChanges(
    trx,
    rows.named.filter((row) => !row.isNew),
  );

  const told = recordings.filter(({ delivery }) => !repeated.has(idOf(delivery))).flatMap(({ signals }) => signals);
  const signals = await recordSignals(trx, told, { ...context, catalog });
  return {
    recorded: recordedOf(recordings, added, { repeated, signals: signals.news }),
    touched: rows.named.map((row) => ({ id: row.id, change: row.folded })),
    touchedSignals: signals.touched,
  };
}

export function newDelivery({ delivery }: Recording): readonly StoredDelivery[] {
  return 'replayed' in delivery ? [] : [delivery];
}
