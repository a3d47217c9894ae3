import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outsideJson, outsideText } from './outside-text.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 300 });
// oxlint-disable-next-line no-control-regex -- these are what must not be there
const unstorable = /[\u0000-\u0008\u000e-\u001f\u007f]/;

describe('outsideText', () => {
  it.each([
    ['a NUL', 'be\0fore', 'before'],
    ['other controls', 'be\u001bfo\u0007re\u009f', 'before'],
    ['what turns text around', 'safe\u202Etxt.exe\u2066', 'safetxt.exe'],
    ['a lone surrogate', 'a\ud83db', 'a\ufffdb'],
    ['a whole pair', 'a\u{1f600}b', 'a\u{1f600}b'],
    ['line breaks and tabs', 'one\r\n\ttwo\u2028three\u0085four', 'one two three four'],
    ['space around', '  two  words ', 'two words'],
    ['a number', 1.42, '1.42'],
    ['nothing but space', ' \n ', undefined],
    ['nothing but controls', '\0\0', undefined],
    ['null', null, undefined],
    ['an object', { toString: () => 'x' }, undefined],
    ['not a number', Number.NaN, undefined],
  ])('makes one safe line of %s', (_, value, expected) => {
    expect(outsideText(value, 100)).toBe(expected);
  });

  it('counts code points, never cutting one in two', () => {
    expect(outsideText('\u{1f600}'.repeat(10), 3)).toBe('\u{1f600}'.repeat(3));
    expect(outsideText('a'.repeat(10_000), 200)).toHaveLength(200);
  });

  it('gives one storable line within the limit, whatever comes', () => {
    const text = fc.oneof(
      anyText,
      fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
    );
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 50 }), (value, limit) => {
        const line = outsideText(value, limit);
        if (line === undefined) return;
        expect(line.isWellFormed()).toBe(true);
        expect(line).not.toMatch(unstorable);
        expect(line).not.toMatch(/[\r\n\t]|^\s|\s$/);
        expect([...line].length).toBeLessThanOrEqual(limit);
        expect(outsideText(line, limit)).toBe(line);
      }),
    );
  });
});

describe('outsideJson', () => {
  it('cleans names and texts at every depth and keeps everything else', () => {
    const value = { 'a\0': ['x\0y', 1, true, null, { b: '\ud800', c: 'two\nlines' }], d: '', e: 12n, f: new Date(0) };

    expect(outsideJson(value)).toEqual({
      a: ['xy', 1, true, null, { b: '\ufffd', c: 'two\nlines' }],
      d: '',
      e: '12',
      f: '1970-01-01T00:00:00.000Z',
    });
  });

  it('leaves out what JSON has no word for', () => {
    expect(outsideJson({ a: undefined, b: Number.NaN, c: () => 1, d: 1 })).toEqual({ d: 1 });
  });

  it.each([
    ['a list', [1]],
    ['text', 'x'],
    ['null', null],
  ])('makes an empty object of %s', (_, value) => {
    expect(outsideJson(value)).toEqual({});
  });

  it('keeps a name that objects use themselves as a plain name', () => {
    const kept = outsideJson(JSON.parse('{"__proto__": {"polluted": 1}}'));

    expect(Object.keys(kept)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(kept)).toBe(Object.prototype);
  });

  it('cuts what is too deep, too long or too much', () => {
    const within = { depth: 2, entries: 3, text: 4, values: 6, size: 30 };

    expect(outsideJson({ a: { b: { c: 1 } } }, within)).toEqual({ a: { b: '…' } });
    expect(outsideJson({ a: 'abcdef' }, within)).toEqual({ a: 'abcd' });
    expect(outsideJson({ a: [1, 2, 3, 4] }, within)).toEqual({ a: [1, 2, 3] });
    expect(outsideJson({ a: [1, 2, 3], b: [1, 2, 3] }, within)).toEqual({ a: [1, 2, 3], b: [1] });
    expect(outsideJson({ a: 'abc', b: 'abc' }, { ...within, size: 5 })).toEqual({ a: 'abc' });
  });

  it('is storable and bounded, whatever comes', () => {
    const within = { depth: 3, entries: 5, text: 20, values: 50, size: 200 };
    const weird = fc.dictionary(
      anyText,
      fc.anything({ key: anyText, values: [anyText, fc.double(), fc.constant(null)] }),
    );
    fc.assert(
      fc.property(weird, (value) => {
        const text = JSON.stringify(outsideJson(value, within));
        expect(text).not.toMatch(/\\u00(?:0[0-8]|1)|\\ud[89a-f]/);
        expect(text.length).toBeLessThan(200 * 2 + 50 * 30);
      }),
    );
  });
});
