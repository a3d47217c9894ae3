import { TomlError, parse as parseTomlText } from 'smol-toml';
import { parseAllDocuments } from 'yaml';

/** What a text says, or in which line it is not what it should be. Messages never quote the text: it may hold secrets. */
export type Structured =
  | { readonly outcome: 'value'; readonly value: unknown }
  | { readonly outcome: 'unreadable'; readonly line: number | null; readonly reason: string };

/** Where a number would lose digits: it is kept as the text that it was. */
const longNumber = /[[:,\s]-?\d{16,}/;

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

const keepDigits: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined && !Number.isSafeInteger(value) && /^-?\d{16,}$/.test(source)
    ? source
    : value;

export function parseJson(text: string): Structured {
  try {
    const reviver = longNumber.test(text) ? (keepDigits as (key: string, value: unknown) => unknown) : undefined;
    return { outcome: 'value', value: JSON.parse(text, reviver) as unknown };
  } catch (error) {
    const at = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    return {
      outcome: 'unreadable',
      line: lineAt(text, at === undefined ? text.length : Number(at)),
      reason: 'this is not JSON',
    };
  }
}

/** Several documents become a list of them. */
export function parseYaml(text: string): Structured {
  try {
    const documents = parseAllDocuments(text, { merge: true, intAsBigInt: true, logLevel: 'silent' });
    if (!Array.isArray(documents)) return { outcome: 'value', value: null };
    for (const { errors } of documents) {
      const [error] = errors;
      if (error === undefined) continue;
      return {
        outcome: 'unreadable',
        line: error.linePos?.[0].line ?? null,
        reason: `this is not YAML (${error.code})`,
      };
    }
    const values = documents.map((document): unknown => document.toJS());
    const held = values.filter((value) => value !== null);
    return { outcome: 'value', value: held.length > 1 ? held : (held[0] ?? null) };
  } catch {
    // Too many aliases, or nested too deep.
    return { outcome: 'unreadable', line: null, reason: 'this YAML cannot be taken apart' };
  }
}

export function parseToml(text: string): Structured {
  try {
    return { outcome: 'value', value: parseTomlText(text, { integersAsBigInt: 'asNeeded' }) };
  } catch (error) {
    return { outcome: 'unreadable', line: error instanceof TomlError ? error.line : null, reason: 'this is not TOML' };
  }
}

export function lineAt(text: string, position: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < position; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
