import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digest, factsOf, inputOf } from '../../test/collecting.ts';
import { dotenv, parseDotenv } from './dotenv.ts';

function valuesIn(text: string): Readonly<Record<string, unknown>> | string {
  const read = parseDotenv(text, { service: null, digest });
  if (read.outcome === 'unreadable') return `line ${read.line}: ${read.reason}`;
  return Object.fromEntries(read.facts.map(({ key, value }) => [key, value]));
}

describe('a dotenv file', () => {
  it.each<[string, string, Readonly<Record<string, unknown>>]>([
    ['plain', 'A=1\nB=two words\n', { A: '1', B: 'two words' }],
    ['without a last line break', 'A=1', { A: '1' }],
    ['of Windows', 'A=1\r\nB="2\r\n3"\r\n', { A: '1', B: '2\n3' }],
    ['with export and blanks', '  export A = 1  \n', { A: '1' }],
    ['with nothing', 'A=\nB=""\n', { A: '', B: '' }],
    ['with comments', '# x\nA=1 # one\nB=a#b\nC= # none\nD="x" # y\n', { A: '1', B: 'a#b', C: '', D: 'x' }],
    ['with quotes', `A='a "b" \\n'\nB="a 'b' \\n\\"\\\\"\nC=\`d\`\n`, { A: 'a "b" \\n', B: `a 'b' \n"\\`, C: 'd' }],
    ['of several lines', 'A="1\n# 2\n3"\nB=4\n', { A: '1\n# 2\n3', B: '4' }],
    ['with references', 'A=${B}/x\nC="$D"\n', { A: '${B}/x', C: '$D' }],
    ['that joins quotes', `A="a"'b'\nB=2\n`, { A: `"a"'b'`, B: '2' }],
    ['with = in a value', 'A=b=c==\n', { A: 'b=c==' }],
    ['that says a name twice', 'A=1\nA=2\n', { A: '2' }],
    ['with secrets', 'DB_PASSWORD=swordfish\n', { DB_PASSWORD: { digest: digest('swordfish') } }],
    ['with a secret from elsewhere', 'DB_PASSWORD=${VAULT_PASSWORD}\n', { DB_PASSWORD: '${VAULT_PASSWORD}' }],
  ])('%s', (_what, text, expected) => {
    expect(valuesIn(text)).toEqual(expected);
  });

  it.each([
    ['A=1\n\nB="x\ny\n', 'line 3: the quote is not closed'],
    ['A=1\n{"a": 1}\n', 'line 2: this is no NAME=value'],
  ])('%j says where it is wrong', (text, reason) => {
    expect(valuesIn(text)).toBe(reason);
  });

  it('that passes a name on does not tell its value', async () => {
    const collected = await dotenv.collect(inputOf({ '.env': 'A=1\nexport B\n' }));

    expect(collected).toMatchObject({ complete: false, notSeen: ['B: its value is not in the file'] });
  });

  it('is overridden by one that is named after it', async () => {
    const collected = await dotenv.collect(
      inputOf({ '.env': 'A=1\nB=1\n', '.env.local': 'A=2\n' }, { service: 'till' }),
    );

    expect(factsOf(collected)).toEqual([
      { service: 'till', facet: 'env', key: 'A', value: '2' },
      { service: 'till', facet: 'env', key: 'B', value: '1' },
    ]);
  });

  it('gives back whatever was quoted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const plain = value.replaceAll('\r\n', '\n');
        const written = plain.replaceAll(/[\\"]/g, '\\$&');

        expect(valuesIn(`VALUE="${written}"`)).toEqual({ VALUE: expect.anything() });
        const read = valuesIn(`VALUE="${written}"\n`);
        expect([plain, digest(plain)]).toContain(textIn(read));
      }),
    );
  });

  it('of any text is read or refused, in time', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom('A=', '"', "'", '\\', '\n', '#', ' ', '=', 'export ')).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        expect(['parsed', 'unreadable']).toContain(parseDotenv(text, { service: null, digest }).outcome);
      }),
    );
    expect(valuesIn(`A="${'\\'.repeat(200_001)}`)).toContain('not closed');
    expect(valuesIn(`${' '.repeat(200_000)}x`)).toEqual({});
  });
});

function textIn(values: Readonly<Record<string, unknown>> | string): unknown {
  const value = typeof values === 'string' ? values : values['VALUE'];
  return typeof value === 'object' && value !== null && 'digest' in value ? value.digest : value;
}
