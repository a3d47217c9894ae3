import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsOf, inputOf, recorded } from '../../test/collecting.ts';
import { packages } from './packages.ts';

async function versionsIn(name: string, text: string): Promise<Readonly<Record<string, unknown>>> {
  const facts = factsOf(await packages.collect(inputOf({ [name]: text })));
  return Object.fromEntries(facts.map(({ key, value }) => [key, value]));
}

const npm = { 'npm:chalk': '4.1.2', 'npm:ansi-styles': ['4.3.0', '6.2.1'], 'npm:wrap-ansi': '7.0.0' };

describe('packages of', () => {
  it.each<[string, string, Readonly<Record<string, unknown>>]>([
    ['package-lock.v1.json', 'package-lock.json', npm],
    ['package-lock.v3.json', 'package-lock.json', npm],
    [
      'requirements.txt',
      'requirements.txt',
      { 'pypi:flask-login': '0.6.3', 'pypi:requests': '2.32.3', 'pypi:urllib3': '2.2.3' },
    ],
    ['uv.lock', 'uv.lock', { 'pypi:requests': '2.32.3' }],
    ['poetry.lock', '-', { 'pypi:flask-login': '0.6.3' }],
    ['dpkg-l.txt', '-', { 'deb:libssl3': '3.0.15-1~deb12u1', 'deb:postgresql-client': '15+248' }],
    [
      'bom.cdx.json',
      '-',
      {
        'npm:@shop/ledger': '1.2.3',
        'deb:openssl': '3.0.15-1~deb12u1',
        'generic:inner': '1.0',
        'operating-system:debian': '12',
      },
    ],
    ['bom.spdx.json', '-', { 'pypi:requests': '2.32.3', 'package:zlib': '1.3.1' }],
  ])('%s', async (file, name, expected) => {
    expect(await versionsIn(name, recorded(`packages/${file}`))).toEqual(expected);
  });

  it('a lock file of Rust', async () => {
    const text =
      '[[package]]\nname = "serde"\nversion = "1.0.1"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\n';

    expect(await versionsIn('-', text)).toEqual({ 'cargo:serde': '1.0.1' });
  });

  it('requirements are not all seen where some are not pinned, or are elsewhere', async () => {
    const collected = await packages.collect(inputOf({ 'requirements.txt': recorded('packages/requirements.txt') }));

    expect(collected).toMatchObject({
      complete: false,
      notSeen: ['base.txt: name this file too', 'celery: its version is not pinned'],
    });
  });

  it('this project, as npm installed it', async () => {
    const lock = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8');
    const versions = await versionsIn('package-lock.json', lock);

    expect(versions).toMatchObject({ 'npm:zod': expect.stringMatching(/^\d/), 'npm:smol-toml': expect.anything() });
  });

  const dpkg = existsSync('/usr/bin/dpkg');

  it.runIf(dpkg)('this machine, alike from dpkg -l and dpkg-query -W', async () => {
    const listed = await versionsIn('-', execFileSync('dpkg', ['-l'], { encoding: 'utf8' }));
    const format = '${binary:Package}\t${Version}\t${db:Status-Abbrev}\n';
    const rows = execFileSync('dpkg-query', ['-W', '-f', format], { encoding: 'utf8' }).trim().split('\n');
    const installed = rows.filter((row) => /\t.i/.test(row)).map((row) => row.replace(/\t[^\t]*$/, ''));
    const queried = await versionsIn('-', `${installed.join('\n')}\n`);

    expect(Object.keys(listed).length).toBeGreaterThan(20);
    expect(listed).toHaveProperty(['deb:dpkg']);
    expect(queried).toEqual(listed);
  });

  it.each([
    ['package-lock.json', '{"lockfileVersion": 3,\n"packages": {', 'package-lock.json, line 2: this is not JSON'],
    ['requirements.txt', 'requests==1\n{{ x }}\n', 'requirements.txt, line 2: this is no requirement'],
    ['uv.lock', '[[package]]\nname = requests\n', 'uv.lock, line 2: this is not TOML'],
    ['package-lock.json', '{"lockfileVersion": 3, "packages": {}}', 'there are no facts in package-lock.json'],
    ['requirements.txt', 'celery\n', 'there are no facts in requirements.txt (celery: its version is not pinned)'],
  ])('%s %j: refused', async (name, text, reason) => {
    expect(await packages.collect(inputOf({ [name]: text }))).toEqual({ outcome: 'failed', reason });
  });

  it.each(['{"a": 1}', 'hello world', '', '<xml/>'])('%j: refused with what can be read', async (text) => {
    expect(await packages.collect(inputOf({ '-': text }))).toEqual({
      outcome: 'failed',
      reason: expect.stringMatching(/^standard input: this is none of package-lock\.json/),
    });
  });

  it('any text: read or refused', async () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc
        .array(
          fc.constantFrom(
            'ii  ',
            'x',
            ' 1.0',
            '\t',
            '\n',
            '==',
            '\\\n',
            '[[package]]\n',
            'name = "a"\n',
            '#',
            '-r ',
            ';',
          ),
        )
        .map((parts) => parts.join('')),
      fc.jsonValue().map((value) => JSON.stringify({ bomFormat: 'CycloneDX', components: value })),
      fc.jsonValue().map((value) => JSON.stringify({ spdxVersion: '2', packages: [value], relationships: value })),
      fc
        .dictionary(fc.string(), fc.jsonValue())
        .map((value) => JSON.stringify({ lockfileVersion: 3, packages: value, dependencies: value })),
    );
    await fc.assert(
      fc.asyncProperty(
        hostile,
        fc.constantFrom('-', 'requirements.txt', 'uv.lock', 'package-lock.json'),
        async (text, name) => {
          expect(['seen', 'failed']).toContain((await packages.collect(inputOf({ [name]: text }))).outcome);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('a list of 200,000 components is read', async () => {
    const components = Array.from({ length: 200_000 }, (_, index) => ({ purl: `pkg:npm/p${index}@1.0.0` }));
    const text = JSON.stringify({ bomFormat: 'CycloneDX', components: [{ type: 'library', name: 'x', components }] });

    expect(factsOf(await packages.collect(inputOf({ '-': text })))).toHaveLength(200_000);
  });
});
