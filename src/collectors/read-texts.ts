import { isUtf8 } from 'node:buffer';
import type { Fact } from '../domain/facts/fact.ts';
import type { Collected, CollectorInput, NamedFile } from './collector.ts';

export interface NamedText {
  readonly name: string;
  readonly text: string;
}

interface Failed {
  readonly outcome: 'failed';
  readonly reason: string;
}

/** What a parser makes of a text. `reason`: what is wrong with it, after `<file>, line <line>: `. */
export type Parsed =
  | { readonly outcome: 'parsed'; readonly facts: readonly Fact[]; readonly notSeen: readonly string[] }
  | { readonly outcome: 'unreadable'; readonly line: number | null; readonly reason: string };

const mostBytes = 256 * 1024 * 1024;

/** All files as text. The first that cannot be read ends it: half of what was asked for would look like all of it. */
export async function readTexts(
  { files }: CollectorInput,
  { usage }: { readonly usage: string },
): Promise<Failed | { readonly outcome: 'read'; readonly texts: readonly NamedText[] }> {
  if (files.length === 0) return failed(`which file? ${usage}`);
  const texts: NamedText[] = [];
  for (const file of files) {
    const read = await readText(file);
    if (typeof read !== 'string') return read;
    texts.push({ name: file.name, text: read });
  }
  return { outcome: 'read', texts };
}

async function readText(file: NamedFile): Promise<Failed | string> {
  let bytes: Buffer;
  try {
    bytes = await file.read();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return failed(`${shown(file.name)} cannot be read (${reasons[code] ?? code})`);
  }
  if (bytes.length > mostBytes)
    return failed(`${shown(file.name)} is larger than 256 MB: name what is to be seen of it`);
  if (!isUtf8(bytes) || bytes.includes(0)) return failed(`${shown(file.name)} is not text in UTF-8`);
  const text = bytes.toString();
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
};

export function failed(reason: string): Failed {
  return { outcome: 'failed', reason };
}

export function unreadable(line: number | null, reason: string): Parsed {
  return { outcome: 'unreadable', line, reason };
}

export function parsed(facts: readonly Fact[], notSeen: readonly string[] = []): Parsed {
  return { outcome: 'parsed', facts, notSeen };
}

/** Each file by itself, all of it or nothing. */
export async function collectEach(
  input: CollectorInput,
  collector: { readonly usage: string },
  parse: (file: NamedText) => Parsed,
): Promise<Collected> {
  const read = await readTexts(input, collector);
  if (read.outcome === 'failed') return read;
  const facts: Fact[] = [];
  const notSeen: string[] = [];
  for (const file of read.texts) {
    const result = parse(file);
    if (result.outcome === 'unreadable') return failed(sentence(file.name, result));
    for (const fact of result.facts) facts.push(fact);
    for (const each of result.notSeen) notSeen.push(each);
  }
  return seen(facts, notSeen, read.texts);
}

export function sentence(name: string, { line, reason }: { readonly line: number | null; readonly reason: string }) {
  return `${shown(name)}${line === null ? '' : `, line ${line}`}: ${reason}`;
}

/** Facts, with what could not be looked at; that there are none at all is a failure. */
export function seen(facts: readonly Fact[], notSeen: readonly string[], files: readonly NamedText[]): Collected {
  if (facts.length === 0) {
    const where = files.map(({ name }) => shown(name)).join(', ');
    const missed = notSeen.length === 0 ? '' : ` (${notSeen.slice(0, 3).join('; ')})`;
    return failed(`there are no facts in ${where}${missed}`);
  }
  return { outcome: 'seen', facts, complete: notSeen.length === 0, notSeen: [...new Set(notSeen)] };
}

/** As a person knows it. */
export function shown(name: string): string {
  return name === '-' ? 'standard input' : name;
}
