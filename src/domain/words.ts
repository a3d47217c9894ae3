/** Scripts that put no spaces between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** Slack's and HTML's angle brackets: of a link its words stay. */
const link = /<(?:https?|mailto|slack):[^|>]*\|([^>]*)>/g;
const tag = /<[^<>]{0,200}>/g;
const address = /\b[a-z][a-z\d+.-]{1,20}:\/\/\S+/gi;
const entity = /&(?:#\d{1,6}|[a-z]{2,8});/gi;

/** `camelCase` and `HTTPServer` are two words each. */
const humps = /(?<=\p{Ll}|\p{N})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu;
const runs = /[\p{L}\p{N}]+/gu;
/** Plain text takes a fifth of the time. */
const ascii = /^[\0-\x7F]*$/;

/**
 * The words of a text in their order, lower-case and without accents. Names fall into theirs (`paymentTimeout`,
 * `payment-timeout`, `src/payment/timeout.ts`); markup and addresses say nothing; numbers and digests are no words.
 */
export function wordsOf(text: string): readonly string[] {
  const plain = text.includes('<') || text.includes('&') || text.includes('://') ? withoutMarkup(text) : text;
  const parts = ascii.test(plain) ? plain : plain.normalize('NFKD').replaceAll(/\p{M}+/gu, '');
  const words = unspaced.test(parts) ? segmented(parts) : split(parts);
  return words.filter(isWord);
}

/**
 * What the forms of an English word have in common: `retries` and `retry`, `cached` and `caching`. Made for comparing,
 * not for showing; words of other languages mostly stay as they are.
 */
export function stemOf(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`;
  const stem = word.replace(/(?:ings?|ed|es|s|e)$/, '');
  if (stem.length < 3 || word.endsWith('ss')) return word;
  // `stopped` is `stop`, `calling` is `call`: a letter is doubled unless the word itself ends so.
  return /([bdgmnpt])\1$/.test(stem) ? stem.slice(0, -1) : stem;
}

function withoutMarkup(text: string): string {
  return text.replaceAll(link, ' $1 ').replaceAll(address, ' ').replaceAll(tag, ' ').replaceAll(entity, ' ');
}

function split(text: string): readonly string[] {
  return (text.match(runs) ?? []).flatMap((run) => run.split(humps)).map((word) => word.toLowerCase());
}

function segmented(text: string): readonly string[] {
  return [...segmenter.segment(text)].flatMap(({ segment, isWordLike }) => (isWordLike === true ? split(segment) : []));
}

function isWord(word: string): boolean {
  if (word.length < 2) return unspaced.test(word);
  const digits = word.match(/\p{N}/gu)?.length ?? 0;
  return digits === 0 || (digits < word.length && (word.length < 6 || digits < 3));
}
