import type { Suspect } from './answer.ts';
import { tookEffect } from './change-words.ts';
import type { Change } from './change.ts';
import { type Breach, type ReleaseRules, breaches } from './release-rules.ts';
import { aftermath } from './suspects/aftermath.ts';
import { type Exclusion, exclusionOf } from './suspects/eligible.ts';
import { type Place, isUnlinked, placeOf, placeReasons } from './suspects/place.ts';
import { recency } from './suspects/recency.ts';
import { riskReasons } from './suspects/risks.ts';
import { symptomReasons, symptomOf } from './suspects/symptom.ts';
import { type Reason, floor, hundredths, kindWeights, likely, weights } from './suspects/weights.ts';
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
  const place = placeOf(context, changes);
  const undoing = undoings(changes);
  const excluded: (RuledOut & Exclusion)[] = [];
  const eligible: Change[] = [];
  for (const change of changes) {
    const exclusion = exclusionOf(change, context, place, () => undoing(change));
    if (exclusion === null) eligible.push(change);
    else excluded.push({ change, ...exclusion });
  }
  const symptom = symptomReasons(eligible, symptomOf(context.symptom, place.services));
  const breach = context.releases === null ? () => null : breaches(context.releases);
  const scored: Scored[] = [];
  for (const change of eligible) {
    const named = symptom(change);
    if (place.closed && isUnlinked(change, place) && (named?.weight ?? 0) < weights.naming) {
      excluded.push({ change, why: `${place.services.join(', ')} does not depend on it`, rank: 5 });
      continue;
    }
    const each = score(change, { context, place, named, breach, undone: undoing(change) });
    if (each.score < floor) excluded.push({ change, why: counterEvidence(each), rank: 3 });
    else scored.push(each);
  }
  const ranked = scored.toSorted((a, b) => b.score - a.score || later(a.change, b.change));
  return {
    suspects: ranked.slice(0, most).map((each, index) => ({ ...each, likelihood: likelihoodOf(ranked, index) })),
    ruledOut: excluded
      .toSorted((a, b) => a.rank - b.rank || later(a.change, b.change))
      .map(({ change, why }) => ({ change, why })),
  };
}

type Scored = Omit<Suspect, 'likelihood'>;

interface Known {
  readonly context: SuspectContext;
  readonly place: Place;
  readonly named: Reason | null;
  readonly breach: (change: Change) => Breach | null;
  /** What took it back since. */
  readonly undone: Change | null;
}

function score(change: Change, { context, place, named, breach, undone }: Known): Scored {
  const reasons = [
    recency(change, context),
    kindWeights[change.kind],
    ...placeReasons(change, place),
    named,
    ...riskReasons(change, context.background.get(change.id), breach(change)),
    repetition(change, context),
    undone === null ? null : aftermath(change, undone, context),
  ]
    .filter((reason) => reason !== null)
    .toSorted((a, b) => b.weight - a.weight);
  const sum = reasons.reduce((total, reason) => total + reason.weight, 0);
  return { change, score: Math.min(1, Math.max(0, hundredths(sum))), reasons };
}

/** What is told again and again, and was before the fault, is how things are. */
function repetition({ repeated }: Change, { onset }: SuspectContext): Reason | null {
  if (repeated === null || onset.getTime() - repeated.since.getTime() < 3_600_000) return null;
  return { text: `the same was told ${repeated.count} times, since long before`, weight: weights.repeated };
}

/** The first by a clear lead. Two that look the same are both only possible. */
function likelihoodOf(ranked: readonly Scored[], index: number): Suspect['likelihood'] {
  const [first, second] = ranked;
  if (index > 0 || first === undefined || first.score < likely.score) return 'possible';
  return first.score - (second?.score ?? 0) < likely.lead ? 'possible' : 'likely';
}

function counterEvidence({ reasons }: Scored): string {
  const against = reasons.filter(({ weight }) => weight < 0).toReversed();
  const told = against.length > 0 ? against : reasons.filter(({ text }) => /before|ago/.test(text));
  return told.map(({ text }) => text).join(', ') || 'nothing else speaks for it';
}

function later(a: Change, b: Change): number {
  return tookEffect(b).getTime() - tookEffect(a).getTime() || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
