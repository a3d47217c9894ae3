import type { Transaction } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { type Folded, inOrder, joiningIdentities } from '../domain/fold.ts';
import { identityKey } from '../domain/identity.ts';
import {
  type ChangeRow,
  type LockedChange,
  changeRow,
  claimIdentities,
  lockChanges,
  mergeInto,
  updateChanges,
} from './change-rows.ts';
import { versionKey } from './anchors.ts';
import { claimDeliveries } from './claim-deliveries.ts';
import { gather, identityKeysOf } from './gather.ts';
import { writeBatch } from './write-batch.ts';

/** A delivery as it is kept. `receivedAt` has whole milliseconds and is the time in `id`. */
export interface StoredDelivery {
  readonly id: string;
  readonly receivedAt: Date;
  readonly source: string;
  /** What makes it one with its redelivery; null when the source gives nothing such. */
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** As `compressBody` makes it. */
  readonly body: Buffer;
  readonly outcome: 'recorded' | 'ignored' | 'failed';
  readonly error: string | null;
}

/** Something to record: a new delivery with its events, or (`replayed`) the events of one that is here already. */
export interface Recording {
  readonly delivery: StoredDelivery | { readonly replayed: string };
  readonly events: readonly TimelineEvent[];
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
}

interface Said {
  readonly recording: Recording;
  readonly event: TimelineEvent;
}

/**
 * Records many deliveries in the caller's transaction: all of them or, if it throws, none. Serves any number of
 * processes at once: keys in the database decide who is first, and the others wait and then add to what is there. A
 * deadlock (SQLSTATE 40P01) or serialisation failure may be tried again as a whole. With `refold`, changes are computed
 * again even when nothing new is said about them: the settings may have changed since.
 */
export async function record(
  trx: Transaction<Schema>,
  recordings: readonly Recording[],
  context: { readonly catalog: Catalog; readonly now: Date; readonly refold?: boolean },
): Promise<Batch> {
  const repeated = await claimDeliveries(trx, recordings.flatMap(newDelivery));
  const fresh = recordings.filter(({ delivery }) => !repeated.has(idOf(delivery)));
  const said = fresh.flatMap((recording) => recording.events.map((event): Said => ({ recording, event })));
  const rows = await addUp(trx, said, context.catalog);
  const news = new Set(rows.flatMap(({ news: events }) => events));
  const written = rows.filter((row) => row.news.length > 0 || context.refold === true).map(({ row }) => row);

  await writeBatch(trx, {
    deliveries: fresh.flatMap(newDelivery),
    events: said
      .filter(({ event }) => news.has(event))
      .map(({ event, recording }) => ({ event, deliveryId: idOf(recording.delivery) })),
    changes: written.filter((row) => row.isNew),
    mentions: rows.flatMap(mentionsOf),
    named: written,
    now: context.now,
  });
  await updateChanges(
    trx,
    written.filter((row) => !row.isNew),
  );

  const changeOf = new Map(rows.flatMap(({ row, said: all }) => all.map(({ event }) => [event, row] as const)));
  return {
    recorded: recordings.map((recording) => recordedOf(recording, repeated, changeOf, news)),
    touched: written.map((row) => ({ id: row.id, change: row.folded })),
  };
}

function newDelivery({ delivery }: Recording): readonly StoredDelivery[] {
  return 'replayed' in delivery ? [] : [delivery];
}

function idOf(delivery: Recording['delivery']): string {
  return 'replayed' in delivery ? delivery.replayed : delivery.id;
}

interface AddedUp {
  readonly row: ChangeRow;
  readonly said: readonly Said[];
  /** Those of `said` that say something for the first time. */
  readonly news: readonly TimelineEvent[];
  readonly merged: boolean;
}

