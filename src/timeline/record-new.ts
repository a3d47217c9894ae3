import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { withAliases } from '../domain/alias.ts';
import type { Catalog } from '../domain/catalog.ts';
import { type Folded, joiningIdentities } from '../domain/fold.ts';
import { isRepetition } from '../domain/repetition.ts';
import { type AddedUp, addUpNew, groupsOf } from './add-up.ts';
import { gather, identityKeysOf } from './gather.ts';
import { newRows } from './new-rows.ts';
import { type Recorded, type Recording, newDelivery } from './record.ts';
import { recordedOf } from './recorded.ts';
import { type NewPart, type ReadAliases, writeNew } from './write-new.ts';

export interface NewsRecorderOptions {
  readonly db: Kysely<Schema>;
  readonly catalog: Catalog;
  readonly now: () => Date;
  /** Whether something must hear, in the transaction that records it, of a change that is now as this. */
  readonly reacts: (change: Folded) => boolean;
  /** True in SQL while nothing but `reacts` says what must be heard of: as long as it is not, nothing is recorded here. */
  readonly quiet?: RawBuilder<boolean>;
}

/** Recordings that have to do with one another and with no others, and what they add up to. */
interface Part {
  readonly recordings: readonly Recording[];
  readonly added: readonly AddedUp[];
  readonly rows: NewPart;
}

/** Identities that are remembered. */
const mostHeard = 20_000;

/**
 * Records what tells of wholly new changes as `record` does, but in one round trip and without keeping a connection
 * waiting. Null: this one was not recorded, and is for `record`, because it (or one that has to do with it) has been
 * delivered before, adds to a change that is here, says something about an incident, or needs a reaction. Throws when
 * the database refuses or cannot be reached; then nothing was recorded.
 */
export function newsRecorder({ db, catalog: settings, now, reacts, quiet = sql<boolean>`true` }: NewsRecorderOptions) {
  let read: ReadAliases = { aliases: [], version: '' };
  // What was told before is hardly ever told of a new change: to try costs more than to look here.
  const heard = new Set<string>();

  function isHeard(keys: readonly string[]): boolean {
    const known = keys.some((key) => heard.has(key));
    if (heard.size >= mostHeard) heard.clear();
    for (const key of keys) heard.add(key);
    return known;
  }

  return async (recordings: readonly Recording[]): Promise<readonly (Recorded | null)[]> => {
    const catalog = withAliases(settings, read.aliases);
    const parts: Part[] = [];
    let changes = 0;
    const told = recordings.map((recording) => ({ recording, keys: identityKeysOf(recording.events) }));
    for (const tied of gather(told, tiesOf)) {
      const items = tied.map(({ recording }) => recording);
      if (!mayBeNew(items) || isHeard(tied.flatMap(({ keys }) => keys))) continue;
      const added = groupsOf(items).map((group, n) => addUpNew(String(changes + n), group, catalog));
      if (added.some(({ row }) => reacts(row.folded))) continue;
      changes += added.length;
      parts.push({ recordings: items, added, rows: rowsOf(items, added) });
    }
    if (parts.length === 0) return recordings.map(() => null);
    const written = await writeNew(
      db,
      parts.map(({ rows }) => rows),
      { version: read.version, quiet, now: now() },
    );
    read = written.aliases ?? read;
    const outcomes = new Map<Recording, Recorded>();
    for (const number of written.parts) {
      const part = parts[number];
      if (part === undefined) throw new Error('a part that was not given');
      for (const [index, recorded] of recordedOf(part.recordings, part.added, nothingElse).entries()) {
        const changeIds = recorded.changeIds.map((place) => written.changeIds[place] ?? '');
        const recording = part.recordings[index];
        if (recording !== undefined) outcomes.set(recording, { ...recorded, changeIds });
      }
    }
    return recordings.map((recording) => outcomes.get(recording) ?? null);
  };
}

const nothingElse = { repeated: new Map<string, string>(), signals: new Set<never>() };

/** What leads from one recording to another: the same delivery, an identity that both tell of. */
function tiesOf({
  recording: { delivery },
  keys,
}: {
  readonly recording: Recording;
  readonly keys: readonly string[];
}): readonly string[] {
  if ('replayed' in delivery) return [`replayed ${delivery.replayed}`, ...keys];
  return [delivery.key === null ? `delivery ${delivery.id}` : `key ${delivery.source} ${delivery.key}`, ...keys];
}

/** As far as can be told without asking the database. */
function mayBeNew(recordings: readonly Recording[]): boolean {
  const keys = recordings.flatMap(({ delivery }) =>
    'replayed' in delivery || delivery.key === null ? [] : `${delivery.source} ${delivery.key}`,
  );
  if (new Set(keys).size < keys.length) return false;
  return recordings.every(
    ({ delivery, events, signals }) =>
      !('replayed' in delivery) && signals.length === 0 && !events.some((event) => isRepetition(event)),
  );
}

function rowsOf(recordings: readonly Recording[], added: readonly AddedUp[]): NewPart {
  const identities = added.flatMap(({ row, said }) =>
    joiningIdentities(said.map(({ event }) => event)).map((identity) => ({ ...identity, changeId: row.id })),
  );
  return { ...newRows(recordings.flatMap(newDelivery), added), identities };
}
