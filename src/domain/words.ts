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
  if (word.length < 4 || !english.test(word)) return word;
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`;
  const stem = word.replace(ending, '');
  if (stem.length < 3 || word.endsWith('ss')) return word;
  return doubled.test(stem) ? stem.slice(0, -1) : stem;
}

const english = /^[a-z]+$/;
const ending = /(?:ings?|ed|es|s|e)$/;
/** `stopped` is `stop`; `calling` is `call`. */
const doubled = /([bdgmnpt])\1$/;

function withoutMarkup(text: string): string {
  return text.replaceAll(link, ' $1 ').replaceAll(address, ' ').replaceAll(tag, ' ').replaceAll(entity, ' ');
}

function split(text: string): readonly string[] {
  const words: string[] = [];
  for (const run of text.match(runs) ?? []) {
    const lower = run.toLowerCase();
    // Only the first letter, or none, is a capital: no hump.
    if (run.slice(1) === lower.slice(1)) words.push(lower);
    else for (const word of run.split(humps)) words.push(word.toLowerCase());
  }
  return words;
}

function segmented(text: string): readonly string[] {
  return [...segmenter.segment(text)].flatMap(({ segment, isWordLike }) => (isWordLike === true ? split(segment) : []));
}

/** `5xx`, `8s`, `p99` and parts of digests are no words; `oauth2`, `s3` and `k8s` are. */
function isWord(word: string): boolean {
  if (word.length < 2) return unspaced.test(word);
  if (!numeral.test(word)) return true;
  const digits = word.match(numerals)?.length ?? 0;
  return !leadingNumeral.test(word) && digits <= word.length / 2 && digits < 3;
}

const numeral = /\p{N}/u;
const numerals = /\p{N}/gu;
const leadingNumeral = /^\p{N}/u;
