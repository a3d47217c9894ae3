import { type Fact, type Facet, type FactValue, type ArrivingSnapshot, isDigest } from '../domain/facts/fact.ts';
import { type FactIndex, factIndex } from '../domain/facts/fact-index.ts';
import { cutValue, shownValue } from '../domain/facts/shown-value.ts';
import { type KnownNames, meaningOf, plainName } from '../domain/known-names.ts';
import { type Conceal, concealed, isSecretName, mayHoldSecrets, withoutSecrets } from '../domain/secrets.ts';
import { sameOf } from './same.ts';

/** A fact as it is kept. */
export interface KeptFact {
  /** Empty: of no one service. */
  readonly service: string;
  readonly facet: Facet;
  readonly key: string;
  /** As it is shown; null for a secret. */
  readonly value: string | null;
  readonly digest: string | null;
  /** All of it; of a secret its digest. */
  readonly said: Fact['value'];
}

export type ReadFacts =
  | { readonly outcome: 'facts'; readonly facts: FactIndex<KeptFact>; readonly notes: readonly string[] }
  | { readonly outcome: 'refused'; readonly error: string };

/** Where a fact stands among those of one environment and collector. */
export function placeOf({ service, facet, key }: Pick<KeptFact, 'service' | 'facet' | 'key'>): string {
  return `${service}\u0000${facet}\u0000${key}`;
}

const longestKey = 500;
const deepest = 60;

/** By their places. What is the same twice is one; what contradicts itself is refused, with its key. */
export function factsOf(
  { facts }: Pick<ArrivingSnapshot, 'facts'>,
  { services, conceal }: { readonly services: KnownNames['services']; readonly conceal: Conceal },
): ReadFacts {
  const all = factIndex<KeptFact>();
  const names = new Map<string, string>();
  const counts = { secrets: 0, binary: 0 };
  const serviceOf = (name: string | null) => {
    if (name === null || name.trim() === '') return '';
    const known = names.get(name) ?? meaningOf(name, services) ?? plainName(escaped(name));
    names.set(name, known);
    return known;
  };
  let index = -1;
  for (const fact of facts) {
    index += 1;
    const key = escaped(fact.key);
    if (key.length > longestKey) {
      return refused(`facts[${index}] (${key.slice(0, 60)}…): the key is longer than ${longestKey} characters`);
    }
    if (nestsDeeper(fact.value, deepest)) return refused(`facts[${index}] (${key}): nests deeper than ${deepest}`);
    const kept = keptFact(fact, { key, service: serviceOf(fact.service), conceal, counts });
    const other = all.at(kept);
    if (other === undefined) all.add(kept);
    else if (sameIn(other) !== sameIn(kept)) {
      return refused(`facts[${index}] (${key}): this snapshot says two different things of ${whereOf(kept)}`);
    }
  }
  return { outcome: 'facts', facts: all, notes: notesOf(counts) };
}

function refused(error: string): ReadFacts {
  return { outcome: 'refused', error };
}

function whereOf({ service, facet, key }: KeptFact): string {
  return `${facet} ${key}${service === '' ? '' : ` of ${service}`}`;
}

function notesOf({ secrets, binary }: { readonly secrets: number; readonly binary: number }): readonly string[] {
  return [
    ...(secrets === 0 ? [] : [`${counted(secrets, 'value looks', 'values look')} secret: only a digest is kept.`]),
    ...(binary === 0 ? [] : [`${counted(binary, 'value is', 'values are')} binary: only a digest is kept.`]),
  ];
}

function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

interface Keeping {
  readonly key: string;
  readonly service: string;
  readonly conceal: Conceal;
  readonly counts: { secrets: number; binary: number };
}

function keptFact({ facet, value }: Fact, { key, service, conceal, counts }: Keeping): KeptFact {
  const hidden = (digest: string): KeptFact => ({ service, facet, key, value: null, digest, said: { digest } });
  if (isDigest(value)) return hidden(escaped(value.digest));
  const shown = shownValue(value);
  if (isSecret(key, value, conceal)) {
    counts.secrets += 1;
    return hidden(digestOf(shown, conceal));
  }
  if (isBinary(shown)) {
    counts.binary += 1;
    return hidden(digestOf(shown, conceal));
  }
  return { service, facet, key, value: cutValue(shown), digest: null, said: value };
}

/** 32 hex digits. Asked for where it is needed only: most facts are as they were, word for word. */
export function sameIn({ facet, key, said }: KeptFact): string {
  return sameOf({ service: null, facet, key, value: said }).toString('hex');
}

/** Without a key nothing of a secret may be told: only that it is there. */
function digestOf(secret: string, conceal: Conceal): string {
  const hex = /[0-9a-f]{16}/.exec(conceal(secret))?.[0];
  return hex === undefined ? 'present' : `hmac-sha256:${hex}`;
}

/** By the name that the key ends with, and by what it looks like. What holds no value holds no secret. */
function isSecret(key: string, value: FactValue, conceal: Conceal): boolean {
  if (value === null || typeof value === 'boolean' || value === '') return false;
  if (typeof value === 'string' && concealed.test(value)) return true;
  const name = lastNameIn(key);
  // `max_tokens: 4096` counts them.
  if (isSecretName(name) && !(typeof value === 'number' && /s$/i.test(name))) return true;
  return (typeof value === 'string' || mayHoldSecrets(value)) && withoutSecrets(value, conceal) !== value;
}

/** `password` of `app.yaml:db.password` and of `app.yaml:db.password[0]`. */
function lastNameIn(key: string): string {
  const end = key.endsWith(']') ? key.replace(/(?:\[\d*\])+$/, '') : key;
  const start = Math.max(...['.', ':', '/', '['].map((mark) => end.lastIndexOf(mark)));
  return end.slice(start + 1);
}

/** Controls but white space. */
const binary = /[^\P{Cc}\s]/u;

/** What no text holds: controls other than white space, and halves of characters. */
function isBinary(shown: string): boolean {
  return binary.test(shown) || !shown.isWellFormed() || shown.includes('\ufffd');
}

const strange = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
const plain = /^[ -~]*$/;

/** As one line that may be stored and shown: `\n` for a line break. */
function escaped(text: string): string {
  if (plain.test(text)) return text;
  return text
    .toWellFormed()
    .replaceAll(
      strange,
      (each) => escapes.get(each) ?? `\\u${(each.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
    );
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function nestsDeeper(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (left === 0) return true;
  for (const name in value) if (nestsDeeper(Reflect.get(value, name), left - 1)) return true;
  return false;
}
