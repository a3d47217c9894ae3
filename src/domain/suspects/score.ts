import type { Suspect } from '../answer.ts';
import { changeName, isDeploy, tookEffect } from '../change-words.ts';
import type { Change } from '../change.ts';
import type { Breach } from '../release-rules.ts';
import type { SuspectContext } from '../suspects.ts';
import { aftermath } from './aftermath.ts';
import { halfUndone } from './half-undone.ts';
import { type Place, nowhereReason, reachReason, spreadReason } from './place.ts';
import { recency } from './recency.ts';
import { riskReasons } from './risks.ts';
import { type Reason, hundredths, kindWeights, weights } from './weights.ts';

export interface Scored extends Omit<Suspect, 'likelihood'> {
  /** What its time says, whatever the weight. */
  readonly age: string;
}

/** What is known of one change besides itself. */
export interface Known {
  readonly context: SuspectContext;
  readonly place: Place;
  /** What the symptom has in common with it. */
  readonly named: Reason | null;
  readonly breach: Breach | null;
  /** How often the same was done before. */
  readonly routine: Reason | null;
  /** What took it back. */
  readonly undone: Change | null;
  /** What it took back itself. */
  readonly tookBack: Change | null;
}

/** All that speaks for and against a change, and its sum. */
export function score(change: Change, { context, place, named, breach, routine, undone, tookBack }: Known): Scored {
  const age = recency(change, context);
  const found: Reason[] = [age, kindWeights[change.kind]];
  const add = (reason: Reason | null) => {
    if (reason !== null) found.push(reason);
  };
  add(reachReason(change, place));
  add(spreadReason(change, place));
  add(nowhereReason(change, place));
  add(named);
  found.push(...riskReasons(change, context.background.get(change.id), breach));
  add(routine ?? repetition(change, context));
  add(sameVersion(change));
  add(restoring(change, tookBack));
  if (undone !== null) found.push(takenBack(change, undone, context));
  const reasons = found.toSorted((a, b) => b.weight - a.weight);
  const sum = reasons.reduce((total, reason) => total + reason.weight, 0);
  return { change, score: Math.min(1, Math.max(0, hundredths(sum))), reasons, age: age.text };
}

function takenBack(change: Change, undone: Change, context: SuspectContext): Reason {
  const inPart = tookEffect(undone) <= context.onset ? halfUndone(undone) : null;
  return inPart ?? aftermath(change, undone, context);
}

const longBefore = 3_600_000;

/** What is told again and again, and was before the fault, is how things are. */
function repetition({ repeated }: Change, { onset }: SuspectContext): Reason | null {
  if (repeated === null || onset.getTime() - repeated.since.getTime() < longBefore) return null;
  return { text: `the same was told ${repeated.count} times, since long before`, weight: weights.repeated };
}

/** Deployed again, as it was: a restart. */
function sameVersion(change: Change): Reason | null {
  const { from, to } = change;
  if (!isDeploy(change) || from === null || from !== to) return null;
  return { text: 'the same version as before', weight: weights.sameVersion };
}

/** What puts things back as they were is no more suspect than a rollback. */
function restoring({ kind }: Change, tookBack: Change | null): Reason | null {
  if (tookBack === null || kind === 'rollback') return null;
  return { text: `takes back ${changeName(tookBack)}`, weight: weights.restoring };
}
