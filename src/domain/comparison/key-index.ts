import picomatch from 'picomatch';

/** What globs are made of; a key without them stands for itself. */
const special = /[*?[\]{}()!+@|\\]/;
/** Long enough to tell most keys apart, short enough that most globs have it. */
const anchor = 3;

/** What is to be known of a rule to find it by the keys that it matches. */
export interface Keyed {
  readonly facet: string;
  /** Glob. */
  readonly key: string;
}

/** A glob for keys of facts: `*` stands for anything, also for slashes and dots. */
export function keyMatcher(glob: string): (key: string) => boolean {
  if (!special.test(glob)) return (key) => key === glob;
  const matches = picomatch(glob, { dot: true, bash: true, nonegate: true, strictSlashes: true });
  return (key) => matches(key);
}

export function isGlob(key: string): boolean {
  return special.test(key);
}

/** A pattern for SQL's `like` that matches whatever the glob does, and may match more. */
export function likePattern(glob: string): string {
  if (isLoose(glob)) return '%';
  const plain = withoutFolders(glob);
  const literal = (text: string) => text.replaceAll(/[\\%_]/g, String.raw`\$&`);
  if (!/[[\]{}()!+@|\\]/.test(plain)) {
    return plain
      .split(/([*?])/)
      .map((part) => (part === '*' ? '%' : part === '?' ? '_' : literal(part)))
      .join('');
  }
  const [begin = ''] = plain.split(special, 1);
  return `${literal(begin)}%${literal(endOf(plain))}`;
}

interface Entry<Rule> {
  readonly rule: Rule;
  readonly order: number;
}

// Compiling hundreds of globs takes longer than asking them, and they are the same in each comparison.
const compiled = new Map<string, (key: string) => boolean>();
const mostCompiled = 5000;

function compiledMatcher(glob: string): (key: string) => boolean {
  const before = compiled.get(glob);
  if (before !== undefined) return before;
  if (compiled.size >= mostCompiled) compiled.clear();
  const matches = keyMatcher(glob);
  compiled.set(glob, matches);
  return matches;
}

/**
 * Finds those of many rules that match a key, in their order. Rules without a glob are looked up, the others by how their
 * key begins or ends where they say so: hundreds of rules cost little more than one.
 */
export class KeyIndex<Rule extends Keyed> {
  readonly #exact = new Map<string, Entry<Rule>[]>();
  readonly #begins = new Map<string, Entry<Rule>[]>();
  readonly #ends = new Map<string, Entry<Rule>[]>();
  readonly #rest = new Map<string, Entry<Rule>[]>();
  readonly size: number;

  constructor(rules: readonly Rule[]) {
    this.size = rules.length;
    for (const [order, rule] of rules.entries()) {
      const entry = { rule, order };
      const { kind, text } = anchorOf(rule.key);
      const map = { exact: this.#exact, begins: this.#begins, ends: this.#ends, rest: this.#rest }[kind];
      const place = `${rule.facet}\n${text}`;
      const there = map.get(place);
      if (there === undefined) map.set(place, [entry]);
      else there.push(entry);
    }
  }

  matching(facet: string, key: string): readonly Rule[] {
    if (this.size === 0) return [];
    const found: Entry<Rule>[] = [];
    for (const each of [facet, '*']) {
      found.push(...(this.#exact.get(`${each}\n${key}`) ?? []));
      for (const entries of [
        this.#begins.get(`${each}\n${key.slice(0, anchor)}`),
        this.#ends.get(`${each}\n${key.slice(-anchor)}`),
        this.#rest.get(`${each}\n`),
      ]) {
        for (const entry of entries ?? []) if (compiledMatcher(entry.rule.key)(key)) found.push(entry);
      }
    }
    return found.length < 2
      ? found.map(({ rule }) => rule)
      : found.toSorted((a, b) => a.order - b.order).map(({ rule }) => rule);
  }
}

function anchorOf(glob: string): { readonly kind: 'exact' | 'begins' | 'ends' | 'rest'; readonly text: string } {
  if (!isGlob(glob)) return { kind: 'exact', text: glob };
  if (isLoose(glob)) return { kind: 'rest', text: '' };
  const plain = withoutFolders(glob);
  const [begin = ''] = plain.split(special, 1);
  if (begin.length >= anchor) return { kind: 'begins', text: begin.slice(0, anchor) };
  const end = endOf(plain);
  return end.length >= anchor ? { kind: 'ends', text: end.slice(-anchor) } : { kind: 'rest', text: '' };
}

/** An alternative outside brackets may begin and end as it likes, and `./` at the beginning stands for nothing. */
function isLoose(glob: string): boolean {
  return glob.includes('|') || glob.startsWith('./');
}

/** Slashes beside `**` need not be there. */
function withoutFolders(glob: string): string {
  return glob.replaceAll(/\/?\*\*+\/?/g, '*');
}

/** What stands behind the last special character. */
function endOf(glob: string): string {
  return glob.slice(glob.split('').findLastIndex((character) => special.test(character)) + 1);
}
