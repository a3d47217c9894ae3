import { isObject } from './reading/json.ts';

/** Characters of one text that are looked at. */
export const longest = 1000;
const deepest = 8;
const most = 500;

/**
 * What a message says, as plain lines: its text, each of its attachments, its blocks. The same may be said several times
 * (a text is what notifications show of the blocks).
 */
export function wordsOf(message: Readonly<Record<string, unknown>>): readonly string[] {
  const { text, attachments, blocks } = message;
  return [plain(text), ...listOf(attachments).flatMap(wordsOfAttachment), plain(linesOfBlocks(blocks))].filter(
    (words) => words !== '',
  );
}

function wordsOfAttachment(attachment: unknown): readonly string[] {
  if (!isObject(attachment)) return [];
  const { pretext, title, text, fallback, fields, blocks } = attachment;
  const pairs = listOf(fields).map((field) =>
    isObject(field) ? `${line(field['title'])} ${line(field['value'])}` : '',
  );
  const lines = [pretext, title, text]
    .map(line)
    .concat(pairs)
    .filter((each) => each.trim() !== '');
  return [plain(lines.join('\n')), plain(fallback), plain(linesOfBlocks(blocks))];
}

function linesOfBlocks(blocks: unknown): string {
  const left = { count: most };
  return linesIn(listOf(blocks), left, 0).join('\n');
}

/** Texts stand on lines of their own; the pieces of one piece of rich text on one. */
function linesIn(value: unknown, left: { count: number }, depth: number): readonly string[] {
  if (depth > deepest || left.count <= 0) return [];
  left.count -= 1;
  if (Array.isArray(value)) return value.slice(0, most).flatMap((each: unknown) => linesIn(each, left, depth + 1));
  if (!isObject(value)) return [];
  const { type, text, elements, fields } = value;
  if (type === 'rich_text_section' || type === 'rich_text_preformatted' || type === 'rich_text_quote') {
    return [listOf(elements).map(piece).join('')];
  }
  if (typeof text === 'string') return type === 'mrkdwn' || type === 'plain_text' ? [text] : [];
  return [text, fields, elements].flatMap((each) => linesIn(each, left, depth + 1));
}

/** In rich text nothing is escaped, so it is here. */
function piece(element: unknown): string {
  if (!isObject(element)) return '';
  const { type, text, url, name, user_id: user } = element;
  if (type === 'emoji') return typeof name === 'string' ? `:${name}:` : '';
  if (type === 'user') return typeof user === 'string' ? `@${user}` : '';
  const words = typeof text === 'string' ? text : typeof url === 'string' ? url : '';
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function line(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, 50) : [];
}

/**
 * Without Slack's marks: links are their words, mentions have an `@`, and what is bold or code is not marked as such.
 * https://docs.slack.dev/messaging/formatting-message-text
 */
function plain(value: unknown): string {
  if (typeof value !== 'string') return '';
  return value
    .slice(0, 4 * longest)
    .replaceAll(
      /<([@#!]?)([^<>|]{1,1000})(?:\|([^<>]{0,1000}))?>/g,
      (_, sign: string, target: string, label?: string) => inWords(sign, target, label),
    )
    .replaceAll(/[*`]/g, '')
    .replaceAll(/(?<![\p{L}\p{N}_])([_~])([^_~\n]{1,500})\1(?![\p{L}\p{N}_])/gu, '$2')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .split('\n')
    .map((each) => each.trim())
    .join('\n')
    .slice(0, longest);
}

function inWords(sign: string, target: string, label = ''): string {
  if (sign === '') return label === '' ? target.replace(/^mailto:/, '') : label;
  // `<!date^1795183200^{date_short}|20 Nov>`, which is no mention.
  if (target.startsWith('date^')) return label;
  const name = label === '' ? target : label.replace(/^[@#]/, '');
  return `${sign === '#' ? '#' : '@'}${name}`;
}
