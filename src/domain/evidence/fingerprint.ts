import type { Lines } from './lines.ts';

/** What tells one commit's content from another's, computed once: a commit never changes. */
export interface Fingerprint {
  /** 40 hex digits. */
  readonly commit: string;
  /** More than one: a merge, whose diff is the one to its first parent. */
  readonly parents: readonly string[];
  readonly author: string;
  /** Seconds since 1970. */
  readonly authoredAt: number;
  readonly message: string;
  /** Of all changed lines with their context, blind to white space and line numbers; null: it changes no text. */
  readonly patch: string | null;
  /** The same without context. */
  readonly barePatch: string | null;
  /** How often each changed line was added or removed, by what `lineKey` makes of it: the first `longestKept`. */
  readonly lines: Lines;
  /** Changed lines in all, however long. */
  readonly size: number;
  /** As git writes them, the newer name of a rename. */
  readonly files: readonly string[];
  /** It also changes files that are no text. */
  readonly binary: boolean;
}

/** Changed lines of a diff beyond which nobody can tell any more (as Skara of OpenJDK leaves larger ones to people). */
export const longestDiff = 4000;

/** Changed lines that are kept of a diff: a batch of many fixes is longer than each of them. */
export const longestKept = 20_000;

/** Shorter lines, a brace or an `else`, are everywhere. */
const shortest = 3;

/**
 * Null: the line says nothing. `sign`: `+` or `-`. White space counts once and not at the ends. The lowest bit is the
 * sign, so that `inverseOf` can turn it.
 */
export function lineKey(sign: string, text: string): number | null {
  const plain = text.replace(/\s+/g, ' ').trim();
  if (plain.length < shortest) return null;
  const hash = hashOf(plain);
  return hash - (hash % 2) + (sign === '+' ? 1 : 0);
}

/** 53 bits, as many as a number holds (cyrb53, public domain): two different lines of a repository hardly ever share them. */
export function hashOf(text: string): number {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
