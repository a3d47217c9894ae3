/** What a commit's message calls it, and what it says it has to do with. */
export interface CommitNames {
  /** Its first line without numbers, branch marks and quotes, lower-case. */
  readonly subject: string;
  /** Pull requests that its first line names, or that a merge brought. */
  readonly numbers: readonly number[];
  /** Of its trailer; null: none. */
  readonly changeId: string | null;
  /** Commits that it says it was picked from, first to last, as far as they are written: 7 to 40 hex digits. */
  readonly origins: readonly string[];
  /** Commits that it says it takes back. */
  readonly reverts: readonly string[];
  /** How many times the first line says "revert": two take each other back. */
  readonly turns: number;
  /** Every line of the message after the first that could be the subject of another, as `subject` is. */
  readonly listed: ReadonlySet<string>;
  /** Pull requests that the rest of the message names, each with how many times its line says "revert". */
  readonly listedNumbers: ReadonlyMap<number, number>;
}

const pick =
  /^\W*(?:\(?cherry[- ]picked from commit|backport(?:ed)?[- ](?:of|from)(?: commit)?:?|\(?backported from commit)\s+([0-9a-f]{7,40})\b/i;
/** What was written for a body, and became part of a title. */
const pickInTitle = /\s*\(cherry[- ]picked from commit\s+([0-9a-f]{7,40})\)/i;
const upstream = /^\W*(?:commit ([0-9a-f]{12,40}) upstream|\[ ?upstream commit ([0-9a-f]{12,40}) ?\])/i;
const taken = /\bthis (?:reverts|reapplies) commit ([0-9a-f]{7,40})\b/gi;
const reverting = /^\W*(revert|reapply|reland)(?:s|ed|ing)?\b[\s:]*/i;
const longestMessage = 100_000;

/** `ignoreTrailers`: as though nobody had written where a commit was picked from. */
export function commitNames(message: string, { ignoreTrailers }: { readonly ignoreTrailers: boolean }): CommitNames {
  const lines = message.slice(0, longestMessage).split(/\r?\n/);
  const [whole = '', ...rest] = lines;
  const first = whole.replace(pickInTitle, '');
  const origins = [...lines.slice(0, 1).flatMap(originInTitle), ...rest.flatMap(originIn)];
  const body = rest.filter((line) => originIn(line).length === 0);
  const merged = /^Merge (?:pull request|PR) #(\d+)/i.exec(first)?.[1];
  return {
    subject: plainSubject(merged === undefined ? first : (body.find((line) => line.trim() !== '') ?? first)),
    numbers: numbersIn(first),
    changeId: /^Change-Id: (I[0-9a-f]{8,40})\s*$/m.exec(message)?.[1] ?? null,
    origins: ignoreTrailers ? [] : origins,
    reverts: [...message.slice(0, longestMessage).matchAll(taken)].flatMap(([, commit]) => commit?.toLowerCase() ?? []),
    turns: turnsIn(first),
    listed: new Set(body.flatMap(titlesIn).filter((line) => line.length >= 10)),
    listedNumbers: new Map(body.flatMap(listedIn)),
  };
}

function originInTitle(line: string): readonly string[] {
  const found = pickInTitle.exec(line)?.[1];
  return found === undefined ? [] : [found.toLowerCase()];
}

function originIn(line: string): readonly string[] {
  const found =
    pick.exec(line)?.[1] ??
    upstream
      .exec(line)
      ?.slice(1)
      .find((each) => each !== undefined);
  return found === undefined ? [] : [found.toLowerCase()];
}

/**
 * `#12`, `PR 12`, `gh-12`, `!12`, also within the brackets of a bot; `Backport of 12`, and what a branch was named for it:
 * `backport/2.5/12`. Not `issue` numbers written `fixes #12`.
 */
function numbersIn(line: string): readonly number[] {
  const plain = line.matchAll(/(?:#|\bgh-|\bPR[ -]?|(?<=\s|\()!)(\d{1,9})\b/gi);
  const branch = line.matchAll(/\bbackport(?:[/-]v?[\d.]{1,20}[/-]| of )(\d{2,9})\b/gi);
  return [...plain, ...branch].map(([, digits]) => Number(digits));
}

/** Not `reverts #12`: what is taken back is not brought. */
function listedIn(line: string): readonly (readonly [number, number])[] {
  const brought = line.replaceAll(/\brevert(?:s|ed|ing)?:?\s+(?:PR\s+)?#\d{1,9}/gi, '');
  return numbersIn(brought).map((number) => [number, turnsIn(line)] as const);
}

/** A line of a list, and what stands there before the number of its pull request: the rest explains it. */
function titlesIn(line: string): readonly string[] {
  const title = /^(.*?)\s*\(#\d+\)[:,]\s/.exec(line)?.[1];
  return title === undefined ? [plainSubject(line)] : [plainSubject(line), plainSubject(title)];
}

/**
 * Without what bots and hosts put around it: `[8.3.x]`, `2.8:`, `(#123)`, `(backport #123)`, `[PR #1/abc backport]`, bullets.
 */
export function plainSubject(line: string): string {
  return withoutBranch(line.slice(0, 500).toLowerCase())
    .replace(/\s+\[[\w./-]{0,30}\d[\w./-]{0,30}\]$/, '')
    .replace(/\s*\((?:[^()]{0,40}(?:#|gh-|!)\d+[^()]{0,40})\)/g, '')
    .replace(/^(?:backport|hot-?fix|cherry-pick)(?:\([^)]*\)| of #?\d{1,9})?:\s*/, '')
    .replace(/\s+/g, ' ')
    .replace(/[.\s]+$/, '')
    .trim();
}

/** Without the branch it is meant for: `[stable-2.8]`, `2.8:`. */
export function withoutBranch(line: string): string {
  return line.replace(/^[\s*•-]+/, '').replace(/^(?:(?:\[[^\]]{0,100}\]|v?\d{1,4}(?:\.\w{1,4}){1,3}\s*:)\s*)+/, '');
}

function turnsIn(line: string): number {
  let [turns, rest] = [0, withoutBranch(line.slice(0, 500))];
  for (let found = reverting.exec(rest); found !== null && turns < 10; found = reverting.exec(rest)) {
    turns += found[1]?.toLowerCase() === 'revert' ? 1 : 2;
    rest = rest.slice(found[0].length);
  }
  return turns;
}
