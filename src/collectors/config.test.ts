import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digest, factsOf, inputOf } from '../../test/collecting.ts';
import { config } from './config.ts';
import { flatten } from './flatten.ts';

async function valuesIn(name: string, text: string, set: Readonly<Record<string, string>> = {}) {
  const facts = factsOf(await config.collect(inputOf({ [name]: text }, { options: new Map(Object.entries(set)) })));
  return Object.fromEntries(facts.map(({ key, value }) => [key, value]));
}

describe('a configuration file', () => {
  it.each<[string, string, Readonly<Record<string, unknown>>]>([
    [
      './app.json',
      '{"db": {"pool": 20, "on": true, "x": null}}',
      { 'app.json:db.pool': 20, 'app.json:db.on': true, 'app.json:db.x': null },
    ],
    ['a.json', '{"n": 12345678901234567890, "f": 1.5}', { 'a.json:n': '12345678901234567890', 'a.json:f': 1.5 }],
    ['a.json', '{"a.b": {"c d": 1}, "": {"x": 2}}', { 'a.json:["a.b"]["c d"]': 1, 'a.json:[""].x': 2 }],
    [
      'a.json',
      '{"hosts": ["a", "b"], "none": [], "nil": {}}',
      { 'a.json:hosts': ['a', 'b'], 'a.json:none': [], 'a.json:nil': {} },
    ],
    [
      'a.json',
      '{"s": [{"name": "x", "v": 1}, {"name": "y", "v": 2}]}',
      { 'a.json:s[name=x].name': 'x', 'a.json:s[name=x].v': 1, 'a.json:s[name=y].name': 'y', 'a.json:s[name=y].v': 2 },
    ],
    ['a.json', '{"s": [{"v": 1}, {"v": 2}]}', { 'a.json:s[0].v': 1, 'a.json:s[1].v': 2 }],
    [
      'a.yml',
      'base: &b {x: 1}\nprod:\n  <<: *b\n  on: yes\n  at: 2026-11-20\n',
      { 'a.yml:base.x': 1, 'a.yml:prod.x': 1, 'a.yml:prod.on': 'yes', 'a.yml:prod.at': '2026-11-20' },
    ],
    ['a.yaml', 'x: 1\n---\nx: 2\n', { 'a.yaml:[0].x': 1, 'a.yaml:[1].x': 2 }],
    ['a.yaml', 'n: 12345678901234567890\n', { 'a.yaml:n': '12345678901234567890' }],
    [
      'a.toml',
      'n = 1\nbig = 9007199254740993\nd = 2026-11-20T10:00:00Z\n[db]\npool = 20\n',
      { 'a.toml:n': 1, 'a.toml:big': '9007199254740993', 'a.toml:d': '2026-11-20T10:00:00.000Z', 'a.toml:db.pool': 20 },
    ],
    [
      'a.properties',
      '# x\n! y\na.b = 1\nc:2\nd e\\\n   f\nk\\=x=\\u00e4\\n\nempty\n',
      {
        'a.properties:["a.b"]': '1',
        'a.properties:c': '2',
        'a.properties:d': 'ef',
        'a.properties:["k=x"]': 'ä\n',
        'a.properties:empty': '',
      },
    ],
    [
      'my.cnf',
      'top = 1\n[mysqld]\nskip-networking\nport = 3306 ; x\nname="a;b"\n',
      {
        'my.cnf:top': '1',
        'my.cnf:mysqld.skip-networking': null,
        'my.cnf:mysqld.port': '3306',
        'my.cnf:mysqld.name': 'a;b',
      },
    ],
    ['a.json', '{"db": {"password": "hunter2"}}', { 'a.json:db.password': { digest: digest('hunter2') } }],
    ['a.json', '{"__proto__": {"x": 1}, "constructor": 2}', { 'a.json:__proto__.x': 1, 'a.json:constructor': 2 }],
  ])('%s %s', async (name, text, expected) => {
    expect(await valuesIn(name, text)).toEqual(expected);
  });

  it.each([
    ['a.json', '{"a": 1,\n"password": hunter2}', 'a.json, line 2: this is not JSON'],
    ['a.json', '{"a": 1,\n\n', 'a.json, line 3: this is not JSON'],
    ['a.yaml', 'a: 1\nb: [1\n', 'a.yaml, line 3: this is not YAML (BAD_INDENT)'],
    ['a.toml', 'a = 1\nb = hunter2\n', 'a.toml, line 2: this is not TOML'],
    ['a.ini', '[a\n', 'a.ini, line 1: the section is not closed'],
    ['nginx.conf', '# x\nserver {\n', 'nginx.conf, line 2: this is no INI file'],
    ['a.properties', 'a=1\nb=\\u12\n', 'a.properties, line 2: after \\u there are four digits'],
    ['-', 'a', 'standard input: its format is not known: --set format=json|yaml|toml|properties|ini'],
    ['a.json', '[]', 'there are no facts in a.json'],
    ['a.yaml', '', 'there are no facts in a.yaml'],
    ['a.json', `${'[{"a":'.repeat(200)}1${'}]'.repeat(200)}`, 'a.json: it is nested too deep'],
    [
      'a.yaml',
      `a: &a [x]\nb: &b [${'*a,'.repeat(90)}]\nc: &c [${'*b,'.repeat(90)}]\nd: [${'*c,'.repeat(90)}]\n`,
      'a.yaml: this YAML cannot be taken apart',
    ],
    ['a.json', '\u0000', 'a.json is not text in UTF-8'],
  ])('%s %j is refused with where and why, and nothing of it', async (name, text, reason) => {
    expect(await config.collect(inputOf({ [name]: text }))).toEqual({ outcome: 'failed', reason });
  });

  it('goes by another name where each environment has its own', async () => {
    expect(await valuesIn('values-prod.yaml', 'a: 1', { as: 'values.yaml' })).toEqual({ 'values.yaml:a': 1 });
  });

  it('is read as it is told', async () => {
    expect(await valuesIn('-', 'a: 1', { format: 'yaml' })).toEqual({ '-:a': 1 });
    expect(await config.collect(inputOf({ x: '' }, { options: new Map([['format', 'xml']]) }))).toEqual({
      outcome: 'failed',
      reason: 'there is no format xml: json, yaml, toml, properties, ini',
    });
  });

  it('of any text is read or refused', async () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc
        .array(
          fc.constantFrom('[', ']', '{', '}', ':', '- ', '\n', '"', '\\', '=', '&a ', '*a', '<<: ', '| ', '  ', 'x'),
        )
        .map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(hostile, fc.constantFrom('json', 'yaml', 'toml', 'properties', 'ini'), async (text, format) => {
        const { outcome } = await config.collect(inputOf({ x: text }, { options: new Map([['format', format]]) }));

        expect(['seen', 'failed']).toContain(outcome);
      }),
      { numRuns: 300 },
    );
  });

  it('has a path of its own for every place', () => {
    const name = fc.string({ unit: fc.constantFrom('a', '.', '[', ']', '"', '=', '0', ':', '\\'), maxLength: 4 });
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.integer(),
        fc.dictionary(name, tie('tree'), { maxKeys: 4 }),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const paths = (flatten(value) ?? []).map(({ path }) => path);

        expect(new Set(paths).size).toBe(paths.length);
      }),
    );
  });
});
