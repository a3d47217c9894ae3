import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isObject, parseJson } from './json.ts';
import { listCutter } from './list-cutter.ts';

/** The object in a text that is cut in chunks and parts of this size; null when it is none. */
function cut(text: string, { chunk, part }: { readonly chunk: number; readonly part: number }): object | null {
  const lists: string[][] = [];
  const cutter = listCutter(
    'facts',
    { begin: () => lists.push([]), part: (bytes) => lists.at(-1)?.push(bytes.toString()) },
    part,
  );
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunk) cutter.add(bytes.subarray(at, at + chunk));
  const read = lists.map(listOf);
  const left = objectIn(cutter.left().toString());
  if (left === null || read.includes(null)) return null;
  return 'facts' in left && Array.isArray(left.facts) && read.length > 0 ? { ...left, facts: read.at(-1) } : left;
}

function listOf(parts: readonly string[]): readonly unknown[] | null {
  const all = parts.map((part) => parseJson(`[${part}]`)) as (readonly unknown[] | undefined)[];
  return all.some((each) => each === undefined || (each.length === 0 && all.length > 1))
    ? null
    : all.flatMap((each) => each ?? []);
}

function objectIn(text: string): object | null {
  const json = parseJson(text);
  return isObject(json) ? json : null;
}

const tokens = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  ' ',
  '1',
  '"facts"',
  '"facts":[',
  '{"facts":[',
  '"é\\"]"',
  '{"a":1}',
];
const snapshot = fc
  .record({ a: fc.jsonValue(), facts: fc.array(fc.jsonValue()), z: fc.jsonValue() })
  .map((value) => JSON.stringify(value));
const broken = fc
  .tuple(snapshot, fc.nat(), fc.nat({ max: 3 }), fc.constantFrom(...tokens))
  .map(([text, at, length, token]) => {
    const from = at % (text.length + 1);
    return text.slice(0, from) + token + text.slice(from + length);
  });
const loose = fc.array(fc.constantFrom(...tokens), { maxLength: 12 }).map((each) => each.join(''));

it('finds in any text the object that JSON.parse finds, however its bytes arrive and wherever it is cut', () => {
  fc.assert(
    fc.property(
      fc.oneof(snapshot, broken, loose),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      (text, chunk, part) => {
        expect(cut(text, { chunk, part })).toEqual(objectIn(text));
      },
    ),
    { numRuns: 3000 },
  );
});

it.each([
  ['{"facts":[1,{"a":[2,3]}],"z":"[,]"}'],
  ['{"a":{"facts":[1]},"facts":[ ],"b":"facts"}'],
  ['{"facts":[1],"facts":[2,3]}'],
  ['{"facts":[1,],"facts":[2]}'],
  ['{"facts":[1],"facts":{"b":[2]}}'],
  ['{"f\\u0061cts":[1,2]}'],
  ['{"facts":[1,2,]}'],
  ['{"facts":[,1]}'],
  ['{"facts":[1,,2]}'],
  ['{"facts":[1}'],
  ['{"facts":[1'],
  ['["facts",[1]]'],
  ['{"a\\"facts":[1,2],"facts\\\\":[3]}'],
])('also in %s', (text) => {
  for (const chunk of [1, 2, 100])
    for (const part of [1, 3]) expect(cut(text, { chunk, part })).toEqual(objectIn(text));
});
