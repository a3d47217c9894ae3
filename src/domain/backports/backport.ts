import type { Evidence } from '../evidence/ladder.ts';
import type { Facet } from '../facts/fact.ts';

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

/** What shows that the mirror has a fact as the reference has it. */
export interface FactProof {
  /** When that was seen first. */
  readonly at: Date;
  readonly collector: string;
  /** The snapshot that saw it; null: only changes tell of it. */
  readonly snapshotId: string | null;
  readonly changeId: string | null;
}

/** What never was a commit: the mirror must have it as the reference has it. */
export interface BackportFact {
  /** Null: of the environment, of no one service. */
  readonly service: string | null;
  readonly facet: Facet;
  readonly key: string;
  readonly proof: FactProof | null;
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
  /** When both sides were read last; null: never. */
  readonly judgedAt: Date | null;
  readonly landedAt: Date | null;
  readonly liveAt: Date | null;
  /** What brought it to the reference. */
  readonly changeId: string | null;
  /** It was merged for the reference, and no deploy has brought it there yet. */
  readonly awaitsDeploy: boolean;
  /** The one that was open when it came. */
  readonly incidentId: string | null;
  /** That was fixed by it, as far as people said. */
  readonly fixedIncident: boolean;
  /** Of what never was a commit: what the mirror must have as the reference has it, by its first fact. */
  readonly fact: { readonly facet: Facet; readonly key: string; readonly all: readonly BackportFact[] } | null;
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

/** The proof that is told for all facts of a fix: the last that was needed. */
export function lastProof({ state, fact }: Pick<Backport, 'state' | 'fact'>): FactProof | null {
  if (state !== 'live') return null;
  const proofs = (fact?.all ?? []).flatMap(({ proof }) => proof ?? []);
  return proofs.reduce<FactProof | null>((last, each) => (last === null || each.at > last.at ? each : last), null);
}

/** What a person calls it: `#123 Cap batch size`. */
export function backportName({ pullRequest, title }: Pick<Backport, 'pullRequest' | 'title'>): string {
  const plain = pullRequest === null ? title : title.replace(new RegExp(`\\s*\\(#${pullRequest}\\)$`), '');
  return pullRequest === null ? plain : `#${pullRequest} ${plain}`;
}
