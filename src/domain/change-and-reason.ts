import type { Change } from './change.ts';
import { type Among, changesCalled, isFiller, namesExactly } from './find-change.ts';

export interface ChangeAndReason {
  /** As `changesCalled` gives them. */
  readonly found: readonly Change[];
  /** Empty: none was given. */
  readonly why: string;
  /** False: where the change ends and the reason begins is a guess, to be shown before it is kept. */
  readonly sure: boolean;
}

/** What people put between a change and why: `because`, a colon, a dash, a comma. */
const separator = /\s+(?:because|since|–|—|-)\s+(?:of\s+)?|[:;,]\s+/gi;

/**
 * A change as a person calls it and, after that, why: `2 the pool ran dry`, `checkout 1.42.0: its retries`. Words that all
 * name a change are no reason. Without a separator the reason begins after its place, version, commit or pull request.
 */
export function changeAndReason(text: string, among: Among): ChangeAndReason {
  const words = text.trim();
  const whole = changesCalled(words, among);
  if (whole.length > 0) return { found: whole, why: '', sure: true };
  const separated = bySeparator(words, among);
  return separated ?? byWords(words, among) ?? { found: [], why: '', sure: true };
}

/** Nobody calls a change by more than this: a text full of separators is not tried at each. */
const longestName = 200;

function bySeparator(words: string, among: Among): ChangeAndReason | null {
  for (const { index, 0: between } of words.matchAll(separator)) {
    if (index > longestName) break;
    const found = changesCalled(words.slice(0, index), among);
    const why = words.slice(index + between.length).trim();
    if (found.length > 0 && why !== '') return { found, why, sure: true };
  }
  return null;
}

interface Prefix {
  readonly found: readonly Change[];
  /** Where it ends. */
  readonly end: number;
}

function byWords(words: string, among: Among): ChangeAndReason | null {
  const tokens = [...words.matchAll(/\S+/g)].map(({ 0: word, index }) => ({ word, end: index + word.length }));
  let exact: Prefix | null = null;
  let longest: Prefix | null = null;
  for (const [at, { word, end }] of tokens.entries()) {
    if (isFiller(word)) continue;
    const found = changesCalled(words.slice(0, end), among);
    if (found.length === 0) break;
    longest = { found, end };
    // What follows the one change that was named is why; only another version of it goes on naming it.
    const narrows = exact !== null && exact.found.length > 1 && found.length === 1;
    if (narrows || namesExactly(word, found, at === 0)) exact = longest;
    else if (exact?.found.length === 1) break;
  }
  const prefix = exact ?? longest;
  if (prefix === null) return null;
  return { found: prefix.found, why: words.slice(prefix.end).trim(), sure: prefix === exact };
}
