import { closest } from './since/closest.ts';

/** `non-prod` is anything but production. */
const turning = new Set(['non', 'not', 'no', 'pre', 'post']);

/**
 * What a name that matches nothing may be: the known name (an alias or the name itself, as key) that it begins or ends
 * with, the longest such, failing that the only one that begins with it or one that is a typing error away. For a person to decide: never used unasked.
 */
export function suggestName(name: string, known: ReadonlyMap<string, string>): string | null {
  const words = wordsOf(name);
  const held = [...known.keys()].filter((each) => beginsOrEnds(words, wordsOf(each)));
  const [longest] = held.toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1));
  const longer = new Set([...known].filter(([each]) => begins(wordsOf(each), words)).map(([, meaning]) => meaning));
  const [only] = longer.size === 1 ? longer : [];
  if (longest === undefined && only !== undefined) return only;
  const found = longest ?? closest(name, known.keys());
  return found === null ? null : (known.get(found) ?? null);
}

function beginsOrEnds(words: readonly string[], part: readonly string[]): boolean {
  if (begins(words, part)) return true;
  const after = words.length - part.length;
  if (part.length === 0 || after <= 0 || turning.has(words[after - 1] ?? '')) return false;
  return part.every((word, at) => words[after + at] === word);
}

function begins(words: readonly string[], part: readonly string[]): boolean {
  return part.length > 0 && part.length < words.length && part.every((word, at) => words[at] === word);
}

function wordsOf(name: string): readonly string[] {
  return name
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}
