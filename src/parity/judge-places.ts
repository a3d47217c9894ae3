import type { Agreement } from '../domain/comparison/agreement.ts';
import { agreementOf } from '../domain/comparison/agreement.ts';
import type { Cause, Difference, IntendedRule, Pair, Side } from '../domain/comparison/difference.ts';
import type { Ungrouped } from '../domain/comparison/group.ts';
import { judge, meantBy } from '../domain/comparison/judge.ts';
import type { LiveRules } from '../domain/comparison/rules.ts';
import type { Change } from '../domain/change.ts';
import type { FactMove } from '../domain/comparison/covers.ts';
import { type CauseSources, type FoundCause, type Moved, causesOf } from './causes.ts';
import { differenceId } from './difference-id.ts';
import { type Collectors, collectorKey, doubtOf, nowIn } from './doubt.ts';
import { type Explanation, placeKey } from './explanations.ts';
import type { FoundPlaces } from './find-places.ts';
import type { Lived, PlaceHistory } from './place-history.ts';
import { sameOf } from './same.ts';
import { statesOf } from './states.ts';
import { type deploysUnderWay, underWayWords } from './under-way.ts';

export interface Judging {
  readonly pair: Pair;
  readonly rules: LiveRules;
  readonly collectors: Collectors;
  readonly found: FoundPlaces;
  readonly said: ReadonlyMap<string, Explanation>;
  readonly underWay: Awaited<ReturnType<typeof deploysUnderWay>>;
  readonly sources: CauseSources;
}

export interface JudgedPlaces {
  readonly differences: readonly Ungrouped[];
  /** By rule how many places it had something to say of. */
  readonly matched: ReadonlyMap<IntendedRule, number>;
}

/** A place, with what is known of it before causes are looked for. */
interface Seen {
  readonly place: PlaceHistory;
  readonly reference: Lived | null;
  readonly mirror: Lived | null;
  readonly equal: boolean;
  readonly doubt: string | null;
  readonly rules: readonly IntendedRule[];
  readonly agreement: Agreement;
}

const noAgreement: Agreement = { until: null, since: null, reference: null, mirror: null };

/** Judges each place, and takes what turns out to count otherwise from the numbers of `found`. */
export async function judgePlaces(places: readonly PlaceHistory[], judging: Judging): Promise<JudgedPlaces> {
  const { pair, found } = judging;
  const seen = places.flatMap((place) => seenAt(place, judging) ?? []);
  const toExplain = seen.filter((each) => !each.equal && each.doubt === null && meantBy(sides(each)) === undefined);
  const moves = toExplain.flatMap((each) => movesOf(pair, each));
  const causes = await causesOf(moves, judging.sources);
  const bySide = new Map(
    moves.map(({ seen, side }, index) => [`${side}\n${placeKey(seen.place)}`, causes[index] ?? null]),
  );
  const matched = new Map<IntendedRule, number>();
  const differences = seen.flatMap((each): Ungrouped[] => {
    const { place, equal, agreement } = each;
    const judged = judge({
      pair,
      ...sides(each),
      equal,
      doubt: each.doubt,
      agreement,
      ...evidenceOf(each, bySide, judging),
    });
    for (const rule of each.rules) {
      if (judged !== null && (judged.rule === rule || !equal)) matched.set(rule, (matched.get(rule) ?? 0) + 1);
    }
    if (judged === null) return [];
    if (equal) found.equal.set(place.facet, (found.equal.get(place.facet) ?? 0) - 1);
    return [differenceOf(pair, each, judged, found.services)];
  });
  return { differences, matched };
}

function seenAt(place: PlaceHistory, { pair, rules, collectors, found }: Judging): Seen | null {
  const [here, there] = [
    nowIn(pair.reference, place.reference, collectors),
    nowIn(pair.mirror, place.mirror, collectors),
  ];
  const [reference, mirror] = [here.fact, there.fact];
  if (reference === null && mirror === null) return null;
  const doubt = doubtOf({ pair, place, lonely: found.lonely }, here, there, collectors);
  const disputed = here.disputed || there.disputed;
  const isSame = !disputed && reference !== null && mirror !== null && reference.same === mirror.same;
  if (rules.isIgnored(place)) return null;
  if (doubt === null && isAsGoodAsNothing(place, reference, mirror)) {
    found.equal.set(place.facet, (found.equal.get(place.facet) ?? 0) + 1);
    return null;
  }
  // Where the rules of what is the same are not those of the other side yet, what reads the same is the same.
  const equal = isSame || (doubt === null && readsTheSame(pair, reference, mirror, collectors));
  if (equal && !isSame) found.equal.set(place.facet, (found.equal.get(place.facet) ?? 0) + 1);
  const matching = rules.matching(place);
  const agreement = equal || doubt !== null ? noAgreement : agreementAt(pair, place, reference ?? mirror, collectors);
  return { place, reference, mirror, equal, doubt, rules: matching, agreement };
}

