import type { Transaction } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { type Compared, type CurrentFact, comparer } from '../domain/facts/compare-facts.ts';
import type { FactIndex } from '../domain/facts/fact-index.ts';
import { normaliserVersion } from '../domain/facts/normalise.ts';
import { baselineNote } from './baseline-words.ts';
import type { ParityContext } from './context.ts';
import {
  type Whose,
  closeFacts,
  currentFacts,
  insertFacts,
  markUnseen,
  reopenFacts,
  rereadFacts,
} from './fact-rows.ts';
import { movesOf } from './moves.ts';
import { type KeptFact, placeOf, sameIn } from './snapshot-facts.ts';
import type { Newest } from './store-snapshot.ts';
import { forgetDrift, watchDrift } from './watch-drift.ts';

/** A snapshot as it is kept. */
export interface Reading {
  readonly whose: Whose;
  readonly version: string;
  readonly takenAt: Date;
  readonly receivedAt: Date;
  readonly complete: boolean;
  readonly notSeen: readonly string[];
  readonly facts: FactIndex<KeptFact>;
  readonly content: Buffer;
}

export interface Written {
  readonly snapshot: string;
  readonly changed: number;
  readonly drift: number;
  readonly notes: readonly string[];
}

/** Writes what a snapshot says that is not older than any other. `newest`: the one before, or an earlier part of it. */
export async function writeFacts(
  context: Pick<ParityContext, 'catalog' | 'ignored' | 'pairs'>,
  trx: Transaction<Schema>,
  reading: Reading,
  newest: Newest | null,
): Promise<Written | { readonly error: string }> {
  const { whose, takenAt, facts } = reading;
  const isPart = newest !== null && newest.takenAt.getTime() === takenAt.getTime();
  const compare = comparer({
    seen: facts,
    sameOf: sameIn,
    // Of several parts each has not what is in the others.
    complete: reading.complete && reading.notSeen.length === 0 && !isPart,
    sameRules: newest?.normaliser === normaliserVersion,
  });
  for await (const page of currentFacts(trx, whose)) compare.look(page);
  const compared = compare.compared();
  const lastLooked = await lastLookedAt(trx, whose, compared);
  const from = (was: CurrentFact) =>
    was.unseenSince === null ? (newest?.takenAt ?? null) : lastLooked(was.unseenSince);

  const contrary = isPart ? await contradiction(trx, compared.changed, takenAt) : null;
  if (contrary !== null) {
    return { error: `${contrary}: another part of this snapshot, of the same taken_at, says something else of it` };
  }
  const reopened = isPart ? await reopenFacts(trx, whose, compared.added, takenAt) : new Set<string>();
  const isReopened = (fact: KeptFact) => reopened.size > 0 && reopened.has(placeOf(fact));
  const added = compared.added.filter((fact) => !isReopened(fact));
  const left = { ...compared, added };

  await closeFacts(
    trx,
    [...compared.changed.map(({ was }) => was.id), ...compared.removed.map(({ id }) => id)],
    takenAt,
  );
  const before = new Map(compared.changed.map(({ was, is }) => [is, from(was)]));
  await insertFacts(trx, whose, [...before.keys()], { from: takenAt, after: (fact) => before.get(fact) ?? null });
  const lookedBefore = newest?.sawAll === true && !isPart ? newest.takenAt : null;
  await insertFacts(trx, whose, added, { from: takenAt, after: () => lookedBefore });
  await markUnseen(trx, idsOf(isPart ? [] : compared.unseen), takenAt);
  await markUnseen(trx, idsOf(compared.seenAgain), null);
  await rereadFacts(
    trx,
    compared.reread.map(({ was, is }) => ({ id: was.id, same: sameIn(is) })),
  );

  const changed = compared.changed.length + added.length + compared.removed.length;
  const snapshot = await insertSnapshot(trx, reading, { changed, lost: compared.notes });
  const notes = [...compared.notes];
  const written = (drift: number) => ({ snapshot, changed, drift, notes });
  if (newest === null) {
    notes.unshift(await baselineNote(trx, whose, { facts: facts.size, pairs: context.pairs }));
    return written(0);
  }
  const reread = rereadWords(newest, reading);
  if (reread !== null) {
    const places = [...compared.changed.map(({ is }) => is), ...added, ...compared.removed].map(placeOf);
    await forgetDrift(trx, whose, new Set(places), takenAt);
    notes.unshift(
      `The baseline changed, because ${reread}: ${changed.toLocaleString('en')} facts read otherwise, none of it drift.`,
    );
    return written(0);
  }
  const isStill = stillIn(facts, reading, new Set(compared.unseen.map(placeOf)), isPart);
  const moves = movesOf(left, { newest, isPart, from, reopened: compared.added.filter(isReopened) });
  return written(
    await watchDrift(trx, context, {
      whose,
      moves,
      snapshot: { id: snapshot, takenAt, isStill },
      now: reading.receivedAt,
    }),
  );
}

