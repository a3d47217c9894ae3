import type { Change } from './change.ts';
import { isDeploy, kindNoun } from './change-words.ts';
import type { Suspect } from './answer.ts';

export interface Among {
  /** The likeliest first: `1` is the first of them. */
  readonly suspects: readonly Pick<Suspect, 'change'>[];
  /** The newest first. */
  readonly changes: readonly Change[];
}

/** Words that say nothing about which change is meant. */
const empty = new Set([
  'the',
  'a',
  'of',
  'to',
  'in',
  'by',
  'change',
  'version',
  'release',
  'pr',
  'mr',
  'pull',
  'request',
  '#',
  '->',
  '→',
  'was',
]);

/**
 * The changes that a person means who calls one by its version, commit, pull request, place among the suspects, or
 * words of its title, service and author. The best first: suspects before others. Empty: none is called that.
 */
export function changesCalled(words: string, { suspects, changes }: Among): readonly Change[] {
  const text = words.trim().toLowerCase();
  const place = /^#?([1-9])$/.exec(text)?.[1];
  const placed = place === undefined ? undefined : suspects[Number(place) - 1];
  if (placed !== undefined) return [placed.change];
  const asked = text.split(/[\s,]+/).filter((word) => word !== '' && !empty.has(word));
  if (asked.length === 0) return [];
  const all = [
    ...new Map([...suspects.map(({ change }) => change), ...changes].map((each) => [each.id, each])).values(),
  ];
  const found = all.filter((change) => asked.every((word) => isCalled(change, word)));
  const exact = found.filter((change) => asked.some((word) => isVersion(change.to, word)));
  const deploys = found.filter(isDeploy);
  // A pull request is merged once and deployed: what took effect is meant.
  if (exact.length > 0) return exact;
  return asked.some((word) => /^[#!]?\d+$/.test(word)) && deploys.length > 0 ? deploys : found;
}

/** A word that says nothing about which change is meant. */
export function isFiller(word: string): boolean {
  return empty.has(word.toLowerCase());
}

/** Whether this word alone tells these changes from others: a place among the suspects, a version, commit or pull request. */
export function namesExactly(word: string, changes: readonly Change[], isFirst: boolean): boolean {
  const name = word.toLowerCase();
  if (isFirst && /^#?[1-9]$/.test(name)) return true;
  if (/^[#!]?\d{1,9}$/.test(name) || /^[0-9a-f]{7,40}$/.test(name)) return true;
  return changes.some(({ to, from }) => isVersion(to, name) || isVersion(from, name));
}

function isCalled(change: Change, word: string): boolean {
  const number = /^[#!](\d{1,9})$/.exec(word)?.[1] ?? (/^\d{1,9}$/.test(word) ? word : null);
  if (number !== null && pullRequestsOf(change).includes(Number(number))) return true;
  if (/^[0-9a-f]{7,40}$/.test(word) && commitsOf(change).some((sha) => sha.startsWith(word))) return true;
  if (isVersion(change.to, word) || isVersion(change.from, word)) return true;
  const named = [
    change.title,
    change.service ?? '',
    ...change.services,
    kindNoun(change.kind, 1),
    actorOf(change),
    ...titlesOf(change),
  ];
  return word.length > 1 && named.some((text) => text.toLowerCase().includes(word));
}

function isVersion(version: string | null, word: string): boolean {
  return version !== null && version.toLowerCase().replace(/^v(?=\d)/, '') === word.replace(/^v(?=\d)/, '');
}

function pullRequestsOf({ pullRequest, carried }: Change): readonly number[] {
  return [...(pullRequest === null ? [] : [pullRequest]), ...(carried?.pullRequests ?? [])].map(({ number }) => number);
}

function commitsOf({ commit, commits, carried }: Change): readonly string[] {
  return [...(commit === null ? [] : [commit]), ...[...commits, ...(carried?.commits ?? [])].map(({ sha }) => sha)];
}

function titlesOf({ pullRequest, carried }: Change): readonly string[] {
  return [...(pullRequest === null ? [] : [pullRequest]), ...(carried?.pullRequests ?? [])].map(
    ({ title }) => title ?? '',
  );
}

function actorOf({ actor }: Change): string {
  return [actor?.login, actor?.name, actor?.email].filter((name) => name !== undefined).join(' ');
}
