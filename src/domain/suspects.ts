import type { Suspect } from './answer.ts';
import { isDeploy, tookEffect } from './change-words.ts';
import type { Change } from './change.ts';
import { type ReleaseRules, breaches } from './release-rules.ts';
import { retries } from './retried.ts';
import { type Obstacle, exclusionOf, floorOf, isCutOff, obstacles } from './suspects/eligible.ts';
import { type Place, placeOf } from './suspects/place.ts';
import { routines } from './suspects/routine.ts';
import { type Scored, score } from './suspects/score.ts';
import { symptomOf, symptomReasons } from './suspects/symptom.ts';
import { glance, hundredths, likely } from './suspects/weights.ts';
import { undoings } from './undone.ts';

/** A change that cannot have done it, or for which too little speaks. */
export interface RuledOut {
  readonly change: Change;
  readonly why: string;
}

export interface Ranking {
  /** The likeliest first. Empty: no change fits. */
  readonly suspects: readonly Suspect[];
  /** Most telling first. */
  readonly ruledOut: readonly RuledOut[];
}

/** What only the history knows of a change. */
export interface Background {
  /** The version was not in a mirror of its environment before, where the service is deployed to one. */
  readonly skippedStaging: boolean;
  /** Whoever made it never changed its service before, though others did often. */
  readonly newActor: boolean;
}

export interface SuspectContext {
  /** When the fault began. */
  readonly onset: Date;
  readonly now: Date;
  /** Nobody said that a fault began: the onset is the end of the window that was asked about. */
  readonly assumed?: boolean;
  /** When the fault ended; null: it is still there. Absent: not known. */
  readonly over?: Date | null;
  readonly environment: string | null;
  /** Affected services; empty: not known. */
  readonly services: readonly string[];
  /** What each service depends on, as the settings declare. */
  readonly dependsOn: ReadonlyMap<string, readonly string[]>;
  /** What is seen of the fault in words: titles, descriptions, label values. Empty: nothing is said. */
  readonly symptom: string;
  /** What only the history knows of a change, by its id; absent: nothing is known. */
  readonly background: ReadonlyMap<string, Background>;
  /** How releases are to be made; null: the settings do not say. */
  readonly releases: ReleaseRules | null;
}

/**
 * Which changes may have caused a fault, and why not the others. Equal for equal input in any order. docs/suspects.md
 * publishes the formula.
 */
export function rankSuspects(changes: readonly Change[], context: SuspectContext, most: number): Ranking {
  const ordered = changes.toSorted(laterFirst);
  const place = placeOf(context, ordered);
  const later = { undoing: undoings(ordered), retry: retries(ordered) };
  const ruledOut = new Map<Obstacle, RuledOut[]>(obstacles.map((obstacle) => [obstacle, []]));
  const eligible: Change[] = [];
  const tookBack = new Map<string, Change>();
  for (const change of ordered) {
    const exclusion = exclusionOf(change, context, place, later);
    if (exclusion === null) {
      eligible.push(change);
      continue;
    }
    ruledOut.get(exclusion.obstacle)?.push({ change, why: exclusion.why });
    if (exclusion.by !== undefined) tookBack.set(exclusion.by.id, change);
  }
  const symptom = symptomReasons(eligible, symptomOf(context.symptom, place.services));
  const breach = context.releases === null ? () => null : breaches(context.releases);
  const routine = routines(ordered);
  const scored: Scored[] = [];
  for (const change of eligible) {
    const named = symptom(change);
    if (isCutOff(change, place, named)) {
      ruledOut.get('unlinked')?.push({ change, why: `${place.services.join(', ')} does not depend on it` });
      continue;
    }
    const each = score(change, {
      context,
      place,
      named,
      breach: breach(change),
      routine: routine(change),
      undone: later.undoing(change),
      tookBack: tookBack.get(change.id) ?? null,
    });
    scored.push(each);
  }
  const sorted = scored.toSorted((a, b) => b.score - a.score || laterFirst(a.change, b.change));
  const ranked = namedOf(sorted, place, context);
  const named = new Set(ranked);
  const rest = sorted.filter((each) => !named.has(each));
  for (const each of rest.toSorted((a, b) => laterFirst(a.change, b.change))) {
    ruledOut.get('unlikely')?.push({ change: each.change, why: counterEvidence(each) });
  }
  return {
    suspects: ranked.slice(0, most).map(({ change, score, reasons }, index) => ({
      change,
      score,
      likelihood: likelihoodOf(ranked, index, context),
      reasons,
    })),
    ruledOut: [...ruledOut.values()].flat(),
  };
}

/** Which are suspects: those that fit, and if any does, those that are read at a glance. */
function namedOf(sorted: readonly Scored[], place: Place, { assumed }: SuspectContext): readonly Scored[] {
  const fits = (each: Scored) => each.score >= floorOf(each.change, place);
  if (assumed === true || !sorted.some(fits)) return sorted.filter(fits);
  return sorted.filter((each, index) => fits(each) || (index < glance.most && each.score >= glance.floor));
}

/**
 * The first by a clear lead; two that look the same are both only possible. A release to several regions is several
 * changes, and one suspect. Where nobody said that anything is wrong, nothing is likely to have caused it.
 */
function likelihoodOf(ranked: readonly Scored[], index: number, { assumed }: SuspectContext): Suspect['likelihood'] {
  const [first] = ranked;
  if (assumed === true || index > 0 || first === undefined || first.score < likely.score) return 'possible';
  const next = ranked.find((each) => !isSameRelease(each.change, first.change));
  return hundredths(first.score - (next?.score ?? 0)) < likely.lead ? 'possible' : 'likely';
}

function isSameRelease(a: Change, b: Change): boolean {
  if (a.id === b.id) return true;
  return isDeploy(a) && isDeploy(b) && a.to !== null && a.to === b.to && a.services.join() === b.services.join();
}

function counterEvidence({ reasons, age }: Scored): string {
  const against = reasons.filter(({ weight }) => weight < 0).toReversed();
  return against.length === 0 ? age : against.map(({ text }) => text).join(', ');
}

function laterFirst(a: Change, b: Change): number {
  return tookEffect(b).getTime() - tookEffect(a).getTime() || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
