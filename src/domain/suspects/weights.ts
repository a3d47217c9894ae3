import type { Kind } from '../change.ts';
import type { Risk } from '../risk.ts';

/** One term of a score: a sentence and what it adds, or takes away. */
export interface Reason {
  readonly text: string;
  readonly weight: number;
}

const minute = 60_000;
const hour = 60 * minute;

/** Every number of the formula that docs/suspects.md publishes; where each comes from stands there. */
export const weights = {
  /** A change that took effect at the onset. */
  recency: 0.35,
  /** What age can take away at most. */
  age: -0.25,
  skewed: -0.05,
  itself: 0.3,
  /** By distance, from 1; further away as the last. */
  upstream: [0.18, 0.08, 0.02, -0.04],
  caller: 0.11,
  /** It names no service, and its title an affected one. */
  titled: 0.21,
  /** It names no service, or one that nothing declared knows: it can be shared. */
  shared: 0.06,
  sharedDeploy: 0.04,
  maybeShared: 0.06,
  /** Nothing declared leads from it. */
  unlinked: -0.1,
  /** It reaches every one of several affected services. */
  reachesAll: 0.08,
  /** It reaches only some of them. */
  reachesSome: -0.04,
  /** Of what reach counts when the services are only named by the symptom. */
  named: 0.7,
  nowhere: -0.08,
  symptom: 0.3,
  /** A match of this weight is a link of its own to a service that nothing declared leads from. */
  naming: 0.08,
  repeated: -0.08,
  /** For each doubling of how often the same was done before. */
  routine: -0.04,
  routineMost: -0.12,
  sameVersion: -0.1,
  restoring: -0.15,
  /** Some of it was taken back before: somebody saw harm in it, and the rest of it is still there. */
  partlyUndone: 0.1,
  /** The fault went when the change was taken back, or stayed. */
  cured: 0.15,
  stayed: -0.15,
} as const;

export const kindWeights: Readonly<Record<Kind, Reason>> = {
  deploy: { text: 'new code', weight: 0.1 },
  config: { text: 'a configuration change', weight: 0.13 },
  migration: { text: 'a database migration', weight: 0.09 },
  infrastructure: { text: 'an infrastructure change', weight: 0.11 },
  flag: { text: 'a flag flip', weight: 0.08 },
  drift: { text: 'no known change explains it', weight: 0.12 },
  maintenance: { text: 'maintenance', weight: 0.08 },
  rollback: { text: 'older code came back, which ran before', weight: -0.05 },
  merge: { text: 'merged', weight: 0 },
  note: { text: 'a note', weight: 0 },
};

/** How soon a kind of change bites: it counts in full until about `soon`, and for nothing after `late`. */
export const pace: Readonly<Record<Kind, { readonly soon: number; readonly late: number }>> = {
  deploy: { soon: 10 * minute, late: 6 * hour },
  rollback: { soon: 10 * minute, late: 6 * hour },
  config: { soon: 10 * minute, late: 8 * hour },
  flag: { soon: 15 * minute, late: 12 * hour },
  maintenance: { soon: 15 * minute, late: 12 * hour },
  infrastructure: { soon: 30 * minute, late: 24 * hour },
  migration: { soon: 30 * minute, late: 24 * hour },
  drift: { soon: hour, late: 24 * hour },
  merge: { soon: 10 * minute, late: 6 * hour },
  note: { soon: 10 * minute, late: 6 * hour },
};

export const riskWeights: Readonly<Record<Risk['name'], number>> = {
  'reverts-fix': 0.1,
  failed: 0.06,
  'failed-first': 0.06,
  disagreement: 0.05,
  'forced-push': 0.05,
  'direct-push': 0.05,
  'self-merged': 0.04,
  unreviewed: 0.04,
  rollback: 0,
  hearsay: -0.02,
  planned: 0,
  'not-verified': 0,
  // Counted as `skippedStaging`, which is known of every change that is ranked.
  'skipped-staging': 0,
  // Counted, where they count, as what the context shows.
  'destructive-migration': 0,
  'destructive-plan': 0,
  freeze: 0,
  'mixed-migration': 0,
  window: 0,
  // Not measured on replays yet.
  'flag-without-reason': 0,
  'manual-change': 0,
  'stale-approval': 0,
};

/** Of risks that only the context shows. */
export const foundRisks = {
  destructive: 0.08,
  lost: 0.08,
  freeze: 0.06,
  skippedStaging: 0.06,
  window: 0.05,
  migrationWithCode: 0.05,
  newActor: 0.04,
} as const;

/** Each further risk of a change counts this much of what it would after the one before. */
export const furtherRisk = 0.6;

/** Below this nobody should be pointed at it. */
export const floor = 0.26;
/** The same for what nothing declared leads from. */
export const farFloor = 0.36;
/** Where somebody is pointed at a change, as many as are read at a glance are named, down to this. */
export const glance = { most: 5, floor: 0.12 } as const;
/** From this on, and this far before the next, a suspect is likely. */
export const likely = { score: 0.55, lead: 0.12 } as const;

/** Clocks differ: a change that began this soon after the onset may have been before it. */
export const skew = { source: 2 * minute, received: 5 * minute } as const;

export function hundredths(weight: number): number {
  return Math.round(weight * 100) / 100;
}
