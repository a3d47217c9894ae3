import type { CommitNames } from './commit-names.ts';
import { type Fingerprint, longestDiff } from './fingerprint.ts';
import { isAside } from './aside.ts';
import { likenessOf } from './likeness.ts';
import { inverseOf } from './lines.ts';
import type { Pool, Pooled } from './pool.ts';

/** From the strongest to the weakest. */
export const methods = [
  'ancestry',
  'trailer',
  'change-id',
  'patch-id',
  'patch-id-without-context',
  'authorship',
  'named',
  'listed',
  'near-identical',
  /** Somebody says so, and something else does too. */
  'confirmed',
] as const;
export type Method = (typeof methods)[number];

export interface Evidence {
  /** `not-evaluated`: nobody can tell by its content; `ask`: something speaks for `by`, and not enough. */
  readonly verdict: 'backported' | 'reverted' | 'ask' | 'not-found' | 'not-evaluated';
  readonly by: string | null;
  readonly method: Method | null;
  /** How much of the commit is in `by`, 0 to 1; null: not looked at. */
  readonly containment: number | null;
  /** Files of the commit that `by` does not touch, under whatever folder. */
  readonly missingFiles: readonly string[];
  /** The commit on the target that took `by` back. */
  readonly revertedBy: string | null;
  /** Why it could not be evaluated, for people. */
  readonly reason: string | null;
}

/** Thresholds: measured on the histories of public projects with their trailers hidden (docs/backports.md). */
const some = 0.1;
const said = 0.3;
const named = 0.5;
const identical = 0.9;
const fewestLines = 5;
const alike = 0.4;
const contained = 0.7;

interface Candidate {
  readonly pooled: Pooled;
  /** Null: nothing but a reason to ask. */
  readonly method: Method | null;
  readonly containment: number;
}

const nothing: Evidence = {
  verdict: 'not-found',
  by: null,
  method: null,
  containment: null,
  missingFiles: [],
  revertedBy: null,
  reason: null,
};

/** By commit of the target, how many people say that it is it. */
export type Claimed = ReadonlyMap<string, number>;

/**
 * What the commits of a target prove about a commit that is not among them (or is excluded). Whatever proves it and was
 * not taken back later counts first, then the strongest method, then how much of the commit is there. What people claim
 * counts with something else that says so: `claimed`.
 */
export function judge(
  print: Fingerprint,
  names: CommitNames,
  pool: Pool,
  { excluded, claimed }: { readonly excluded: ReadonlySet<string>; readonly claimed: Claimed },
): Evidence {
  const spokenOf = [...claimed.keys()].flatMap((commit) => pool.commits.get(commit) ?? []);
  const candidates = [...new Set([...pool.near(print, names), ...spokenOf])]
    .filter(({ print: { commit } }) => commit !== print.commit && !excluded.has(commit))
    .flatMap((pooled) => {
      const found = candidateOf(print, names, pooled, pool);
      const people = claimed.get(pooled.print.commit) ?? 0;
      const proves = found.some(({ method }) => method !== null);
      return people === 0 || proves ? found : claimedOf(print, names, pooled, pool, people);
    })
    .toSorted(byStrength);
  const proving = candidates.filter(({ method }) => method !== null);
  const reverts = new Map(proving.map((each) => [each, revertOf(each.pooled, pool, excluded)]));
  const standing = proving.find((each) => reverts.get(each) === null) ?? proving[0];
  if (standing !== undefined) {
    const revertedBy = reverts.get(standing) ?? null;
    return told(print, standing, revertedBy === null ? 'backported' : 'reverted', revertedBy);
  }
  const spoken = candidates.find(({ pooled }) => claimed.has(pooled.print.commit));
  if (spoken !== undefined) return told(print, spoken, 'ask', null);
  const why = unreadable(print);
  if (why !== null) return { ...nothing, verdict: 'not-evaluated', reason: why };
  const [likest] = candidates;
  return likest === undefined ? nothing : told(print, likest, 'ask', null);
}

