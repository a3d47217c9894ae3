import type { Evidence } from './evidence/ladder.ts';
import type { Facet } from './facts/fact.ts';

/**
 * `landed`: the mirror's branch has it; `live`: the mirror runs it. Only what git proves leads to these two. `lapsed`: the
 * reference took it back; `not-evaluable`: nobody can tell by its content.
 */
export const backportStates = ['open', 'candidate', 'landed', 'live', 'waived', 'lapsed', 'not-evaluable'] as const;
export type BackportState = (typeof backportStates)[number];

/** What made us think that the mirror lacks it. */
export const backportRules = ['deploy', 'merge', 'config', 'flag', 'infrastructure', 'manual', 'drift'] as const;
export type BackportRule = (typeof backportRules)[number];

export interface BackportCommit {
  readonly commit: string;
  readonly title: string;
  /** It brought the others. */
  readonly isMerge: boolean;
  /** As it was found, and not again since. */
  readonly evidence: Evidence;
  readonly judgedAt: Date;
}

/** A fix that one environment has and that the one which mirrors it should have too. */
export interface Backport {
  readonly id: string;
  readonly state: BackportState;
  readonly rule: BackportRule;
  readonly service: string | null;
  readonly repository: string | null;
  readonly reference: string;
  readonly mirror: string;
  readonly pullRequest: number | null;
  readonly title: string;
  readonly url: string | null;
  readonly why: string;
  /** Why it is in this state, where there is more to say than its evidence does. */
  readonly note: string | null;
  readonly owner: string | null;
  /** It was there before anybody looked. */
  readonly imported: boolean;
  /** When the reference got it. */
  readonly openedAt: Date;
  readonly landedAt: Date | null;
  readonly liveAt: Date | null;
  /** What brought it to the reference. */
  readonly changeId: string | null;
  readonly incidentId: string | null;
  /** Of what never was a commit: what the mirror must have as the reference has it. */
  readonly fact: { readonly facet: Facet; readonly key: string } | null;
  readonly proposed: { readonly commit: string; readonly by: string; readonly at: Date } | null;
  /** `until` null: until the reference's next deploy. */
  readonly snoozed: { readonly until: Date | null; readonly by: string } | null;
  /** How often it was. */
  readonly snoozes: number;
  readonly waived: {
    readonly by: string;
    readonly reason: string;
    readonly until: Date;
    readonly second: string | null;
  } | null;
  /** Oldest first. */
  readonly commits: readonly BackportCommit[];
}

type Judged = Pick<BackportCommit, 'isMerge' | 'evidence'>;

/**
 * What counts of the commits of one fix: its merge where that came whole, which holds all the others; otherwise the
 * others, each of which must come.
 */
export function decisive<Commit extends Judged>(commits: readonly Commit[]): readonly Commit[] {
  const whole = commits.find(({ isMerge, evidence }) => isMerge && evidence.verdict === 'backported');
  if (whole !== undefined) return [whole];
  const parts = commits.filter(({ isMerge }) => !isMerge);
  return parts.length === 0 ? commits : parts;
}

/** What the evidence for each commit of a fix adds up to. */
export function stateOf(commits: readonly Judged[]): 'open' | 'candidate' | 'landed' | 'not-evaluable' {
  const verdicts = decisive(commits).map(({ evidence }) => evidence.verdict);
  const left = verdicts.filter((verdict) => verdict !== 'backported');
  if (left.length === 0) return 'landed';
  if (left.every((verdict) => verdict === 'ask')) return 'candidate';
  if (left.every((verdict) => verdict === 'not-evaluated')) return 'not-evaluable';
  return 'open';
}

/** The evidence that is told for all of a fix: of what counts, that which proves least. */
export function weakest(commits: readonly BackportCommit[]): BackportCommit | null {
  const told = decisive(commits).filter(({ evidence }) => evidence.by !== null);
  const [first = null, ...others] = told;
  return others.reduce<BackportCommit | null>(
    (least, each) => ((each.evidence.containment ?? 1) < (least?.evidence.containment ?? 1) ? each : least),
    first,
  );
}

/** What a person calls it: `#123 Cap batch size`. */
export function backportName({ pullRequest, title }: Pick<Backport, 'pullRequest' | 'title'>): string {
  const plain = pullRequest === null ? title : title.replace(new RegExp(`\\s*\\(#${pullRequest}\\)$`), '');
  return pullRequest === null ? plain : `#${pullRequest} ${plain}`;
}
