import { isObject, type JsonObject } from '../json.ts';

/**
 * slack-blocks-to-jsx 1.1.1 decodes `&lt;!channel&gt;` before it looks for mentions, so that letters become a mention,
 * which Slack would never do. Characters of Unicode's private use area stand in for the three entities while it draws.
 */
const standIns: readonly (readonly [entity: string, standIn: string, encoded: string, character: string])[] = [
  ['&lt;', '\u{E000}', '%EE%80%80', '<'],
  ['&gt;', '\u{E001}', '%EE%80%81', '>'],
  ['&amp;', '\u{E002}', '%EE%80%82', '&'],
];

/** Slack keeps the spaces that a line begins with; the library's parser does not. */
const indent = '\u{E003}';

/**
 * The block with stand-ins in all of its mrkdwn. Plain text has no entities: what looks like one is letters. `verbatim`
 * goes: it stops Slack from making links of bare words, but makes the library show all marks as letters.
 */
export function withStandIns(block: JsonObject): JsonObject {
  const replaced: JsonObject = {};
  for (const [key, value] of Object.entries(block)) replaced[key] = standInValue(value);
  if (block['type'] !== 'mrkdwn' || typeof block['text'] !== 'string') return replaced;
  const { verbatim: _, ...marked } = replaced;
  return { ...marked, text: hide(block['text']) };
}

function standInValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(standInValue);
  return isObject(value) ? withStandIns(value) : value;
}

function hide(text: string): string {
  const indented = text.replaceAll(/^ +/gm, (spaces) => indent.repeat(spaces.length));
  return standIns.reduce((hidden, [entity, standIn]) => hidden.replaceAll(entity, standIn), indented);
}

/** Puts the entities back into finished HTML, where they are what they were: escaped characters. */
export function withoutStandIns(html: string): string {
  return standIns
    .reduce((shown, [entity, standIn]) => shown.replaceAll(standIn, entity), html)
    .replaceAll(indent, '&nbsp;');
}

/** A link's address with its characters back; null unless a browser may follow it. */
export function safeHref(address: string): string | null {
  const plain = standIns.reduce(
    (text, [, standIn, encoded, character]) => text.replaceAll(standIn, character).replaceAll(encoded, character),
    address,
  );
  return /^(?:https?:\/\/|mailto:)/i.test(plain) ? plain : null;
}