function idsOf(facts: readonly CurrentFact[]): readonly string[] {
  return facts.map(({ id }) => id);
}

function rereadWords(newest: Newest, { version }: Reading): string | null {
  if (newest.version !== version)
    return `the collector is ${version || 'without version'} and was ${newest.version || 'without'}`;
  return newest.normaliser === normaliserVersion ? null : 'the rules of what is the same are new';
}

function stillIn(facts: Reading['facts'], { complete }: Reading, unseen: ReadonlySet<string>, isPart: boolean) {
  return (drift: {
    readonly service: string;
    readonly facet: KeptFact['facet'];
    readonly key: string;
    readonly after_same: Buffer | null;
  }) => {
    const seen = facts.at(drift);
    if (drift.after_same === null) return complete && !isPart && seen === undefined && !unseen.has(placeOf(drift));
    return seen !== undefined && sameIn(seen) === drift.after_same.toString('hex');
  };
}

/** When what has not been looked at for a while was looked at last. */
async function lastLookedAt(
  trx: Transaction<Schema>,
  { environment, collector }: Whose,
  { changed }: Compared<KeptFact>,
): Promise<(unseenSince: Date) => Date | null> {
  const times = new Set(changed.flatMap(({ was }) => was.unseenSince?.getTime() ?? []));
  const found = new Map<number, Date | null>();
  for (const time of times) {
    const row = await trx
      .selectFrom('snapshots')
      .select((eb) => eb.fn.max('taken_at').as('at'))
      .where('environment', '=', environment)
      .where('collector', '=', collector)
      .where('taken_at', '<', new Date(time))
      .executeTakeFirst();
    found.set(time, row?.at ?? null);
  }
  return (unseenSince) => found.get(unseenSince.getTime()) ?? null;
}

/** The key of a fact that was seen otherwise at the very same time. */
async function contradiction(
  trx: Transaction<Schema>,
  changed: Compared<KeptFact>['changed'],
  takenAt: Date,
): Promise<string | null> {
  if (changed.length === 0) return null;
  const row = await trx
    .selectFrom('facts')
    .select('key')
    .where(
      'id',
      'in',
      changed.slice(0, 10_000).map(({ was }) => was.id),
    )
    .where('valid_from', '=', takenAt)
    .limit(1)
    .executeTakeFirst();
  return row?.key ?? null;
}

export async function insertSnapshot(
  trx: Transaction<Schema>,
  { whose, version, takenAt, receivedAt, complete, notSeen, facts, content }: Reading,
  { changed, lost }: { readonly changed: number; readonly lost: readonly string[] },
): Promise<string> {
  const { id } = await trx
    .insertInto('snapshots')
    .values({
      ...whose,
      collector_version: version,
      normaliser: normaliserVersion,
      taken_at: takenAt,
      recorded_at: receivedAt,
      complete,
      not_seen: [...notSeen, ...lost],
      facts: facts.size,
      changed,
      content,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
