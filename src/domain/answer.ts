import type { Change, Kind } from './change.ts';
import type { SourceCoverage } from './coverage.ts';
import type { FoldedSignal } from './signal.ts';

/** The half-open range [from, to), with the words that show how the question was understood. */
export interface Window {
  readonly from: Date;
  readonly to: Date;
  /** For people, in the asker's time zone: `since 14:00 (2 h 13 min, your time)`. */
  readonly understood: string;
  /** Ambiguities and how they were decided: `02:30 does not exist that day; 03:30 was taken`. */
  readonly notes: readonly string[];
}

export interface Filters {
  readonly environment: string | null;
  readonly services: readonly string[];
  readonly kinds: readonly Kind[];
  /** A login, name or e-mail address; matched without regard to case. */
  readonly actor: string | null;
  /** Free text looked for in titles. */
  readonly text: string | null;
}

export interface Suspect {
  readonly change: Change;
  /** 0 to 1. */
  readonly score: number;
  /** `likely`: much speaks for it, and clearly more than for any other. */
  readonly likelihood: 'likely' | 'possible';
  /** Strongest first, counter-evidence with negative weight last; the sum of the weights, cut to 0…1, is the score. */
  readonly reasons: readonly { readonly text: string; readonly weight: number }[];
}

export interface Answer {
  readonly window: Window;
  readonly filters: Filters;
  /** One page, newest first. */
  readonly changes: readonly Change[];
  /** All changes of the window that pass the filters. Counting stops at `countLimit` (then `totalIsFloor`). */
  readonly total: number;
  readonly totalIsFloor: boolean;
  /** How many of `total` each service has, most first; null collects those without one. */
  readonly byService: readonly {
    readonly service: string | null;
    readonly kinds: Readonly<Partial<Record<Kind, number>>>;
    readonly total: number;
  }[];
  readonly suspects: readonly Suspect[];
  readonly coverage: readonly SourceCoverage[];
  /** Alerts that were open at some time of the window, newest first; at most 20. */
  readonly alerts: readonly FoldedSignal[];
  /** Changes of the same window in the same environment that only the other filters hid. */
  readonly elsewhere: number;
  /** Merges to a default branch in the window that no deploy to this environment has carried yet. */
  readonly waiting: number;
  /** Changes of the window that name no environment but could concern this one, such as an edit of `config/app.yaml`. */
  readonly unplaced: number;
  /** Changes of the window and environment that the asker may not see; counting stops at 1,000. */
  readonly restricted: number;
  /** Opaque; null on the last page. */
  readonly next: string | null;
  readonly askedAt: Date;
}
