import type { Catalog } from './catalog.ts';

const nameLimit = 200;
/** What people and systems write between the words of a name. */
const separators = /[\s_./:\\|·\u{2010}-\u{2015}-]+/gu;
/** Of these no name of ours is made; dots, slashes and colons may be part of one. */
const blanks = /[\s_\u{2010}-\u{2015}-]+/gu;

/** Names that mean something, and what each means. */
interface Known {
  readonly exact: ReadonlyMap<string, string>;
  /** By words. Null: several that settings tell apart. */
  readonly byWords: ReadonlyMap<string, string | null>;
  /** By letters and digits. Null: several that settings tell apart. */
  readonly byLetters: ReadonlyMap<string, string | null>;
}

export interface KnownNames {
  readonly environments: Known;
  readonly services: Known;
}

const indexed = new WeakMap<Catalog, KnownNames>();

/** The names that a catalog gives a meaning, indexed once for each catalog. */
export function knownNames(catalog: Catalog): KnownNames {
  const before = indexed.get(catalog);
  if (before !== undefined) return before;
  const names = {
    environments: knownOf([...catalog.environments].flatMap(([alias, name]) => [[alias, name] as const])),
    services: knownOf(
      catalog.services.flatMap(({ name, aliases }) => [name, ...aliases].map((each) => [each, name] as const)),
    ),
  };
  indexed.set(catalog, names);
  return names;
}

/**
 * What a name means: exactly as it is written but for case, failing that whatever stands between its words
 * (`Checkout_API` is `checkout-api`), failing that run together (`CheckoutAPI`). Null: nothing, or more than one thing.
 */
export function meaningOf(name: string, { exact, byWords, byLetters }: Known): string | null {
  return (
    exact.get(name.trim().toLowerCase()) ??
    exact.get(plainName(name)) ??
    byWords.get(wordsOf(name)) ??
    byLetters.get(lettersOf(wordsOf(name))) ??
    null
  );
}

/** A name that nothing is known of, as we write it: lower-case, one hyphen for spaces, underscores and dashes. */
export function plainName(name: string): string {
  const lower = cut(name);
  return withoutEnds(lower.replaceAll(blanks, '-')) || lower;
}

/** Equal for names that differ in nothing but case and separators. */
function wordsOf(name: string): string {
  const lower = cut(name);
  return withoutEnds(lower.replaceAll(separators, '-')) || lower;
}

function cut(name: string): string {
  return [
    ...name
      .slice(0, 10 * nameLimit)
      .trim()
      .toLowerCase(),
  ]
    .slice(0, nameLimit)
    .join('');
}

/** `shard-1-1` is not `shard-11`. */
function lettersOf(words: string): string {
  return words.replaceAll(/(?<!\p{N})-|-(?!\p{N})/gu, '');
}

function withoutEnds(hyphened: string): string {
  return hyphened.replaceAll(/^-|-$/g, '');
}

function knownOf(names: readonly (readonly [alias: string, name: string])[]): Known {
  const exact = new Map<string, string>();
  const byWords = new Map<string, string | null>();
  const byLetters = new Map<string, string | null>();
  for (const [alias, name] of names) {
    exact.set(alias.trim().toLowerCase(), name);
    claim(byWords, wordsOf(alias), name);
    claim(byLetters, lettersOf(wordsOf(alias)), name);
  }
  return { exact, byWords, byLetters };
}

function claim(names: Map<string, string | null>, key: string, name: string): void {
  const other = names.get(key);
  names.set(key, other === undefined || other === name ? name : null);
}
