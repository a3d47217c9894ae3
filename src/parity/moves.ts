import type { Compared, CurrentFact } from '../domain/facts/compare-facts.ts';
import { sameOf } from './same.ts';
import { type KeptFact, sameIn } from './snapshot-facts.ts';
import type { Newest } from './store-snapshot.ts';
import type { Moved } from './watch-drift.ts';

interface Known {
  readonly newest: Newest;
  readonly isPart: boolean;
  /** When a fact was seen last as it was. */
  readonly from: (was: CurrentFact) => Date | null;
  /** What an earlier part of the snapshot had taken for removed. */
  readonly reopened: readonly KeptFact[];
}

/**
 * What of it somebody may have changed. A fact that is new is so only where the snapshot before would have seen it, and
 * something of its facet has been seen before: a collector that sees more has changed nothing.
 */
export function movesOf(compared: Compared<KeptFact>, { newest, isPart, from, reopened }: Known): readonly Moved[] {
  const changed = compared.changed.flatMap(({ was, is }) => {
    const at = from(was);
    return at === null ? [] : [{ ...whereOf(is), before: saying(was), after: saying(is), from: at }];
  });
  const isNews = newest.sawAll && !isPart;
  const added = compared.added
    .filter((is) => isNews && compared.facets.has(is.facet))
    .map((is) => ({ ...whereOf(is), before: null, after: saying(is), from: newest.takenAt }));
  const removed = compared.removed.map((was) => ({
    ...whereOf(was),
    before: saying(was),
    after: null,
    from: newest.takenAt,
  }));
  const back = reopened.map((is) => ({ ...whereOf(is), before: saying(is), after: saying(is), from: newest.takenAt }));
  return [...changed, ...added, ...removed, ...back];
}

/** What is empty or a default is as good as nothing. */
function saying(fact: CurrentFact | KeptFact): Moved['after'] {
  const { value, digest } = fact;
  const same = 'same' in fact ? fact.same : sameIn(fact);
  return same === nothing ? null : { value, digest, same };
}

const nothing = sameOf({ service: null, facet: 'config', key: 'nothing', value: null }).toString('hex');

function whereOf({ service, facet, key }: CurrentFact | KeptFact) {
  return { service, facet, key };
}