/** One side has a default or something empty, and the other nothing. */
function isAsGoodAsNothing({ service, facet, key }: PlaceHistory, one: Lived | null, other: Lived | null): boolean {
  const only = one ?? other;
  if (only === null || only.digest !== null || (one !== null && other !== null)) return false;
  return only.same === sameOf({ service, facet, key, value: null }).toString('hex');
}

const surelyWhole = 1000;

function readsTheSame(pair: Pair, one: Lived | null, other: Lived | null, collectors: Collectors): boolean {
  if (one === null || other === null || one.value === null || one.value !== other.value) return false;
  const rules = (environment: string, { collector }: Lived) =>
    collectors.get(collectorKey(environment, collector))?.normaliser;
  return one.value.length < surelyWhole && rules(pair.reference, one) !== rules(pair.mirror, other);
}

function agreementAt(pair: Pair, place: PlaceHistory, fact: Lived | null, collectors: Collectors): Agreement {
  const states = (side: 'reference' | 'mirror') => {
    const collector = place[side].findLast(({ to }) => to === null)?.collector ?? fact?.collector ?? '';
    return statesOf(place[side], collector, collectors.get(collectorKey(pair[side], collector))?.firstAt ?? null);
  };
  return agreementOf(states('reference'), states('mirror'));
}

function movesOf(
  pair: Pair,
  seen: Seen,
): readonly (Moved & { readonly seen: Seen; readonly side: 'reference' | 'mirror' })[] {
  return (['reference', 'mirror'] as const).flatMap((side) => {
    const move = seen.agreement[side];
    return move === null ? [] : [{ seen, side, environment: pair[side], move, fact: factOf(seen, side, move.before) }];
  });
}

function factOf({ place, ...seen }: Seen, side: 'reference' | 'mirror', before: string | null): FactMove {
  const { service, facet, key } = place;
  const now = seen[side];
  const secret = (now ?? seen[side === 'mirror' ? 'reference' : 'mirror'])?.digest !== null;
  return { service, facet, key, before, after: now?.value ?? now?.digest ?? null, secret };
}

function evidenceOf(seen: Seen, bySide: ReadonlyMap<string, FoundCause | null>, judging: Judging) {
  const { pair, said, underWay, sources } = judging;
  const { place, agreement, rules } = seen;
  const of = (side: 'reference' | 'mirror') => bySide.get(`${side}\n${placeKey(place)}`) ?? null;
  const [reference, mirror] = [of('reference'), of('mirror')];
  const told = said.get(placeKey(place));
  const isStill =
    told !== undefined &&
    told.referenceSame === (seen.reference?.same ?? null) &&
    told.mirrorSame === (seen.mirror?.same ?? null);
  const came = (['reference', 'mirror'] as const).flatMap((side) => {
    const move = agreement[side];
    return move === null ? [] : [{ environment: pair[side], since: move.by }];
  });
  const parted =
    agreement.until !== null
      ? null
      : mirror !== null && partedFrom(mirror.change, seen, 'mirror', sources)
        ? ('mirror' as const)
        : reference !== null && partedFrom(reference.change, seen, 'reference', sources)
          ? ('reference' as const)
          : null;
  return {
    rules,
    causes: { reference: reference?.cause ?? null, mirror: mirror?.cause ?? null },
    parted,
    said: isStill ? told : null,
    underWay: underWayWords(underWay, place, came),
  };
}

/** Whether a change says that before it there was what the other environment has now: it read backwards. */
function partedFrom(change: Change, seen: Seen, side: 'reference' | 'mirror', { covers }: CauseSources): boolean {
  if (change.before === null && change.from === null) return false;
  const backwards = {
    ...change,
    before: change.after,
    after: change.before,
    from: change.to,
    to: change.from,
    details: {},
  };
  const other = side === 'mirror' ? 'reference' : 'mirror';
  if (seen[other] === null) return false;
  return covers(backwards, factOf(seen, other, null))?.confidence === 'certain';
}

function sides({ reference, mirror, rules }: Pick<Seen, 'reference' | 'mirror' | 'rules'>) {
  return { reference: sideOf(reference), mirror: sideOf(mirror), rules };
}

function sideOf(lived: Lived | null): Side | null {
  if (lived === null) return null;
  const { value, digest, from: since, after, collector } = lived;
  return { value, secret: digest !== null, since, after, collector };
}

type Verdict = Pick<Difference, 'verdict' | 'since' | 'rule' | 'why'> & { readonly cause: Cause | null };

function differenceOf(pair: Pair, seen: Seen, judged: Verdict, services: FoundPlaces['services']): Ungrouped {
  const { service, facet, key } = seen.place;
  const { reference, mirror } = seen.agreement;
  const { rules: _, ...both } = sides(seen);
  return {
    id: differenceId(pair, seen.place),
    service,
    facet,
    key,
    ...both,
    ...judged,
    moved:
      seen.agreement.until === null ? null : reference === null ? 'mirror' : mirror === null ? 'reference' : 'both',
    serviceAbsent:
      service !== null &&
      ((seen.mirror === null && !services.mirror.has(service)) ||
        (seen.reference === null && !services.reference.has(service))),
  };
}
