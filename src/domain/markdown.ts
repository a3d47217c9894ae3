import { outsideText } from './outside-text.ts';
import { shorten } from './shorten.ts';

/**
 * An address of the web, without what may not stand in one or would end a cell of a table; or a mention, such as `@ada` or
 * `@acme/payments`.
 */
const special =
  /(https?:\/\/[^\s<>"'`|\\^{}[\]()]*[^\s<>"'`|\\^{}[\]().,;:!?*_~])|((?<![\p{L}\p{N}_])@\w(?:[\w./-]{0,98}\w)?)/giu;
const rightToLeft =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;
/** As much as is ever kept of one text. */
const longest = 5000;

/**
 * Text from outside as Markdown that reads as the text did, on one line, in a paragraph, an item, a cell of a table or
 * `**…**`. Only addresses become links, and nobody is mentioned: GitHub, GitLab and others look for `@` everywhere but in
 * code.
 */
export function markdownText(text: string, limit = longest): string {
  return isolated(unmarked(pieces(lineOf(text, limit), autolink)));
}

/** The same with nothing in it that leads anywhere: a link holds no other. */
function linkWords(text: string, limit: number): string {
  return isolated(pieces(lineOf(text, limit), escaped));
}

/** `**…**`; empty when nothing is left. */
export function markdownBold(text: string, limit = longest): string {
  const inner = linkWords(text, limit);
  return inner === '' ? '' : `**${inner}**`;
}

/** A link with any words. The words alone where the address is not plainly one of the web. Empty: no words. */
export function markdownLink(words: string, url: string | null | undefined, limit = 300): string {
  const target = targetOf(url);
  const inner = target === null ? markdownText(words, limit) : linkWords(words, limit);
  return target === null || inner === '' ? inner : `[${inner}](${target})`;
}

/** Null where the address is not plainly one of the web. */
function targetOf(url: string | null | undefined): string | null {
  if (url === null || url === undefined || url.length > 2000 || /[\s<>"`\\|]/.test(url) || !url.isWellFormed())
    return null;
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')) return null;
  if (parsed.username !== '' || parsed.password !== '') return null;
  return withoutEntities(parsed.href.replaceAll('(', '%28').replaceAll(')', '%29'));
}

/** Parsers are not of one mind about entities in angle brackets. */
function autolink(url: string): string {
  return withoutEntities(url) === url ? `<${url}>` : `[${escaped(url)}](${targetOf(url)})`;
}

function lineOf(text: string, limit: number): string {
  return limit >= longest ? (outsideText(text, longest) ?? '') : shorten(text, limit);
}

function pieces(line: string, link: (url: string) => string): string {
  let written = '';
  let end = 0;
  for (const found of line.matchAll(special)) {
    const [whole, url, name] = found;
    // Before a link it would make a picture of it.
    written += escaped(line.slice(end, found.index)).replace(/!$/, String.raw`\!`);
    if (name !== undefined) written += `\`${name}\``;
    else written += url !== undefined && targetOf(url) !== null ? link(url) : escaped(whole);
    end = found.index + whole.length;
  }
  return written + escaped(line.slice(end));
}

/**
 * Underscores inside words mean nothing. What looks like an address would swallow what is escaped behind it, so it is made
 * to look like none.
 */
function escaped(text: string): string {
  return withoutEntities(text.replaceAll('\\', '\\\\'))
    .replaceAll('<', '&lt;')
    .replaceAll(/[`*[\]|~$@]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, String.raw`\$&`)
    .replaceAll(/(?<=https?):(?=\/\/)|(?<=www)\./gi, String.raw`\$&`);
}

/** At the end of a piece the rest of one may follow. */
function withoutEntities(text: string): string {
  return text.replaceAll(/&(?=#?\w{0,40}(?:;|$))/g, '&amp;');
}

/** What would begin an item, a heading, a quotation or a rule, or end a heading. */
function unmarked(line: string): string {
  return line
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, String.raw`$1\$2`)
    .replace(/^(?:[-+:](?=[\s-]|$)|#{1,6}(?=\s|$)|[>=])/, String.raw`\$&`)
    .replace(/(?<=\s|^)#(?=#*$)/, String.raw`\$&`);
}

/** Text that runs the other way turns around only itself. */
function isolated(text: string): string {
  return rightToLeft.test(text) ? `\u2068${text}\u2069` : text;
}
