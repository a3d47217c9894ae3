import type { Pair } from '../domain/comparison/difference.ts';
import type { KnownCollector } from './collector-states.ts';
import type { Lonely } from './find-places.ts';
import type { Lived, PlaceHistory } from './place-history.ts';

/** What an environment has of a fact now, and whether that can be relied on. */
export interface Now {
  /** Null: it has none. */
  readonly fact: Lived | null;
  /** Why it cannot be relied on, in words; null: it can. */
  readonly doubt: string | null;
  /** Collectors that can be relied on see different things. */
  readonly disputed: boolean;
}

/** By environment and name. */
export type Collectors = ReadonlyMap<string, KnownCollector>;

export function collectorKey(environment: string, collector: string): string {
  return `${environment}\n${collector}`;
}

/** Of what several collectors have seen, what the reliable ones did. */
export function nowIn(environment: string, lived: readonly Lived[], collectors: Collectors): Now {
  const current = lived.filter(({ to }) => to === null);
  const known = current.filter(({ collector }) => !collectors.get(collectorKey(environment, collector))?.gone);
  const sure = known.filter((each) => reasonAgainst(environment, each, collectors) === null);
  const [first, ...others] = sure;
  if (first === undefined) {
    const [fact] = known;
    return fact === undefined
      ? { fact: null, doubt: null, disputed: false }
      : { fact, doubt: reasonAgainst(environment, fact, collectors), disputed: false };
  }
  const other = others.find(({ same }) => same !== first.same);
  if (other === undefined) return { fact: first, doubt: null, disputed: false };
  const doubt = `${first.collector} and ${other.collector} see different things in ${environment}.`;
  return { fact: first, doubt, disputed: true };
}

function reasonAgainst(
  environment: string,
  { collector, digest, unseen }: Lived,
  collectors: Collectors,
): string | null {
  const state = collectors.get(collectorKey(environment, collector));
  if (state === undefined) return `Nothing is known of ${collector} in ${environment}.`;
  if (state.stale) return `${collector} has been silent in ${environment} since ${day(state.takenAt)}.`;
  if (unseen) return `${collector} did not look at it in ${environment} the last time.`;
  if (digest === 'present') return `${collector} had no key to digest secrets with in ${environment}.`;
  return null;
}

/** Why two environments cannot be compared at this place. */
export function doubtOf(
  { pair, place, lonely }: { readonly pair: Pair; readonly place: PlaceHistory; readonly lonely: readonly Lonely[] },
  reference: Now,
  mirror: Now,
  collectors: Collectors,
): string | null {
  const alone = lonely.find(({ facet }) => facet === place.facet);
  if (alone !== undefined) {
    const other = alone.side === 'reference' ? pair.mirror : pair.reference;
    return `${other} has no collector for ${alone.facet} (${alone.collectors.join(', ')}).`;
  }
  const doubt = reference.doubt ?? mirror.doubt;
  if (doubt !== null) return doubt;
  const [one, other] = [reference.fact, mirror.fact];
  if (one !== null && other !== null) {
    if ((one.digest === null) === (other.digest === null)) return null;
    return 'One of the two is a secret of which only a digest is known.';
  }
  const [environment, seen] = one === null ? [pair.reference, other] : [pair.mirror, one];
  return seen === null ? null : absenceDoubt(environment, seen.collector, collectors);
}

/** Whether it can be said that an environment does not have what a collector saw elsewhere. */
function absenceDoubt(environment: string, collector: string, collectors: Collectors): string | null {
  const state = collectors.get(collectorKey(environment, collector));
  if (state === undefined || state.gone) return null;
  if (state.stale) return `${collector} has been silent in ${environment} since ${day(state.takenAt)}.`;
  return state.complete ? null : `${collector} saw only a part of ${environment} the last time.`;
}

function day(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
