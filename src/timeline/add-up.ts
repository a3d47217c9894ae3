import { type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { inOrder, joiningIdentities } from '../domain/fold.ts';
import { identityKey } from '../domain/identity.ts';
import { endsOf, isRepetition } from '../domain/repetition.ts';
import { type ChangeRow, type LockedChange, changeRow, lockChanges, mergeInto } from './change-rows.ts';
import type { Claimed } from './claim.ts';
import { gather, identityKeysOf } from './gather.ts';
import type { Recording } from './record.ts';

/** An event and what brought it. */
export interface Said {
  readonly recording: Recording;
  readonly event: TimelineEvent;
}

/** What these say, in groups that are each about one change. */
export function groupsOf(recordings: readonly Recording[]): readonly (readonly Said[])[] {
  const said = recordings.flatMap((recording) => recording.events.map((event): Said => ({ recording, event })));
  return gather(said, ({ event }) => identityKeysOf([event]));
}

export interface AddedUp {
  readonly row: ChangeRow;
  readonly said: readonly Said[];
  /** Those of `said` that say something for the first time. */
  readonly news: readonly TimelineEvent[];
  readonly merged: boolean;
}

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

/** Adds these up with the changes that they turn out to be about, which stay locked. */
export async function addUp(
  trx: Transaction<Schema>,
  groups: readonly (readonly Said[])[],
  { reserved, taken }: Claimed,
  catalog: Catalog,
): Promise<readonly AddedUp[]> {
  const parts = groups.map((group, index) => ({
    id: reserved[index] ?? '',
    change: null,
    said: group,
    events: group.map(({ event }) => event),
  }));
  if (taken.length === 0) {
    return parts.map((part) => addUpNew(part.id, part.said, catalog));
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
  for (const parts of together) rows.push(await joined(trx, parts, new Set(taken.map(identityKey)), fold));
  return rows;
}

/** Adds up what is about a change that nobody has heard of. */
export function addUpNew(id: string, said: readonly Said[], catalog: Catalog): AddedUp {
  return addedUp(id, null, said, [], { catalog, saidBefore: new Set() });
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
