import type { Change } from '../change.ts';
import type { ReleaseRules } from '../release-rules.ts';
import type { Background } from '../suspects.ts';

/** A past incident of which it is known what caused it. */
export interface LabelledIncident {
  readonly id: string;
  readonly title: string;
  readonly symptom: string;
  readonly environment: string | null;
  /** Those that were seen to suffer; empty when that is not known. */
  readonly services: readonly string[];
  readonly startedAt: Date;
  /** When suspects were (or would have been) named: nothing that came later may help. */
  readonly askedAt: Date;
  readonly dependsOn: ReadonlyMap<string, readonly string[]>;
  /** In any order, of every environment. */
  readonly changes: readonly Change[];
  /** What is known about changes beyond themselves, by their ids. */
  readonly background: ReadonlyMap<string, Background>;
  /** How releases were to be made. Left out: nothing says it. */
  readonly releases?: ReleaseRules;
  /** Ids of changes; none: no change caused it. */
  readonly causes: readonly string[];
}
