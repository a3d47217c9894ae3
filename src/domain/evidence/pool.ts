import { type CommitNames, commitNames, plainSubject, withoutBranch } from './commit-names.ts';
import { type Fingerprint, longestDiff } from './fingerprint.ts';
import type { Rarity } from './likeness.ts';

/** A commit on the target, with what it calls itself. */
export interface Pooled {
  readonly print: Fingerprint;
  readonly names: CommitNames;
  /** The higher, the later. */
  readonly place: number;
}

/** What may be the backport of something: the commits of a target, found by whatever could tie them to another. */
export interface Pool {
  readonly commits: ReadonlyMap<string, Pooled>;
  readonly rarity: Rarity;
  /** Whether a subject names one commit: one that several have names none of them. */
  readonly isUnique: (subject: string) => boolean;
  /** Whether a commit of the other side has this subject. */
  readonly isSource: (subject: string) => boolean;
  /** Those that something ties to it: names or content. Each once, in no order. */
  readonly near: (print: Fingerprint, names: CommitNames) => readonly Pooled[];
  /** Those that say they take this commit back, or by subject. */
  readonly reverting: (one: Pooled) => readonly Pooled[];
}

export interface PoolOptions {
  readonly rarity: Rarity;
  /** How many commits of the other side have each subject, as `plainSubject` gives it. */
  readonly subjects: ReadonlyMap<string, number>;
  /** Those that may be a backport; the others are there because they may take one back. */
  readonly eligible: ReadonlySet<string>;
  readonly ignoreTrailers: boolean;
}

/** A line that more commits have than this leads to none of them. */
const commonLine = 20;
/** Commits found by content alone are looked at, those that share most first. */
const mostByContent = 40;

/** Of a target that got the same commit twice, picked anew after it was taken back, both may be it. */
const mostPicks = 2;

/** `prints`: commits of the target without merges, oldest first. */
export function poolOf(
  prints: readonly Fingerprint[],
  { rarity, subjects, eligible, ignoreTrailers }: PoolOptions,
): Pool {
  const commits = new Map<string, Pooled>();
  const byName = new Map<string, Pooled[]>();
  const reverting = new Map<string, Pooled[]>();
  for (const [place, print] of prints.entries()) {
    const pooled = { print, names: commitNames(print.message, { ignoreTrailers }), place };
    commits.set(print.commit, pooled);
    if (eligible.has(print.commit)) {
      for (const key of keysOf(pooled)) add(byName, key, pooled);
    }
    for (const commit of pooled.names.reverts) add(reverting, commit.slice(0, 7), pooled);
    if (pooled.names.turns % 2 === 1) add(reverting, subjectTaken(print.message), pooled);
  }

  const holders = holdersOf(
    [...commits.values()].filter(({ print }) => eligible.has(print.commit)),
    rarity,
  );

  function near(print: Fingerprint, names: CommitNames): readonly Pooled[] {
    const found = new Set<Pooled>();
    for (const key of wantedKeys(print, names)) for (const each of byName.get(key) ?? []) found.add(each);
    const shared = new Map<Pooled, number>();
    for (const line of print.lines.keys) {
      const holding = holders(line);
      if (holding.length === 0) continue;
      const weight = rarity.weightOf(line);
      for (const each of holding) shared.set(each, (shared.get(each) ?? 0) + weight);
    }
    const likest = [...shared].toSorted(([, a], [, b]) => b - a).slice(0, mostByContent);
    for (const [each] of likest) found.add(each);
    return [...found];
  }

  return {
    commits,
    rarity,
    isUnique: (subject) =>
      subject !== '' &&
      (subjects.get(subject) ?? 0) <= 1 &&
      (byName.get(`subject ${subject}`) ?? []).length <= mostPicks,
    isSource: (subject) => subjects.has(subject),
    near,
    reverting: ({ print, names, place }) => {
      const said = (reverting.get(print.commit.slice(0, 7)) ?? []).filter((each) =>
        each.names.reverts.some((commit) => print.commit.startsWith(commit)),
      );
      const titled = reverting.get(`subject ${names.subject}`) ?? [];
      return [...new Set([...said, ...titled])].filter((each) => each.place > place);
    },
  };
}

/** By line, the commits that have it: none where it is in too many. Batches are found by what they list. */
function holdersOf(all: readonly Pooled[], rarity: Rarity): (line: number) => readonly Pooled[] {
  const single = all.filter(({ print }) => print.size <= longestDiff);
  const lists: (Pooled | Pooled[])[] = [];
  const none: readonly Pooled[] = [];
  for (const pooled of single) {
    for (const line of pooled.print.lines.keys) {
      const number = rarity.numberOf(line);
      const there = lists[number];
      if (there === undefined) lists[number] = pooled;
      else if (!Array.isArray(there)) lists[number] = [there, pooled];
      else if (there.length <= commonLine) there.push(pooled);
    }
  }
  return (line) => {
    const number = rarity.numberOf(line);
    const there = number === -1 ? undefined : lists[number];
    if (there === undefined) return none;
    if (!Array.isArray(there)) return [there];
    return there.length > commonLine ? none : there;
  };
}

/** Under what a commit of the target can be found. */
function keysOf({ print, names }: Pooled): readonly string[] {
  return [
    `patch ${print.patch}`,
    `bare ${print.barePatch}`,
    `change ${names.changeId}`,
    `subject ${names.subject}`,
    `authored ${print.author} ${print.authoredAt}`,
    ...names.numbers.map((number) => `number ${number}`),
    ...names.origins.map((origin) => `origin ${origin.slice(0, 7)}`),
    `origin ${print.commit.slice(0, 7)}`,
    ...[...names.listed].map((subject) => `listed ${subject}`),
    ...[...names.listedNumbers.keys()].map((number) => `listed number ${number}`),
  ];
}

function wantedKeys(print: Fingerprint, names: CommitNames): readonly string[] {
  return [
    ...(print.patch === null ? [] : [`patch ${print.patch}`]),
    ...(print.barePatch === null ? [] : [`bare ${print.barePatch}`]),
    ...(names.changeId === null ? [] : [`change ${names.changeId}`]),
    `subject ${names.subject}`,
    `authored ${print.author} ${print.authoredAt}`,
    ...names.numbers.map((number) => `number ${number}`),
    ...[print.commit, ...names.origins].map((origin) => `origin ${origin.slice(0, 7)}`),
    `listed ${names.subject}`,
    ...names.numbers.map((number) => `listed number ${number}`),
  ];
}

/** `Revert "Retry payment calls"` takes back the commit of that subject. */
function subjectTaken(message: string): string {
  const [first = ''] = message.split('\n');
  const quoted =
    /^\W*revert(?:s|ed|ing)?\b[\s:]*["“']?(.*?)["”']?(?:\s*\(#\d+\))*\s*$/i.exec(withoutBranch(first))?.[1] ?? '';
  return `subject ${plainSubject(quoted)}`;
}

function add(map: Map<string, Pooled[]>, key: string, pooled: Pooled): void {
  const there = map.get(key);
  if (there === undefined) map.set(key, [pooled]);
  else there.push(pooled);
}
