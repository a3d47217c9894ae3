import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { arch, release } from 'node:os';
import type { Fact } from '../domain/facts/fact.ts';
import type { Collected, Collector, CollectorInput } from './collector.ts';
import { type Parsed, collectEach, failed, parsed, seen, unreadable } from './read-texts.ts';

const usage = 'sincewhen snapshot production --collector os --service checkout';

export const os: Collector = {
  name: 'os',
  version: '1',
  summary: 'the operating system and the runtimes of this machine, or an os-release file',
  usage,
  async collect(input) {
    if (input.files.length === 0) return collectMachine(input, run);
    return collectEach(input, { usage }, ({ text }) => parseOsRelease(text, input.service));
  },
};

/** Of `/etc/os-release`, what a system can be told from another by. */
const told = ['ID', 'VERSION_ID', 'VERSION_CODENAME', 'PRETTY_NAME', 'VARIANT_ID'];

export function parseOsRelease(text: string, service: string | null): Parsed {
  const facts: Fact[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, name, quoted, plain] = /^([A-Z0-9_]+)=(?:(["'].*["'])|(.*))$/.exec(line) ?? [];
    if (name === undefined) return unreadable(index + 1, 'this is no NAME=value');
    if (!told.includes(name)) continue;
    const value = quoted === undefined ? (plain ?? '') : quoted.slice(1, -1).replaceAll(/\\(["$`\\])/g, '$1');
    facts.push({ service, facet: 'runtime', key: `os:${name.toLowerCase().replaceAll('_', '-')}`, value });
  }
  return parsed(facts);
}

/** How each is asked for its version, and where it stands in what it says. */
const runtimes: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['node', ['--version'], /^v(\S+)/],
  ['python3', ['--version'], /^Python (\S+)/],
  ['java', ['-version'], /version "([^"]+)"/],
  ['go', ['version'], /go version go(\S+)/],
  ['ruby', ['--version'], /^ruby (\S+)/],
  ['php', ['--version'], /^PHP (\S+)/],
  ['dotnet', ['--version'], /^(\d\S+)/],
  ['perl', ['-v'], /\(v([^)]+)\)/],
  ['openssl', ['version'], /^(?:OpenSSL|LibreSSL) (\S+)/],
  ['nginx', ['-v'], /nginx\/(\S+)/],
];

/** What a program says, on either stream. `absent`: there is no such program. */
type Ran = { readonly outcome: 'said'; readonly text: string } | { readonly outcome: 'absent' | 'failed' };
type Run = (program: string, args: readonly string[], signal: AbortSignal) => Promise<Ran>;

/** A program that is not there is no gap, one that does not answer is. */
export async function collectMachine(
  { service, signal }: Pick<CollectorInput, 'service' | 'signal'>,
  runProgram: Run,
): Promise<Collected> {
  const release = await osRelease(service);
  if (release.outcome === 'unreadable') return failed(`/etc/os-release: ${release.reason}`);
  const asked = await Promise.all(
    runtimes.map(async ([program, args, pattern]) => {
      const ran = await runProgram(program, args, signal);
      const version = ran.outcome === 'said' ? pattern.exec(ran.text)?.[1] : undefined;
      return { program, absent: ran.outcome === 'absent', version };
    }),
  );
  const facts = asked.flatMap(({ program, version }): readonly Fact[] =>
    version === undefined ? [] : [{ service, facet: 'runtime', key: `runtime:${program}`, value: version }],
  );
  const silent = asked.filter(({ absent, version }) => !absent && version === undefined);
  const notSeen = silent.map(({ program }) => `${program}: does not say its version`);
  return seen([...release.facts, ...machine(service), ...facts], [...release.notSeen, ...notSeen], []);
}

function machine(service: string | null): readonly Fact[] {
  return [
    { service, facet: 'runtime', key: 'os:kernel', value: release() },
    { service, facet: 'infrastructure', key: 'os:architecture', value: arch() },
  ];
}

async function osRelease(service: string | null): Promise<Parsed> {
  try {
    return parseOsRelease(await readFile('/etc/os-release', 'utf8'), service);
  } catch {
    return parsed([], ['/etc/os-release: cannot be read']);
  }
}

const run: Run = (program, args, signal) =>
  new Promise((resolve) => {
    execFile(program, args, { timeout: 10_000, signal, maxBuffer: 100_000 }, (error, stdout, stderr) => {
      if (error !== null) resolve({ outcome: 'code' in error && error.code === 'ENOENT' ? 'absent' : 'failed' });
      else resolve({ outcome: 'said', text: `${stdout}\n${stderr}`.trim() });
    });
  });
