import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factKey } from './fact-key.ts';

describe('a key', () => {
  it.each([
    ['app.yaml:db.pool', 'app.yaml:db.pool'],
    ['', '""'],
    ['""', String.raw`\"\"`],
    [String.raw`\"\"`, String.raw`\\"\\"`],
    ['a\nb\u0000', 'a\\nb\\u0000'],
    ['a\\nb', 'a\\\\nb'],
    ['ключ😀', 'ключ😀'],
  ])('%j', (text, expected) => {
    expect(factKey(text)).toBe(expected);
  });

  it('that is too long is cut, and stays another than all that begin like it', () => {
    const keys = ['x', 'y', '😀'].flatMap((end) => [`${'a'.repeat(600)}${end}`, `${'😀'.repeat(300)}${end}`]);

    expect(new Set(keys.map((key) => factKey(key))).size).toBe(keys.length);
    expect(keys.every((key) => factKey(key).length <= 500 && factKey(key).isWellFormed())).toBe(true);
  });

  it('is on one line, well formed, 1 to 500 characters, and of no two texts the same', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 800 }),
      fc.string({ unit: fc.constantFrom('\\', 'n', '\n', '\uD800', '"') }),
    );
    fc.assert(
      fc.property(hostile, hostile, (one, other) => {
        const key = factKey(one);

        expect(key).toMatch(/^[^\p{Cc}\p{Cs}\u2028\u2029]{1,500}$/u);
        expect(key === factKey(other)).toBe(one === other);
      }),
    );
  });
});
