import type { NamedFixes } from '../event.ts';

/** What is looked at of a body. */
const longest = 20_000;
const most = 50;

/** Whether it says of itself that it brings something from one branch to another. */
export function speaksOfBackport(...texts: readonly (string | null | undefined)[]): boolean {
  return texts.some((text) => /back-?port|cherry[- ]?pick|forward-?port/i.test(text?.slice(0, longest) ?? ''));
}

/** The commits and pull requests that a text names: `#812`, `acme/checkout#812`, its page, whole and long commit ids. */
export function namedIn(repository: string, ...texts: readonly (string | null | undefined)[]): NamedFixes {
  const text = texts.map((each) => each?.slice(0, longest) ?? '').join('\n');
  const commits = [...text.matchAll(/\b[0-9a-f]{10,40}\b/gi)].map(([found]) => found.toLowerCase());
  const pulls = [...text.matchAll(/(?:([\w.-]+\/[\w.-]+))?(?:#|\/pull\/)(\d{1,9})\b/g)]
    .filter(([, place]) => place === undefined || place.toLowerCase() === repository.toLowerCase())
    .map(([, , number]) => Number(number));
  return { commits: [...new Set(commits)].slice(0, most), pulls: [...new Set(pulls)].slice(0, most) };
}

/** A pull request that may be the one. */
export interface PullCandidate {
  readonly number: number;
  readonly title: string;
  readonly branch: string;
  readonly base: string;
  /** It says of itself that it brings something. */
  readonly speaks: boolean;
  readonly named: NamedFixes;
}

/** What is to come home. */
export interface AwaitedFix {
  readonly id: string;
  readonly title: string;
  readonly pullRequest: number | null;
  readonly commits: readonly string[];
}

/**
 * Whether a pull request says that it brings this fix to that branch: by the name of our own branch, one of the commits,
 * its pull request together with a word for backports, or the very same title.
 */
export function bringsHome(candidate: PullCandidate, fix: AwaitedFix, base: string): boolean {
  const { number, branch, named } = candidate;
  if (candidate.base !== base || number === fix.pullRequest) return false;
  if (branch.startsWith(`${branchPrefix}${fix.id}-`)) return true;
  if (named.commits.some((name) => fix.commits.some((commit) => commit.startsWith(name)))) return true;
  if (candidate.speaks && fix.pullRequest !== null && named.pulls.includes(fix.pullRequest)) return true;
  const title = plainTitle(fix.title);
  return title.split(' ').length >= 3 && plainTitle(candidate.title) === title;
}

/** Without tags before it and numbers after it. */
function plainTitle(title: string): string {
  return title
    .toLowerCase()
    .replace(/^(?:\s*\[[^\]]{0,50}\])+/, '')
    .replace(/(?:\s*\((?:backport )?#\d+\))+\s*$/, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const branchPrefix = 'backport/';

/** `backport/12-cap-batch-size`; later attempts are numbered. */
export function backportBranch({ id, title }: Pick<AwaitedFix, 'id' | 'title'>, attempt: number): string {
  const slug = plainTitle(title)
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replaceAll(/^-+|-+$/g, '');
  return `${branchPrefix}${id}-${slug || 'fix'}${attempt > 1 ? `-${attempt}` : ''}`;
}