/** Of a commit that the target has itself. */
export function judgeOwn(own: Pooled, pool: Pool, excluded: ReadonlySet<string>): Evidence {
  const revertedBy = revertOf(own, pool, excluded);
  return {
    ...nothing,
    verdict: revertedBy === null ? 'backported' : 'reverted',
    by: own.print.commit,
    method: 'ancestry',
    containment: 1,
    revertedBy,
  };
}

/** The commit that took it back and was not taken back itself; null: it stands. */
function revertOf(one: Pooled, pool: Pool, excluded: ReadonlySet<string>, depth = 0): string | null {
  if (depth > 10) return null;
  const reverting = pool.reverting(one);
  if (reverting.length === 0) return null;
  const inverse = inverseOf(one.print.lines);
  for (const each of reverting) {
    if (excluded.has(each.print.commit)) continue;
    const { containment } = likenessOf(inverse, each.print.lines, pool.rarity);
    const saysIt = each.names.reverts.some((commit) => one.print.commit.startsWith(commit));
    if (containment < (saysIt ? said : named)) continue;
    if (revertOf(each, pool, excluded, depth + 1) === null) return each.print.commit;
  }
  return null;
}

function candidateOf(print: Fingerprint, names: CommitNames, pooled: Pooled, pool: Pool): readonly Candidate[] {
  const { containment, covered, jaccard } = likenessOf(print.lines, pooled.print.lines, pool.rarity);
  // Taking a fix back changes the same lines, and says the same names.
  const sameTurn = pooled.names.turns % 2 === names.turns % 2;
  const candidate = (method: Method | null): readonly Candidate[] => [{ pooled, method, containment }];
  const trailer = shareOrigin(print, names, pooled);
  if (trailer && containment >= said) return candidate('trailer');
  if (names.changeId !== null && names.changeId === pooled.names.changeId && containment >= said) {
    return candidate('change-id');
  }
  // Git keeps both when it picks or rebases: two commits of one author, moment and title were one.
  const authored = sameTurn && isAuthoredAlike(print, names, pooled);
  const linked = sameTurn && isLinked(names, pooled, pool);
  // Called as another commit of the source is, it is that one's pick, however alike the two are.
  const isAnothers =
    !authored && !linked && pool.isSource(pooled.names.subject) && pooled.names.subject !== names.subject;
  const telling = authored || linked || (isTelling(print, pool) && !isAnothers);
  if (telling && print.patch !== null && print.patch === pooled.print.patch) return candidate('patch-id');
  if (telling && print.barePatch !== null && print.barePatch === pooled.print.barePatch) {
    return candidate('patch-id-without-context');
  }
  // A pick that leaves out tests is still one: what there is of it comes from the commit.
  const isPart = containment >= some && covered >= named && missingFiles(print, pooled).every(isAside);
  if (authored && (containment >= said || isPart)) return candidate('authorship');
  if (linked && (containment >= named || isPart)) return candidate('named');
  const listed = listedAs(names, pooled, pool);
  const enough = listed === 'title' ? said : named;
  if (listed !== null && containment >= enough && halfOfFilesIn(print, pooled)) return candidate('listed');
  if (sameTurn && !isAnothers && jaccard >= identical && countOf(print) >= fewestLines)
    return candidate('near-identical');
  const asks =
    trailer ||
    authored ||
    linked ||
    (listed !== null && containment > 0) ||
    jaccard >= alike ||
    containment >= contained;
  return asks && (sameTurn || listed !== null) ? candidate(null) : [];
}

/**
 * What somebody says is it: proved when it has some of its content, names it, or somebody else says so too. Else there
 * is still to be asked. What takes it back is never it.
 */
