import { createHash } from 'node:crypto';

/** Characters that a fact's key has at most. */
const longest = 500;
const empty = '""';

/**
 * A key as it is kept: on one line, without what a database cannot hold, and not too long. Different keys stay
 * different: a long one ends in a digest of all of it.
 */
export function factKey(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029\\]/gu, escaped);
  if (line === '') return empty;
  // No other text becomes this: a backslash of a text is doubled.
  if (line === empty) return String.raw`\"\"`;
  if (line.length <= longest) return line;
  const rest = createHash('sha256').update(line).digest('hex').slice(0, 32);
  return `${line.slice(0, longest - rest.length - 1).toWellFormed()}…${rest}`;
}

const names: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

function escaped(character: string): string {
  return names[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
