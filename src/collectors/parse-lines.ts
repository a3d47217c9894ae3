import type { Structured } from './parse-structured.ts';

/** Java's `.properties`: `=`, `:` or a blank ends a name, a backslash joins lines. The last of a name counts. */
export function parseProperties(text: string): Structured {
  const values = new Map<string, string>();
  const lines = text.split(/\r\n|\r|\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const first = at + 1;
    let line = (lines[at] ?? '').trimStart();
    if (line === '' || /^[#!]/.test(line)) continue;
    const parts: string[] = [];
    while (isContinued(line) && at < lines.length - 1) {
      parts.push(line.slice(0, -1));
      at += 1;
      line = (lines[at] ?? '').trimStart();
    }
    line = parts.join('') + line;
    const [, name = '', value = ''] = /^((?:[^\\=:\s]|\\.)*)(?:\s*[=:]\s*|\s+|$)([^]*)$/.exec(line) ?? [];
    const [key, read] = [unescaped(name), unescaped(value)];
    if (key === null || read === null) {
      return { outcome: 'unreadable', line: first, reason: 'after \\u there are four digits' };
    }
    values.set(key, read);
  }
  return { outcome: 'value', value: Object.fromEntries(values) };
}

/** A backslash ends it that no other escapes. */
function isContinued(line: string): boolean {
  let end = line.length;
  while (line[end - 1] === '\\') end -= 1;
  return (line.length - end) % 2 === 1;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' };

/** Null: an escape that is none. */
function unescaped(text: string): string | null {
  if (/(?:^|[^\\])(?:\\\\)*\\u(?![0-9a-fA-F]{4})/.test(text)) return null;
  return text.replaceAll(/\\(?:u([0-9a-fA-F]{4})|([^]))/g, (_all, code: string | undefined, letter: string = '') =>
    code === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** Sections with `name = value`, or a name alone. What stands before the first section is in none. */
export function parseIni(text: string): Structured {
  const top = new Map<string, unknown>();
  let section = top;
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = raw.trim();
    if (line === '' || /^[#;]/.test(line)) continue;
    if (line.startsWith('[')) {
      const name = /^\[([^\]]*)\]\s*(?:[#;].*)?$/.exec(line)?.[1]?.trim();
      if (name === undefined) return { outcome: 'unreadable', line: index + 1, reason: 'the section is not closed' };
      const known = top.get(name);
      section = known instanceof Map ? known : new Map<string, unknown>();
      top.set(name, section);
      continue;
    }
    const end = line.search(/[=:]/);
    if (end === 0) return { outcome: 'unreadable', line: index + 1, reason: 'there is no name before the =' };
    const name = (end < 0 ? line : line.slice(0, end)).trim();
    if (/[{};]/.test(name)) return { outcome: 'unreadable', line: index + 1, reason: 'this is no INI file' };
    section.set(name, end < 0 ? null : withoutQuotes(line.slice(end + 1)));
  }
  return { outcome: 'value', value: objectOf(top) };
}

function objectOf(values: ReadonlyMap<string, unknown>): unknown {
  return Object.fromEntries(
    [...values].map(([name, value]) => [
      name,
      value instanceof Map ? objectOf(value as ReadonlyMap<string, unknown>) : value,
    ]),
  );
}

/** A comment has a blank before it. */
function withoutQuotes(text: string): string {
  const value = text.trim();
  const quoted = /^"([^"]*)"\s*(?:[#;].*)?$|^'([^']*)'\s*(?:[#;].*)?$/.exec(value);
  return quoted?.[1] ?? quoted?.[2] ?? value.replace(/\s[#;].*$/, '').trim();
}