function claimedOf(
  print: Fingerprint,
  names: CommitNames,
  pooled: Pooled,
  pool: Pool,
  people: number,
): readonly Candidate[] {
  const { containment } = likenessOf(print.lines, pooled.print.lines, pool.rarity);
  const taken = likenessOf(inverseOf(print.lines), pooled.print.lines, pool.rarity).containment;
  if (taken >= said && taken > containment) return [];
  const sameTurn = pooled.names.turns % 2 === names.turns % 2;
  const isNamed =
    shareOrigin(print, names, pooled) ||
    (names.changeId !== null && names.changeId === pooled.names.changeId) ||
    (sameTurn &&
      (isAuthoredAlike(print, names, pooled) ||
        isLinked(names, pooled, pool) ||
        listedAs(names, pooled, pool) !== null));
  const isProved = containment >= said || isNamed || people >= 2;
  return [{ pooled, method: isProved ? 'confirmed' : null, containment }];
}

/** One says that it was picked from the other, or both that they were from a third. */
function shareOrigin(print: Fingerprint, names: CommitNames, { print: other, names: othersNames }: Pooled): boolean {
  const ours = [print.commit, ...names.origins];
  const theirs = [other.commit, ...othersNames.origins];
  return ours.some((one, index) =>
    theirs.some((two, at) => (index > 0 || at > 0) && (one.startsWith(two) || two.startsWith(one))),
  );
}

function isLinked(names: CommitNames, { names: othersNames }: Pooled, pool: Pool): boolean {
  if (names.numbers.some((number) => othersNames.numbers.includes(number))) return true;
  if (names.subject !== othersNames.subject || names.subject === '') return false;
  return pool.isUnique(names.subject);
}

function isAuthoredAlike(
  print: Fingerprint,
  names: CommitNames,
  { print: other, names: othersNames }: Pooled,
): boolean {
  if (print.author !== other.author || print.authoredAt !== other.authoredAt) return false;
  return names.subject !== '' && names.subject === othersNames.subject;
}

/** How a batch names it: its whole title says more than a number, which may only be referred to. */
function listedAs(names: CommitNames, { names: others }: Pooled, pool: Pool): 'title' | 'number' | null {
  // What takes a batch back lists what was in it.
  if (others.turns % 2 === 1) return null;
  if (names.subject.length >= 10 && pool.isUnique(names.subject) && others.listed.has(names.subject)) return 'title';
  const isNumbered = names.numbers.some((number) => {
    const turns = others.listedNumbers.get(number);
    return turns !== undefined && turns % 2 === names.turns % 2;
  });
  return isNumbered ? 'number' : null;
}

/** The same patch says something when not all of it is what many commits have: version bumps are alike everywhere. */
function isTelling(print: Fingerprint, pool: Pool): boolean {
  let weight = 0;
  for (const line of print.lines.keys) weight += pool.rarity.weightOf(line);
  return weight > 0 && print.lines.keys.length >= 2;
}

function halfOfFilesIn(print: Fingerprint, { print: other }: Pooled): boolean {
  const there = new Set(other.files.map(baseName));
  return print.files.filter((file) => there.has(baseName(file))).length * 2 >= print.files.length;
}

function missingFiles(print: Fingerprint, { print: other }: Pooled): readonly string[] {
  const there = new Set(other.files.map(baseName));
  return print.files.filter((file) => !there.has(baseName(file)));
}

function unreadable({ size, lines, binary }: Fingerprint): string | null {
  if (size > longestDiff) return `its diff has more than ${longestDiff} changed lines`;
  if (lines.keys.length > 0) return null;
  return binary ? 'it changes binary files only' : 'it changes no line that could be compared';
}

function told(
  print: Fingerprint,
  { pooled, method, containment }: Candidate,
  verdict: Evidence['verdict'],
  revertedBy: string | null,
): Evidence {
  return {
    verdict,
    by: pooled.print.commit,
    method,
    containment: Math.round(containment * 1000) / 1000,
    missingFiles: missingFiles(print, pooled),
    revertedBy,
    reason: null,
  };
}

function byStrength(a: Candidate, b: Candidate): number {
  const rank = ({ method }: Candidate) => (method === null ? methods.length : methods.indexOf(method));
  return rank(a) - rank(b) || b.containment - a.containment || a.pooled.place - b.pooled.place;
}

function countOf({ lines }: Fingerprint): number {
  let all = 0;
  for (const times of lines.times) all += times;
  return all;
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
