import type { Suspect as Ranked } from './answer.ts';
import type { Change } from './change.ts';
import { rankSuspects as rankByTime } from './suspects.ts';

/** The interface of the ranking to come, over the one there is. To be dropped with it. */
export interface Suspect extends Ranked {
  readonly likelihood: 'likely' | 'possible';
}
export interface Ranking {
  readonly suspects: readonly Suspect[];
  readonly ruledOut: readonly { readonly change: Change; readonly why: string }[];
}
export interface Background {
  readonly skippedStaging: boolean;
  readonly newActor: boolean;
}
export interface SuspectContext {
  readonly onset: Date;
  readonly now: Date;
  readonly environment: string | null;
  readonly services: readonly string[];
  readonly dependsOn: ReadonlyMap<string, readonly string[]>;
  readonly symptom: string;
  readonly background?: ReadonlyMap<string, Background>;
}

export function rankSuspects(changes: readonly Change[], context: SuspectContext, most: number): Ranking {
  const suspects = rankByTime(changes, context, most);
  return {
    suspects: suspects.map((each) => ({ ...each, likelihood: each.score >= 0.5 ? 'likely' : 'possible' })),
    ruledOut: [],
  };
}
