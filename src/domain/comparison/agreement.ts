/** What an environment had of a fact, from when it was first seen so. */
export interface State {
  /** Null: nothing. */
  readonly same: string | null;
  /** As it is shown; null of a secret, and of nothing. */
  readonly value: string | null;
  readonly from: Date;
  /** When something else was still seen. Null: nobody looked before. */
  readonly after: Date | null;
}

/** How an environment came by what it has. */
export interface Move {
  readonly before: string | null;
  /** It happened after the first (null: nobody knows) and not after the second. */
  readonly after: Date | null;
  readonly by: Date;
}

/** What is known of when two environments were alike. */
export interface Agreement {
  /** The last time at which both are known to have had the same. Null: they never were seen alike. */
  readonly until: Date | null;
  /** Since when they differ, at the latest. */
  readonly since: Date | null;
  /** Null: it has not changed since. Where they never agreed, how each came by what it has. */
  readonly reference: Move | null;
  readonly mirror: Move | null;
}

/** Of the states of two environments, oldest first, that differ now. */
export function agreementOf(reference: readonly State[], mirror: readonly State[]): Agreement {
  for (let mine = reference.length - 1; mine >= 0; mine -= 1) {
    for (let other = mirror.length - 1; other >= 0; other -= 1) {
      const until = sharedUntil(reference, mine, mirror, other);
      if (until === null) continue;
      const moved = [reference[mine + 1], mirror[other + 1]].flatMap((state) => state?.from ?? []);
      return {
        until,
        since: moved.length === 0 ? null : moved.reduce((a, b) => (a < b ? a : b)),
        reference: mine === reference.length - 1 ? null : lastMove(reference),
        mirror: other === mirror.length - 1 ? null : lastMove(mirror),
      };
    }
  }
  return { until: null, since: null, reference: lastMove(reference), mirror: lastMove(mirror) };
}

/** Snapshots of two environments that are taken together come one after the other. */
const tolerance = 5 * 60_000;

/** Until when both were in these states at once, as far as snapshots saw. Null: they never were. */
function sharedUntil(reference: readonly State[], mine: number, mirror: readonly State[], other: number): Date | null {
  const [a, b] = [reference[mine], mirror[other]];
  if (a === undefined || b === undefined || a.same !== b.same) return null;
  const begun = a.from > b.from ? a.from : b.from;
  const ends = [seenUntil(reference, mine), seenUntil(mirror, other)].flatMap((end) => end ?? []);
  const [first, second = first] = ends;
  if (first === undefined || second === undefined) return begun;
  const ended = first < second ? first : second;
  return begun.getTime() <= ended.getTime() + tolerance ? ended : null;
}

/** Null: it is so now. */
function seenUntil(states: readonly State[], index: number): Date | null {
  const next = states[index + 1];
  return next === undefined ? null : (next.after ?? states[index]?.from ?? next.from);
}

function lastMove(states: readonly State[]): Move | null {
  const [before, now] = [states.at(-2), states.at(-1)];
  if (now === undefined) return null;
  return { before: before?.value ?? null, after: now.after ?? before?.from ?? null, by: now.from };
}
