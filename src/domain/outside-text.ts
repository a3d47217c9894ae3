/**
 * Controls that no name or title needs, space aside: C0 and C1 (PostgreSQL stores no NUL), and those that turn the
 * direction of text around, by which one name can look like another.
 */
const controls = /(?![\s\u0085])[\p{Cc}\p{Bidi_Control}]/gu;
const longest = 100_000;
/** Printable ASCII words with single spaces, as most text is: nothing to do, and a tenth of the time to see it. */
const plain = /^[!-~]+(?: [!-~]+)*$/;

/**
 * Text from outside as one line that may be stored and shown: no controls, lone surrogates replaced by U+FFFD, white
 * space folded, at most `limit` code points. Undefined when nothing is left, or when it is neither text nor a number.
 */
export function outsideText(value: unknown, limit: number): string | undefined {
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  if (text.length <= limit && plain.test(text)) return text;
  const line = withoutControls(text)
    .replaceAll(/[\s\u0085]+/g, ' ')
    .trim();
  const cut = firstCodePoints(line, limit).trimEnd();
  return cut === '' ? undefined : cut;
}

export interface JsonBounds {
  readonly depth: number;
  /** Of one object or list. */
  readonly entries: number;
  /** Code points of one text. */
  readonly text: number;
  /** Objects, lists and values in all. */
  readonly values: number;
  /** Code points of all texts and names. */
  readonly size: number;
}

const bounds: JsonBounds = { depth: 8, entries: 100, text: 2000, values: 1000, size: 20_000 };

/**
 * An object from outside as PostgreSQL can keep it in `jsonb`, cut to size: what is too deep becomes `…`, what is too
 * much is left out. Text keeps its line breaks. What JSON has no word for is left out. Not an object: empty.
 */
export function outsideJson(value: unknown, within: JsonBounds = bounds): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return objectWithin(value, { within, depth: 1, spent: { values: 0, size: 0 } });
}

interface Walk {
  readonly within: JsonBounds;
  readonly depth: number;
  /** Shared by all levels. */
  readonly spent: { values: number; size: number };
}

function objectWithin(value: object, walk: Walk): Readonly<Record<string, unknown>> {
  const kept: [string, unknown][] = [];
  for (const [name, inner] of Object.entries(value).slice(0, walk.within.entries)) {
    const key = textWithin(name, { ...walk, within: { ...walk.within, text: 200 } });
    const held = valueWithin(inner, walk);
    if (key !== undefined && held !== undefined) kept.push([key, held]);
  }
  return Object.fromEntries(kept);
}

function valueWithin(value: unknown, walk: Walk): unknown {
  const { within, depth, spent } = walk;
  if (spent.values >= within.values) return undefined;
  spent.values += 1;
  if (typeof value === 'string') return textWithin(value, walk);
  if (typeof value === 'bigint') return textWithin(value.toString(), walk);
  if (typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'object') return undefined;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (depth >= within.depth) return '…';
  const deeper = { ...walk, depth: depth + 1 };
  if (!Array.isArray(value)) return objectWithin(value, deeper);
  return value
    .slice(0, within.entries)
    .map((each) => valueWithin(each, deeper))
    .filter((each) => each !== undefined);
}

function textWithin(value: string, { within, spent }: Walk): string | undefined {
  const text = firstCodePoints(withoutControls(value), Math.min(within.text, within.size - spent.size));
  if (text === '' && value !== '') return undefined;
  spent.size += text.length;
  return text;
}

function withoutControls(text: string): string {
  return text.slice(0, longest).toWellFormed().replaceAll(controls, '');
}

/** Well-formed text, cut: no half of a character is left over, as PostgreSQL could not store it. */
export function firstCodePoints(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const most = Math.max(limit, 0);
  return Array.from(text.slice(0, most * 2))
    .slice(0, most)
    .join('');
}
