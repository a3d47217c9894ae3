import { type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { withAliases } from '../domain/alias.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { type Folded, inOrder, joiningIdentities } from '../domain/fold.ts';
import { identityKey } from '../domain/identity.ts';
import { endsOf, isRepetition } from '../domain/repetition.ts';
import type { Signal } from '../domain/signal.ts';
import { type ChangeRow, type LockedChange, changeRow, lockChanges, mergeInto, updateChanges } from './change-rows.ts';
import { versionKey } from './anchors.ts';
import { type Claimed, claim } from './claim.ts';
import { type Gathered, gather, identityKeysOf } from './gather.ts';
import { type TouchedSignal, recordSignals } from './record-signals.ts';
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
  /** How many incidents and alerts it made or altered. */
  readonly incidents: number;
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

interface Said {
  readonly recording: Recording;
  readonly event: TimelineEvent;
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
  const said = recordings.flatMap((recording) => recording.events.map((event): Said => ({ recording, event })));
  const groups = gather(said, ({ event }) => identityKeysOf([event]));
  const identities = groups.map((group) => joiningIdentities(group.items.map(({ event }) => event)));
  const claimed = await claim(trx, deliveries, identities);
  const { repeated } = claimed;
  const catalog = withAliases(settings, claimed.aliases);
  const rows = await addUp(trx, groups, claimed, catalog);
  const news = new Set(rows.flatMap(({ news: events }) => events));
  const deliveryOf = new Map(said.map(({ event, recording }) => [event, idOf(recording.delivery)]));
  const altered = rows.filter((each) => each.news.length > 0 || context.refold === true);
  const written = altered.map(({ row }) => row);

  await writeBatch(trx, {
    deliveries: deliveries.filter((delivery) => !repeated.has(delivery.id)),
    events: altered.flatMap(toldIn).map((told) => ({ ...told, deliveryId: deliveryOf.get(told.event) ?? '' })),
    changes: written.filter((row) => row.isNew),
    mentions: rows.flatMap(mentionsOf),
    named: written,
    now: context.now,
  });
  await updateChanges(
    trx,
    written.filter((row) => !row.isNew),
  );

  const told = recordings.filter(({ delivery }) => !repeated.has(idOf(delivery))).flatMap(({ signals }) => signals);
  const signals = await recordSignals(trx, told, { ...context, catalog });

  const changeOf = new Map(rows.flatMap(({ row, said: all }) => all.map(({ event }) => [event, row] as const)));
  return {
    recorded: recordings.map((recording) => recordedOf(recording, repeated, changeOf, news, signals.news)),
    touched: written.map((row) => ({ id: row.id, change: row.folded })),
    touchedSignals: signals.touched,
  };
}

/** Its new events, in the order in which they stand in its row. */
function toldIn({ row, news }: AddedUp) {
  const kept = new Set(row.events);
  const fresh = new Set(news);
  const inRow = row.events.filter((event) => fresh.has(event));
  const beside = news.filter((event) => !kept.has(event));
  return [
    ...inRow.map((event) => ({ event, changeId: row.id, kept: true })),
    ...beside.map((event) => ({ event, changeId: row.id, kept: false })),
  ];
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

type Group = Gathered<Said>;

interface Folding {
  readonly catalog: Catalog;
  /** Keys of statements that a row does not hold though they were said. */
  readonly saidBefore: ReadonlySet<string>;
}

/** Which of these were said before: their changes keep only the first and the last. */
async function saidBefore(trx: Transaction<Schema>, events: readonly TimelineEvent[]): Promise<ReadonlySet<string>> {
  if (events.length === 0) return new Set();
  const wanted = events.map(({ statement: { occurredAt, key } }) => ({ occurred_at: occurredAt, key }));
  const { rows } = await sql<{ key: string }>`
    select key from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as given (occurred_at timestamptz, key text)
    join events using (occurred_at, key)
  `.execute(trx);
  return new Set(rows.map(({ key }) => key));
}

async function addUp(
  trx: Transaction<Schema>,
  groups: readonly Group[],
  { reserved, taken }: Claimed,
  catalog: Catalog,
): Promise<readonly AddedUp[]> {
  const parts = groups.map((group, index) => ({
    id: reserved[index] ?? '',
    change: null,
    said: group.items,
    events: group.items.map(({ event }) => event),
  }));
  if (taken.length === 0) {
    return parts.map((part) => addedUp(part.id, null, part.said, [], { catalog, saidBefore: new Set() }));
  }
  const locked = await lockChanges(trx, taken);
  // After the lock, so that nobody else adds to them meanwhile.
  const fold = {
    catalog,
    saidBefore: await saidBefore(trx, parts.flatMap(({ events }) => events).filter(isRepetition)),
  };
  // Changes that are here take part like the new events: whatever shares an identity becomes one change, the oldest.
  const here = locked.map((change) => ({ id: change.id, change, said: [], events: change.events }));
  const together = gather<Part>([...here, ...parts], (part) => identityKeysOf(part.events));
  const rows: AddedUp[] = [];
  for (const { items } of together) rows.push(await joined(trx, items, new Set(taken.map(identityKey)), fold));
  return rows;
}

interface Part {
  readonly id: string;
  /** Null: nothing but new events so far. */
  readonly change: LockedChange | null;
  readonly said: readonly Said[];
  readonly events: readonly TimelineEvent[];
}

async function joined(
  trx: Transaction<Schema>,
  parts: readonly Part[],
  taken: ReadonlySet<string>,
  fold: Folding,
): Promise<AddedUp> {
  const existing = parts
    .flatMap((part) => part.change ?? [])
    .toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  const [oldest, ...younger] = existing;
  const said = parts.flatMap((part) => part.said);
  if (oldest === undefined) return addedUp(parts[0]?.id ?? '', null, said, [], fold);
  const sum = addedUp(oldest.id, oldest, said, younger, fold);
  // Those that this transaction has just tied to a number of their own, and those of the changes that end here.
  const moving = joiningIdentities([...said.map(({ event }) => event), ...younger.flatMap((change) => change.events)]);
  const own = new Set(identityKeysOf(oldest.events));
  const astray = moving.filter((identity) => !own.has(identityKey(identity)) || !taken.has(identityKey(identity)));
  if (astray.length > 0)
    await mergeInto(
      trx,
      oldest.id,
      younger.map((change) => change.id),
      astray,
    );
  return sum;
}

function addedUp(
  id: string,
  existing: LockedChange | null,
  said: readonly Said[],
  younger: readonly LockedChange[],
  { catalog, saidBefore: known }: Folding,
): AddedUp {
  const before = [...(existing?.events ?? []), ...younger.flatMap((change) => change.events)];
  // Said before of another change, by an identity that it no longer has: this one would have no event at all.
  const left = existing === null ? [] : known;
  const keys = new Set([...before.map((event) => event.statement.key), ...left]);
  const news: TimelineEvent[] = [];
  for (const { event } of said) {
    if (keys.has(event.statement.key)) continue;
    keys.add(event.statement.key);
    news.push(event);
  }
  const events = inOrder([...before, ...news]);
  const repeats = said.some(({ event }) => isRepetition(event));
  const row = changeRow(
    {
      id,
      isNew: existing === null,
      events: repeats ? endsOf(events) : events,
      joined: existing?.joined ?? null,
      // A report that turns out to be one with the change that told it is told no more: it is that change.
      joinedTo: younger.some(({ id: each }) => each === existing?.joinedTo) ? null : (existing?.joinedTo ?? null),
      relation: existing?.relation ?? null,
      repetitions: repeats ? (existing?.repetitions ?? 0) + news.length : (existing?.repetitions ?? null),
    },
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
  { delivery, events, signals }: Recording,
  repeated: ReadonlyMap<string, string>,
  changeOf: ReadonlyMap<TimelineEvent, ChangeRow>,
  news: ReadonlySet<TimelineEvent>,
  newSignals: ReadonlySet<Signal>,
): Recorded {
  const first = repeated.get(idOf(delivery));
  if (first !== undefined) {
    return { deliveryId: first, duplicate: true, changeIds: [], newEvents: 0, shown: 0, incidents: 0 };
  }
  const told = events.filter((event) => news.has(event));
  const shown = new Set(told.flatMap((event) => changeOf.get(event) ?? []).filter((row) => row.folded.at !== null));
  const signalled = signals.filter((signal) => newSignals.has(signal));
  return {
    deliveryId: idOf(delivery),
    duplicate: events.length + signals.length > 0 && told.length + signalled.length === 0,
    changeIds: events.map((event) => changeOf.get(event)?.id ?? ''),
    newEvents: told.length,
    shown: shown.size,
    incidents: new Set(signalled.map(({ subject }) => subject)).size,
  };
}
