import { shorten } from '../../domain/shorten.ts';

/**
 * Our own words for mrkdwn and for top-level text. Only these three characters can begin a mention, a link or a date
 * (docs.slack.dev/messaging/formatting-message-text), so none that came from outside does.
 */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Text from outside on one line, at most `limit` characters when escaped; a backtick would open code up to the next one. */
export function outside(text: string, limit: number): string {
  return escaped(shorten(text.replaceAll('`', "'"), limit, (piece) => escaped(piece).length));
}

/** The same inside `*…*`, where an asterisk would end it. */
export function bold(text: string, limit: number): string {
  const inner = outside(text.replaceAll('*', '∗'), limit);
  return inner === '' ? '' : `*${inner}*`;
}

export function italic(text: string, limit: number): string {
  const inner = outside(text, limit);
  // Underscores inside words mean nothing to Slack; one at the end would end the italics early.
  return inner === '' ? '' : `_${inner.replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '-')}_`;
}

export function code(text: string, limit: number): string {
  const inner = outside(text, limit);
  return inner === '' ? '' : `\`${inner}\``;
}

/** Escaped. Longer ones are dropped: half a link leads nowhere. */
const longestUrl = 300;

/** A link with our words or escaped ones. Null when the address is not plainly one of the web. */
export function link(url: string | null | undefined, words: string): string | null {
  if (
    url === null ||
    url === undefined ||
    url.length > longestUrl ||
    escaped(url).length > longestUrl ||
    /[|<>\s`"\\]/.test(url)
  )
    return null;
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')) return null;
  if (parsed.username !== '' || parsed.password !== '' || !url.isWellFormed()) return null;
  return `<${escaped(url)}|${words}>`;
}
