import { isUtf8 } from 'node:buffer';

/** Where `JSON.parse` might lose digits: a number of sixteen or more, outside texts or in one (then in vain). */
const longNumber = /[[:,\s]-?\d{16,}/;

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** Digits as they stood, where a number cannot hold them: epochs in nanoseconds exceed 2^53. */
const keepDigits: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined && /^-?\d{16,}(?:\.\d+)?$/.test(source) && source !== String(value)
    ? source
    : value;

/** The text of a body in UTF-8, without a byte order mark. Undefined: it is not UTF-8. */
export function textOf(body: Buffer): string | undefined {
  if (!isUtf8(body)) return undefined;
  const text = body.toString();
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** JSON in which numbers that would lose digits beyond 2^53 are texts of digits. Undefined: the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return longNumber.test(text)
      ? JSON.parse(text, keepDigits as (key: string, value: unknown) => unknown)
      : JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
