import type { BackportCommit } from '../domain/backports/backport.ts';
import type { Evidence } from '../domain/evidence/ladder.ts';
import { type Claims, askedWith } from '../domain/backports/claims.ts';
import { outsideText } from '../domain/outside-text.ts';
import { pathMatcher } from '../domain/path-matcher.ts';
import { freshMirror } from '../git/fresh-mirror.ts';
import { type Reached, commitNamed, commitsReached, containedIn } from '../git/reached.ts';
import type { GitOrigin } from '../git/run-git.ts';
import { type KeptFingerprints, heldFingerprints, keptFingerprints } from './kept-fingerprints.ts';
import { type BackportDependencies, type Place, branchOf, runningIn } from './place.ts';
import { type VerifyOptions, verifyBackports } from './verify.ts';

/** Nothing is known then: it does not mean that something is missing. `again`: it may be known later. */
export interface Unreadable {
  readonly outcome: 'unreadable';
  readonly why: string;
  readonly again: boolean;
}

/** The two sides of a place, as they are now. */
export interface Sides {
  readonly outcome: 'sides';
  readonly origin: GitOrigin;
  readonly gitDir: string;
  readonly kept: KeptFingerprints;
  readonly branches: { readonly reference: string | null; readonly mirror: string };
  /** The newest commit of the mirror's branch. */
  readonly tip: string;
  /** What the mirror runs, where the branch does not have it; null: it has, or nothing is known to run there. */
  readonly beside: string | null;
  /** What each runs. */
  readonly running: { readonly reference: string | null; readonly mirror: string | null };
}

/** Reads both sides. `commits`: what must be there too. */
export async function sidesOf(
  { db, catalog, git }: BackportDependencies,
  place: Place,
  commits: readonly string[],
): Promise<Sides | Unreadable> {
  const { repository, reference, mirror } = place;
  if (git === null) return unreadable('no repository can be read: nobody said where to clone from', false);
  const [there, here] = [await runningIn(db, place, reference), await runningIn(db, place, mirror)];
  const needed = [...commits, ...(here === null ? [] : [here.commit])];
  const fresh = await freshMirror(git, repository, [...new Set(needed)]);
  if (fresh.outcome === 'unreadable') return fresh;
  const { gitDir, defaultBranch } = fresh;
  const branch = branchOf(catalog, place, mirror) ?? defaultBranch;
  if (branch === null) return unreadable(`nothing says which branch of ${repository} ${mirror} runs`, false);
  const tip = await commitNamed(git, gitDir, [`refs/heads/${branch}`]);
  if (tip === null) return unreadable(`${repository} has no branch ${branch}, which ${mirror} should run`, false);
  const within = await containedIn(git, gitDir, tip, here === null ? [] : [here.commit]);
  if ('error' in within) return unreadable(within.error, true);
  return {
    outcome: 'sides',
    origin: git,
    gitDir,
    kept: heldFingerprints(keptFingerprints(db, repository)),
    branches: { reference: branchOf(catalog, place, reference), mirror: branch },
    tip,
    beside: here === null || within.has(here.commit) ? null : here.commit,
    running: { reference: there?.commit ?? null, mirror: here?.commit ?? null },
  };
}

/**
 * What the mirror has of these commits, in order: on its branch, or else in what it runs. What its branch took back it
 * will lose. `said`: by commit, what people say of those that may be it.
 */
export async function evidenceIn(
  sides: Sides,
  commits: readonly string[],
  said: ReadonlyMap<string, Claims> = unsaid,
): Promise<{ readonly outcome: 'verified'; readonly evidence: readonly Evidence[] } | Unreadable> {
  const onBranch = await verify(sides, sides.tip, commits, said);
  if (onBranch.outcome === 'unreadable' || sides.beside === null) return onBranch;
  const isLeft = ({ verdict }: Evidence) => verdict !== 'backported' && verdict !== 'reverted';
  const left = commits.filter((_, index) => onBranch.evidence.slice(index, index + 1).some(isLeft));
  const besides = await verify(sides, sides.beside, left, said);
  if (besides.outcome === 'unreadable') return besides;
  const found = new Map(left.map((commit, index) => [commit, besides.evidence[index]]));
  const evidence = commits.flatMap((commit, index) => {
    const other = found.get(commit);
    return other?.verdict === 'backported' ? [other] : onBranch.evidence.slice(index, index + 1);
  });
  return { outcome: 'verified', evidence };
}

