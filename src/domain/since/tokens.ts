import { isKey } from './filter-words.ts';

/** Longer texts are cut: nobody asks a question of this length, and all later work is bounded by it. */
export const longestText = 4000;

export interface Token {
  /** As written, without the punctuation around it. */
  readonly raw: string;
  /** `raw` in lower case. */
  readonly word: string;
  readonly quoted: boolean;
}

const opening = new Set("([{*`'");
const closing = new Set(")]}*`'?!.,;:");

const clockRange = /^(\d{1,2}(?::\d{2}){0,2}(?:am|pm|h)?)-(\d{1,2}(?::\d{2}){0,2}(?:am|pm|h)?)$/;

/** The words of a question as a person typed it or as Slack sends it, markup resolved. Never throws. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const [whole, key = '', quoted] of plainText(text).matchAll(/([a-z]{1,12}:)?"([^"]*)"|[^\s"]+|"/gi)) {
    if (quoted !== undefined) {
      if (key !== '') tokens.push(tokenOf(key, false));
      tokens.push(tokenOf(quoted.trim(), true));
    } else if (whole !== '"') {
      tokens.push(...wordsOf(whole).map((word) => tokenOf(word, false)));
    }
  }
  return tokens.filter((token) => token.raw !== '' || token.quoted);
}

/**
 * What a person typed, from what Slack made of it. A date that Slack formats becomes its epoch seconds, which are
 * exact where its words are not. Text that is not from Slack passes unharmed.
 */
export function plainText(text: string): string {
  return (
    text
      .slice(0, longestText)
      .toWellFormed()
      .replaceAll(/<!date\^(\d{1,12})\^[^>]*>/g, ' $1 ')
      .replaceAll(/<@([UW][A-Z0-9]{1,20})(?:\|[^<>]{0,200})?>/g, '<@$1>')
      .replaceAll(/<#[A-Z0-9]{1,20}(?:\|([^<>]{0,200}))?>/g, (_, name: string | undefined) => name ?? ' ')
      .replaceAll(/<![^<>]{0,200}>/g, ' ')
      .replaceAll(
        /<((?:https?:\/\/|mailto:)[^<>|]{0,2000})(?:\|([^<>]{0,2000}))?>/g,
        (_, url: string, words?: string) =>
          words === undefined || (url.startsWith('http') && isPointer(url)) ? url.replace(/^mailto:/, '') : words,
      )
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&')
      .replaceAll(/[“”„«»]/g, '"')
      .replaceAll(/[‘’]/g, "'")
      .replaceAll(/[‐-―−]/g, '-')
      .replaceAll('…', '...')
      // oxlint-disable-next-line no-control-regex -- people paste them, and they are no part of any word
      .replaceAll(/[\u0000-\u001F\u007F\u200B-\u200F\u2028-\u202F\u2060\uFEFF]/g, ' ')
      .trim()
  );
}

/** A link that itself names a moment says more than the words that it is shown with. */
function isPointer(url: string): boolean {
  return /\/(?:pull|commit|releases|archives)\//.test(url);
}

function wordsOf(written: string): readonly string[] {
  if (/^https?:\/\//i.test(written)) return [trimmed(written)];
  return written.split(/[,;]/).flatMap((part) => rangeOf(trimmed(part)));
}

/** `14:00-15:00` and `v1.41.0..v1.42.0` are two ends and a word between. */
function rangeOf(word: string): readonly string[] {
  const dots = word.indexOf('..');
  if (dots > 0) return [word.slice(0, dots), 'to', trimmed(word.slice(dots).replace(/^\.+/, ''))];
  const [, from = '', to = ''] = clockRange.exec(word.toLowerCase()) ?? [];
  if (!isClockLike(to)) return [word];
  const borrowed = isClockLike(from) ? from : from + (/[a-z]+$/.exec(to)?.[0] ?? ':00');
  return [borrowed, 'to', to];
}

function isClockLike(word: string): boolean {
  return /[:apmh]/.test(word);
}

function trimmed(word: string): string {
  let from = 0;
  let to = word.length;
  while (from < to && opening.has(word.charAt(from))) from++;
  while (to > from && closing.has(word.charAt(to - 1))) {
    const kept = word.slice(from, to);
    if (isKey(kept) || (kept.endsWith(']') && kept.includes('['))) break;
    to--;
  }
  return word.slice(from, to);
}

function tokenOf(raw: string, quoted: boolean): Token {
  return { raw, word: raw.toLowerCase(), quoted };
}

/** The first `length` characters, never half of one. */
export function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}

/** For naming a word in a sentence. */
export function shortened(word: string): string {
  return cut(word, 60);
}

/** The words from `from` on as they were written, at most 60 characters. */
export function written(tokens: readonly Token[], from: number, length: number): string {
  return shortened(
    tokens
      .slice(from, from + length)
      .map((token) => token.raw)
      .join(' '),
  );
}
