import { type Kind, kinds } from '../change.ts';
import type { Token } from './tokens.ts';

const kindNouns: Readonly<Record<Kind, readonly string[]>> = {
  deploy: [
    'deploy',
    'deploys',
    'deployed',
    'deployment',
    'deployments',
    'deploying',
    'release',
    'releases',
    'released',
    'rollout',
    'rollouts',
    'shipped',
  ],
  rollback: ['rollback', 'rollbacks', 'roll-back', 'roll-backs', 'rolled back', 'roll back', 'roll backs', 'reverted'],
  merge: ['merge', 'merges', 'merged', 'prs', 'pull request', 'pull requests'],
  config: ['config', 'configs', 'configuration', 'configurations', 'settings'],
  flag: ['flag', 'flags', 'feature flag', 'feature flags', 'toggle', 'toggles', 'feature toggles'],
  infrastructure: ['infrastructure', 'infra', 'terraform'],
  migration: ['migration', 'migrations', 'migrated', 'schema changes', 'schema change'],
  drift: ['drift', 'drifts', 'drifted'],
  maintenance: ['maintenance', 'maintenances'],
  note: ['note', 'notes'],
};

const kindByNoun: ReadonlyMap<string, Kind> = new Map(
  kinds.flatMap((kind) => kindNouns[kind].map((noun) => [noun, kind] as const)),
);

export interface KindMatch {
  readonly length: number;
  readonly kind: Kind;
}

/** `deploys`, `feature flags`, `rolled back`. */
export function matchKind(tokens: readonly Token[], at: number): KindMatch | null {
  const [first, second] = [tokens[at], tokens[at + 1]];
  if (first === undefined || first.quoted) return null;
  const two = second === undefined || second.quoted ? undefined : kindByNoun.get(`${first.word} ${second.word}`);
  if (two !== undefined) return { length: 2, kind: two };
  const one = kindByNoun.get(first.word);
  return one === undefined ? null : { length: 1, kind: one };
}

/** Asked alone, these are no question about changes. */
export const helpWords: ReadonlySet<string> = new Set(
  'help usage commands examples hi hello hey how howto thanks thank'.split(' '),
);
export const catchupWords: ReadonlySet<string> = new Set(
  'catchup catch catch-up summarize summarise summary tldr'.split(' '),
);

/**
 * Words that ask without narrowing. Nothing that would narrow if it were understood may stand here (`not`, `except`,
 * `failed`): an answer to another question than the one asked is worse than none.
 */
const fillerWords: ReadonlySet<string> = new Set([
  ..."what whats what's which who who's whos when why where how show list give get tell find see check look".split(' '),
  ...'me us i we you my our a an the this that these those it its there here any anything all every everything'.split(
    ' ',
  ),
  ...'anyone someone somebody anybody is are was were be been has have had did do does can could would will'.split(' '),
  ...'change changes changed changing edit edits edited update updates updated happen happens happened'.split(' '),
  ...'happening touch touched going went gone on up down out in to of for from with and or & + at by about into onto over within'.split(
    ' ',
  ),
  ...'during been broke broken wrong new now just recently lately please pls plz ok okay so then also hi hello hey'.split(
    ' ',
  ),
  ...'thanks thank exactly ever actually latest environment environments env service services everywhere'.split(' '),
  ...'work works use need want know time local catchup catch catch-up summarize summarise summary tldr - -- ? !'.split(
    ' ',
  ),
]);

export function isFiller(token: Token): boolean {
  return !token.quoted && fillerWords.has(token.word);
}

export type Key = 'environment' | 'service' | 'kind' | 'actor' | 'text' | 'since' | 'until' | 'anchor';

const keys: ReadonlyMap<string, Key> = new Map([
  ...['in', 'env', 'environment'].map((key) => [key, 'environment'] as const),
  ...['service', 'services', 'svc', 'app'].map((key) => [key, 'service'] as const),
  ...['kind', 'kinds', 'type'].map((key) => [key, 'kind'] as const),
  ...['by', 'from', 'author', 'actor', 'who', 'user'].map((key) => [key, 'actor'] as const),
  ...['q', 'text', 'title'].map((key) => [key, 'text'] as const),
  ...['since', 'after'].map((key) => [key, 'since'] as const),
  ...['until', 'till', 'to', 'before'].map((key) => [key, 'until'] as const),
  ...['version', 'tag', 'commit', 'sha', 'pr', 'incident'].map((key) => [key, 'anchor'] as const),
]);

export interface Keyed {
  readonly name: string;
  readonly key: Key;
  /** Null: it is the next word, as in `env: prod`. */
  readonly value: Token | null;
}

/** `env:` as in `env: prod`, where the colon is no punctuation. */
export function isKey(word: string): boolean {
  return word.endsWith(':') && keys.has(word.slice(0, -1).toLowerCase());
}

/** `kind:deploy`, `by:@ada`. Null for words that only look so, such as `https:`. */
export function keyedOf(token: Token): Keyed | null {
  const colon = token.quoted ? -1 : token.word.indexOf(':');
  const name = token.word.slice(0, Math.max(0, colon));
  const key = keys.get(name);
  if (key === undefined) return null;
  const raw = token.raw.slice(colon + 1);
  return { name, key, value: raw === '' ? null : { raw, word: raw.toLowerCase(), quoted: false } };
}

/** What a misspelt word may have been, apart from names. */
export const grammarWords: readonly string[] = [
  ...'since until between around today yesterday noon midnight last hours minutes days week month help catchup'.split(
    ' ',
  ),
  ...'monday tuesday wednesday thursday friday saturday sunday'.split(' '),
  ...[...kindByNoun.keys()].filter((noun) => !noun.includes(' ')),
];

export const kindNames: readonly string[] = kinds;

/** `deploys` in `kind:deploys`. */
export function kindNamed(word: string): Kind | null {
  return kindByNoun.get(word) ?? null;
}