/** Which of these commits the reference took back, each with the commit that did. */
export async function takenBack(
  sides: Sides,
  commits: readonly string[],
  at: string | null,
): Promise<{ readonly outcome: 'verified'; readonly by: ReadonlyMap<string, string> } | Unreadable> {
  const by = new Map<string, string>();
  const { reference } = sides.branches;
  const branch = reference === null ? null : await commitNamed(sides.origin, sides.gitDir, [`refs/heads/${reference}`]);
  const target = branch ?? at;
  if (target === null || commits.length === 0) return { outcome: 'verified', by };
  const verified = await verify(sides, target, commits);
  if (verified.outcome === 'unreadable') return verified;
  for (const [index, { verdict, method, revertedBy }] of verified.evidence.entries()) {
    const commit = commits[index];
    // Of its own commits alone: what is like one that was taken back elsewhere was not.
    if (commit === undefined || verdict !== 'reverted' || method !== 'ancestry' || revertedBy === null) continue;
    by.set(commit, revertedBy);
  }
  return { outcome: 'verified', by };
}

const unsaid: ReadonlyMap<string, Claims> = new Map();

export async function verify(
  { origin, gitDir, kept }: Sides,
  target: string,
  commits: readonly string[],
  said: ReadonlyMap<string, Claims> = unsaid,
): Promise<{ readonly outcome: 'verified'; readonly evidence: readonly Evidence[] } | Unreadable> {
  if (commits.length === 0) return { outcome: 'verified', evidence: [] };
  const options: VerifyOptions = { origin, gitDir, kept, target, source: null, ignoreTrailers: false };
  const verified = await verifyBackports(
    options,
    commits.map((commit) => ({ commit, ...askedWith(said.get(commit)) })),
  );
  return verified.outcome === 'verified' ? verified : unreadable(verified.why, true);
}

export interface Reach {
  readonly outcome: 'reach';
  /** Newest first: everything that leads to the first. */
  readonly commits: readonly Reached[];
  readonly evidence: ReadonlyMap<string, Evidence>;
}

/** What leads to a commit and not to the mirror, with what the mirror has of it. What leads to any of `seen` is left out. */
export async function reachOf(sides: Sides, to: string, seen: readonly (string | null)[]): Promise<Reach | Unreadable> {
  const { origin, gitDir, tip, beside } = sides;
  const known: (string | null)[] = [];
  for (const each of seen) known.push(each === null ? null : await commitNamed(origin, gitDir, [each]));
  const without = [tip, beside, ...known].filter((each) => each !== null);
  const reached = await commitsReached(origin, gitDir, to, without);
  if (reached.outcome === 'failed') return unreadable(reached.error, true);
  const { commits } = reached;
  const names = commits.map(({ commit }) => commit);
  const verified = await evidenceIn(sides, names);
  if (verified.outcome === 'unreadable') return verified;
  const evidence = new Map(
    names.flatMap((commit, index) => verified.evidence.slice(index, index + 1).map((each) => [commit, each] as const)),
  );
  return { outcome: 'reach', commits, evidence };
}

/** Those of these commits that touch what belongs to a service: of a repository that holds several, some do not. */
export async function touching(
  { kept }: Sides,
  paths: readonly string[],
  commits: readonly string[],
): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set(commits);
  const matches = pathMatcher(paths);
  const touched = new Set<string>();
  await kept.load(commits, ({ commit, files }) => {
    if (files.some(matches)) touched.add(commit);
  });
  return touched;
}

export function commitOf({ commit, parents, message }: Reached, evidence: Evidence, now: Date): BackportCommit {
  const title = outsideText(message.split('\n', 1)[0], 300) ?? '(no message)';
  return { commit, title, isMerge: parents.length > 1, evidence, judgedAt: now };
}

function unreadable(why: string, again: boolean): Unreadable {
  return { outcome: 'unreadable', why: outsideText(why, 500) ?? 'it could not be read', again };
}