async function addUp(trx: Transaction<Schema>, said: readonly Said[], catalog: Catalog): Promise<readonly AddedUp[]> {
  if (said.length === 0) return [];
  const groups = gather(said, ({ event }) => identityKeysOf([event]));
  const claims = groups.map((group) => joiningIdentities(group.items.map(({ event }) => event)));
  const { reserved, taken } = await claimIdentities(trx, claims);
  if (taken.length === 0) {
    return groups.map((group, index) => addedUp(reserved[index] ?? '', null, group.items, [], catalog));
  }
  const locked = await lockChanges(trx, taken);
  return joinLocked(trx, { groups, reserved, locked }, catalog);
}

/** Changes that are here take part like the new events: whatever shares an identity becomes one change, the oldest. */
async function joinLocked(
  trx: Transaction<Schema>,
  found: {
    readonly groups: readonly { readonly items: readonly Said[] }[];
    readonly reserved: readonly string[];
    readonly locked: readonly LockedChange[];
  },
  catalog: Catalog,
): Promise<readonly AddedUp[]> {
  const parts = [
    ...found.locked.map((change) => ({ id: change.id, change, said: [] as readonly Said[], events: change.events })),
    ...found.groups.map((group, index) => ({
      id: found.reserved[index] ?? '',
      change: null,
      said: group.items,
      events: group.items.map(({ event }) => event),
    })),
  ];
  const together = gather(parts, (part) => identityKeysOf(part.events));
  const rows: AddedUp[] = [];
  for (const { items } of together) {
    const existing = items.flatMap((part) => part.change ?? []).toSorted((a, b) => Number(BigInt(a.id) - BigInt(b.id)));
    const [oldest, ...younger] = existing;
    const said = items.flatMap((part) => part.said);
    const own = items.find((part) => part.change === null);
    const row = addedUp(oldest?.id ?? own?.id ?? '', oldest ?? null, said, younger, catalog);
    rows.push(row);
    if (oldest !== undefined) {
      await mergeInto(
        trx,
        oldest.id,
        younger.map((change) => change.id),
        joiningIdentities(row.row.events),
      );
    }
  }
  return rows;
}

function addedUp(
  id: string,
  existing: LockedChange | null,
  said: readonly Said[],
  younger: readonly LockedChange[],
  catalog: Catalog,
): AddedUp {
  const before = [...(existing?.events ?? []), ...younger.flatMap((change) => change.events)];
  const keys = new Set(before.map((event) => event.statement.key));
  const news: TimelineEvent[] = [];
  for (const { event } of said) {
    if (keys.has(event.statement.key)) continue;
    keys.add(event.statement.key);
    news.push(event);
  }
  const row = changeRow(
    { id, isNew: existing === null, events: inOrder([...before, ...news]), relation: existing?.relation ?? null },
    catalog,
  );
  return { row, said, news, merged: younger.length > 0 };
}

function mentionsOf({ row, news, merged }: AddedUp) {
  const events = merged ? row.events : news;
  const versions = events.flatMap(({ statement: { to } }) =>
    to === undefined ? [] : { type: 'version', value: versionKey(to) },
  );
  const told = [...events.flatMap((event) => event.mentions), ...versions];
  const mentions = new Map(told.map((each) => [identityKey(each), each] as const));
  return [...mentions.values()].map(({ type, value }) => ({ type, value, changeId: row.id }));
}

function recordedOf(
  { delivery, events }: Recording,
  repeated: ReadonlyMap<string, string>,
  changeOf: ReadonlyMap<TimelineEvent, ChangeRow>,
  news: ReadonlySet<TimelineEvent>,
): Recorded {
  const first = repeated.get(idOf(delivery));
  if (first !== undefined) return { deliveryId: first, duplicate: true, changeIds: [], newEvents: 0, shown: 0 };
  const told = events.filter((event) => news.has(event));
  const shown = new Set(told.flatMap((event) => changeOf.get(event) ?? []).filter((row) => row.folded.at !== null));
  return {
    deliveryId: idOf(delivery),
    duplicate: events.length > 0 && told.length === 0,
    changeIds: events.map((event) => changeOf.get(event)?.id ?? ''),
    newEvents: told.length,
    shown: shown.size,
  };
}
