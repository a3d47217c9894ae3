import type { Facet } from '../facts/fact.ts';

/** Facts of one environment that changed together with no recorded change that explains it. */
export interface DriftReport {
  /** Of the drift, as long as it is the same one. */
  readonly id: string;
  /** `cleared`: the facts are as they were, or a change explains them. */
  readonly state: 'open' | 'cleared';
  readonly environment: string;
  readonly service: string | null;
  readonly facet: Facet;
  readonly collector: string;
  /** What the keys have in common, or the only key. */
  readonly subject: string;
  /** When something else was seen last, and when it was seen so first: it happened in between. ISO 8601, UTC. */
  readonly after: string | null;
  readonly since: string;
  /** When it was told or cleared. */
  readonly at: string;
  /** How many facts; `facts` holds the first of them. */
  readonly count: number;
  readonly facts: readonly DriftedFact[];
  /** Of an audit log that saw a write of the same object in the window. */
  readonly seen: { readonly changeId: string; readonly by: string; readonly title: string } | null;
  /** Of one that cleared, one sentence: why. */
  readonly why: string | null;
}

export interface DriftedFact {
  readonly key: string;
  /** As it is shown; null: there was none. Of a secret only that it is one. */
  readonly before: string | null;
  readonly after: string | null;
}

/** In one report. */
export const mostDriftedFacts = 40;
