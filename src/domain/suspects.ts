import type { Suspect } from './answer.ts';
import type { Change, Kind } from './change.ts';
import type { Risk } from './risk.ts';

export interface SuspectContext {
  /** The moment by which the fault was there: the end of the window. */
  readonly onset: Date;
  readonly now: Date;
  readonly environment: string | null;
}

interface Reason {
  readonly text: string;
  readonly weight: number;
}

/** Recency alone puts the culprit among the first five in about half of all cases, so it weighs most. */
const recencyWeight = 0.45;
/** A change counts half as much for each of these that passed since it took effect. */
const halfLife = 45 * 60_000;

/**
 * What took effect changes more than what was only merged. Binary and configuration pushes lead: they were 37 % and
 * 31 % of outage triggers in Google's postmortems of 2010–2017 (The Site Reliability Workbook, appendix on results of
 * postmortem analysis).
 */
const kindWeights: Readonly<Record<Kind, Reason>> = {
  deploy: { text: 'new code', weight: 0.2 },
  config: { text: 'a configuration change', weight: 0.18 },
  migration: { text: 'a database migration', weight: 0.18 },
  infrastructure: { text: 'an infrastructure change', weight: 0.15 },
  flag: { text: 'a flag flip', weight: 0.15 },
  drift: { text: 'no known change explains it', weight: 0.18 },
  rollback: { text: 'older code came back', weight: 0.08 },
  maintenance: { text: 'maintenance', weight: 0.08 },
  merge: { text: 'merged, not known to be live', weight: 0 },
  note: { text: 'a note', weight: 0 },
};

const riskWeights: Readonly<Record<Risk['name'], number>> = {
  failed: 0.15,
  'failed-first': 0.12,
  disagreement: 0.05,
  'forced-push': 0.1,
  'direct-push': 0.1,
  'self-merged': 0.08,
  unreviewed: 0.08,
  rollback: 0,
  hearsay: 0,
  planned: 0,
};

/** Below this nobody should be pointed at it. */
const floor = 0.25;

/** The likeliest first. Changes that cannot have done it (merely merged or planned, after the onset) are left out. */
export function rankSuspects(changes: readonly Change[], context: SuspectContext, most: number): readonly Suspect[] {
  return changes
    .filter((change) => change.kind !== 'note' && change.kind !== 'merge' && change.status !== 'cancelled')
    .filter((change) => !change.risks.some(({ name }) => name === 'planned'))
    .filter((change) => change.occurredAt <= context.onset)
    .map((change) => suspect(change, context))
    .filter((each) => each.score >= floor)
    .toSorted((a, b) => b.score - a.score || b.change.occurredAt.getTime() - a.change.occurredAt.getTime())
    .slice(0, most);
}

function suspect(change: Change, context: SuspectContext): Suspect {
  const reasons = [recency(change, context), kindWeights[change.kind], ...risks(change), ...place(change, context)]
    .filter((reason) => reason.weight !== 0)
    .toSorted((a, b) => b.weight - a.weight);
  const sum = reasons.reduce((total, reason) => total + reason.weight, 0);
  return { change, score: Math.min(1, Math.max(0, round(sum))), reasons };
}

function recency(change: Change, { onset, now }: SuspectContext): Reason {
  const { finishedAt } = change;
  if (change.kind === 'drift' && change.status === 'started') {
    // It stays until somebody undoes it: that it is still there makes it no newer.
    const age = Math.max(0, onset.getTime() - change.occurredAt.getTime());
    return { text: `found ${inWords(age)} ${before(onset, now)}, still there`, weight: fading(age) };
  }
  if (change.status === 'started') return { text: 'still under way', weight: recencyWeight };
  if (finishedAt !== null && finishedAt > onset) return { text: 'was under way then', weight: recencyWeight };
  const age = Math.max(0, onset.getTime() - (change.finishedAt ?? change.occurredAt).getTime());
  return { text: `took effect ${inWords(age)} ${before(onset, now)}`, weight: fading(age) };
}

function fading(age: number): number {
  return round(recencyWeight * 0.5 ** (age / halfLife));
}

function before(onset: Date, now: Date): string {
  return onset < now ? 'before the end of this window' : 'ago';
}

function risks(change: Change): readonly Reason[] {
  const own = change.risks.map((risk) => ({ text: risk.text, weight: riskWeights[risk.name] }));
  // What a rollback took out of production can do no harm there.
  const arrived = change.carried?.direction === 'forward' ? change.carried.pullRequests : [];
  const carried = arrived.flatMap((pullRequest) =>
    (pullRequest.risks ?? []).map((risk) => ({
      text: `carries #${pullRequest.number}: ${risk.text}`,
      weight: riskWeights[risk.name],
    })),
  );
  // One unreviewed pull request among many is as bad as the worst of them, not their sum.
  const [worst] = carried.toSorted((a, b) => b.weight - a.weight);
  return worst === undefined ? own : [...own, worst];
}

function place(change: Change, context: SuspectContext): readonly Reason[] {
  if (context.environment === null || change.environment !== null) return [];
  return [{ text: `names no environment; it may not concern ${context.environment}`, weight: -0.1 }];
}

function inWords(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

function round(weight: number): number {
  return Math.round(weight * 100) / 100;
}
