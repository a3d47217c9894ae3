import fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { collect, factsIn } from '../../test/collect.ts';
import { ansible } from './ansible.ts';

interface Result {
  readonly changed?: boolean;
  readonly [field: string]: unknown;
}

function report(tasks: Readonly<Record<string, Readonly<Record<string, Result>>>>): string {
  const named = Object.entries(tasks).map(([name, hosts]) => ({ task: { name }, hosts }));
  return JSON.stringify({ plays: [{ play: { name: 'web' }, tasks: named }], stats: {} });
}

const read = (text: string, key: string | null = 'key') => collect(ansible, { files: { 'check.json': text }, key });
const digest = { digest: expect.stringMatching(/^hmac-sha256:[0-9a-f]{16}$/) };
const drifted = (before: string, after: string): Result => ({
  changed: true,
  diff: [{ before, after, before_header: '/etc/app.env (content)', after_header: '/root/.ansible/tmp/x/y' }],
});

describe('a check', () => {
  it('tells of each task on which hosts it would change something', async () => {
    const alike = {
      changed: false,
      path: '/etc/other',
      diff: { before: { path: '/etc/other' }, after: { path: '/etc/other' } },
    };
    const text = report({
      'app.env': { web2: drifted('a', 'b'), web1: drifted('a', 'b'), web3: alike },
      'service runs': { web1: { changed: false }, web2: { changed: false } },
    });

    expect(factsIn(await read(text))).toEqual({
      'config web / app.env': 'differs on web1, web2',
      'config web / app.env:/etc/app.env as it is': digest,
      'config web / app.env:/etc/app.env as declared': digest,
      'config web / service runs': 'as declared',
    });
  });

  it('shows contents by digests that are equal when they are', async () => {
    const on = async (before: string, after: string) =>
      factsIn(await read(report({ t: { web: drifted(before, after) } })));
    const [one, same, other] = [await on('old', 'new'), await on('old', 'new'), await on('older', 'new')];

    expect(same).toEqual(one);
    expect(other['config web / t:/etc/app.env as it is']).not.toEqual(one['config web / t:/etc/app.env as it is']);
    expect(other['config web / t:/etc/app.env as declared']).toEqual(one['config web / t:/etc/app.env as declared']);
    expect(factsIn(await read(report({ t: { web: drifted('old', 'new') } }), null))).toMatchObject({
      'config web / t:/etc/app.env as it is': { digest: 'present' },
    });
  });

  it('tells of the turns of a loop', async () => {
    const turn = (path: string) => ({
      changed: true,
      diff: { before: { mode: '0600', path }, after: { mode: '0640', path } },
      path,
    });
    const text = report({
      modes: { web: { changed: true, results: [turn('/etc/a'), turn('/etc/b'), { changed: false }] } },
    });

    expect(Object.keys(factsIn(await read(text)))).toEqual([
      'config web / modes',
      'config web / modes:/etc/a as it is',
      'config web / modes:/etc/a as declared',
      'config web / modes:/etc/b as it is',
      'config web / modes:/etc/b as declared',
    ]);
  });

  it('of a host that was not reached says so, and nothing of the host', async () => {
    const text = report({
      one: { web1: { changed: true }, web2: { unreachable: true, changed: false } },
      two: { web1: { failed: true, changed: false }, web3: { skipped: true, changed: false }, web4: { failed: 'no' } },
    });

    expect(await read(text)).toEqual({
      outcome: 'seen',
      facts: [{ service: null, facet: 'config', key: 'web / one', value: 'differs on web1' }],
      complete: false,
      notSeen: ['web2: unreachable', 'web1: a task failed', 'web4: its result cannot be read'],
    });
  });

  it('is read behind the lines that others print before it', async () => {
    const text = `[WARNING]: no inventory\n${report({ t: { web: { changed: false } } })}`;

    expect(factsIn(await read(text))).toEqual({ 'config web / t': 'as declared' });
  });

  it('recorded from a run, shows no content', async () => {
    const path = new URL('../../test/fixtures/ansible/check-found-drift.json', import.meta.url);
    const { body } = JSON.parse(readFileSync(path, 'utf8')) as { body: unknown };
    const result = await read(JSON.stringify(body));

    expect(Object.values(factsIn(result))).toContainEqual(expect.stringMatching(/^differs on web1\.example\.com/));
  });

  const sample = new URL('../../../shared/samples/ansible/own-run__drift_check.json', import.meta.url);
  it.runIf(existsSync(sample))('of a real run tells what drifted', async () => {
    const result = await read(readFileSync(sample, 'utf8'));

    expect(factsIn(result)).toMatchObject({
      'config testhost / nginx.conf is managed': 'differs on testhost',
      'config testhost / nginx.conf is managed:/etc/nginx.conf as it is': digest,
      'config testhost / log level:/etc/app.env as declared': digest,
    });
    expect(JSON.stringify(result)).not.toMatch(/worker_processes|LOG_LEVEL/);
  });
});

describe('what is no check', () => {
  it.each([
    ['nonsense', 'check.json is no report of a run: set ANSIBLE_STDOUT_CALLBACK=ansible.posix.json'],
    ['{"id": 7}', 'check.json is no report of a run: set ANSIBLE_STDOUT_CALLBACK=ansible.posix.json'],
    [report({ t: { web: { unreachable: true } } }), 'no host was looked at: web: unreachable'],
    [report({}), 'no host was looked at: every task was skipped'],
  ])('%s', async (text, reason) => {
    expect(await read(text)).toEqual({ outcome: 'failed', reason });
  });
});

it('whatever a report holds, it is read or told to be wrong', async () => {
  const results = fc.dictionary(
    fc.string(),
    fc.record({ changed: fc.boolean(), diff: fc.jsonValue(), results: fc.jsonValue() }),
  );
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), results), async (tasks) => {
      const { outcome } = await read(report(tasks));
      expect(['seen', 'failed']).toContain(outcome);
    }),
    { numRuns: 300 },
  );
});
