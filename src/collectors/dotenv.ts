import type { Fact } from '../domain/facts/fact.ts';
import type { Collector, CollectorInput } from './collector.ts';
import { lineAt } from './parse-structured.ts';
import { type Parsed, collectEach, parsed, unreadable } from './read-texts.ts';
import { factValue } from './secret-facts.ts';

const usage = 'sincewhen snapshot production --collector dotenv .env --service checkout';

/** Of several files the later wins, as when they are loaded one after the other. */
export const dotenv: Collector = {
  name: 'dotenv',
  version: '1',
  summary: 'variables in dotenv files',
  usage,
  async collect(input) {
    const collected = await collectEach(input, { usage }, ({ text }) => parseDotenv(text, input));
    if (collected.outcome === 'failed') return collected;
    return { ...collected, facts: [...new Map(collected.facts.map((fact) => [fact.key, fact])).values()] };
  },
};

const assignment = /[^\S\n]*(?:export[^\S\n]+)?([A-Za-z_][\w.-]*)[^\S\n]*=[^\S\n]*/y;
const blank = /[^\S\n]*(?:#[^\n]*)?(?:\n|$)/y;
const nameAlone = /[^\S\n]*(?:export[^\S\n]+)?([A-Za-z_][\w.-]*)[^\S\n]*(?:#[^\n]*)?(?:\n|$)/y;
const quoted = /"((?:[^"\\]|\\[^])*)"|'([^']*)'|`([^`]*)`/y;
/** Up to a comment, which has a blank before it. */
const unquoted = /(?:(?!\s#)[^\n])*/y;
const ending = /[^\S\n]*(?:#[^\n]*)?(?:\n|$)/y;
const restOfLine = /[^\n]*(?:\n|$)/y;

/** Quotes, `export`, comments, values of several lines. References to other variables stay as they are written. */
export function parseDotenv(given: string, { service, digest }: Pick<CollectorInput, 'service' | 'digest'>): Parsed {
  const text = given.replaceAll('\r\n', '\n');
  const facts = new Map<string, Fact>();
  const notSeen: string[] = [];
  let position = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    const found = pattern.exec(text);
    if (found !== null) position = pattern.lastIndex;
    return found;
  };
  while (position < text.length) {
    if (take(blank) !== null) continue;
    const start = position;
    const name = take(assignment)?.[1];
    if (name === undefined) {
      const alone = take(nameAlone)?.[1];
      if (alone === undefined) return unreadable(lineAt(text, start), 'this is no NAME=value');
      notSeen.push(`${alone}: its value is not in the file`);
      continue;
    }
    const value = valueAt();
    if (value === null) return unreadable(lineAt(text, start), 'the quote is not closed');
    facts.set(name, { service, facet: 'env', key: name, value: factValue(name, value, digest) });
  }
  return parsed([...facts.values()], notSeen);

  /** Null: it begins with a quote that nothing closes. */
  function valueAt(): string | null {
    const begin = position;
    if (/["'`]/.test(text[position] ?? '')) {
      const found = take(quoted);
      if (found === null) return null;
      const [, double, single, back] = found;
      if (take(ending) !== null) return double === undefined ? (single ?? back ?? '') : unescaped(double);
      // As a shell joins them: `"a"'b'`. Told as it is written.
      position = begin;
    }
    const value = take(unquoted)?.[0].trim() ?? '';
    take(restOfLine);
    // `NAME= # why`
    return value.startsWith('#') && /\s/.test(text[begin - 1] ?? '') ? '' : value;
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

function unescaped(text: string): string {
  return text.replaceAll(/\\([nrt"\\])/g, (_all, letter: string) => escapes[letter] ?? letter);
}
