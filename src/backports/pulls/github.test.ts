import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Octokit } from '@octokit/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gitHubPulls } from './github.ts';
import type { PullHost } from './host.ts';

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

let server: Server;
let host: PullHost;
let answer: Answer;
const asked: string[] = [];

beforeEach(async () => {
  asked.length = 0;
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(JSON.stringify(answer.body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const baseUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  host = gitHubPulls(new Octokit({ baseUrl, auth: 'hushed' }));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const wanted = { title: 'A', body: 'B', branch: 'backport/1-a', base: 'main' };

describe('what GitHub refuses', () => {
  it.each<[number, unknown, Record<string, string>, string, boolean]>([
    [401, { message: 'Bad credentials' }, {}, 'does not accept our credentials', false],
    [403, { message: 'Resource not accessible' }, {}, 'pull_requests: write', false],
    [403, { message: 'API rate limit exceeded' }, { 'x-ratelimit-remaining': '0' }, 'asks us to wait', true],
    [403, { message: 'secondary rate limit' }, { 'retry-after': '60' }, 'asks us to wait', true],
    [429, {}, {}, 'asks us to wait', true],
    [404, { message: 'Not Found' }, {}, 'does not show us acme/checkout', false],
    [
      422,
      { message: 'Validation Failed', errors: [{ message: 'No commits between main and a' }] },
      {},
      'No commits',
      false,
    ],
    [422, 'nonsense', {}, '422', false],
    [500, {}, {}, 'could not be reached', true],
    [503, 'down', {}, 'could not be reached', true],
    [200, { number: 'seven' }, {}, 'no answer of its API', false],
  ])('with %i %j is said in a sentence', async (status, body, headers, why, again) => {
    answer = { status, body, headers };
    const opened = await host.open('acme/checkout', wanted);

    expect(opened).toMatchObject({ outcome: 'refused', why: expect.stringContaining(why), again });
    expect(JSON.stringify(opened)).not.toContain('hushed');
  });

  it('because it has one is no refusal', async () => {
    const errors = [{ message: 'A pull request already exists for acme:backport/1-a.' }];
    answer = { status: 422, body: { message: 'Validation Failed', errors } };

    expect(await host.open('acme/checkout', wanted)).toEqual({ outcome: 'done', value: null });
  });

  it('by not answering may be otherwise later', async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');

    expect(await host.open('acme/checkout', wanted)).toMatchObject({ outcome: 'refused', again: true });
  });
});

it('a pull request that is gone is none', async () => {
  answer = { status: 404, body: {} };

  expect(await host.read('acme/checkout', 7)).toEqual({ outcome: 'done', value: null });
});

describe('who may merge', () => {
  it.each<[number, unknown, Record<string, string>, object]>([
    [200, { permission: 'admin', role_name: 'admin' }, {}, { outcome: 'done', value: true }],
    [200, { permission: 'write', role_name: 'maintain' }, {}, { outcome: 'done', value: true }],
    [200, { permission: 'write', role_name: 'releaser' }, {}, { outcome: 'done', value: true }],
    [200, { permission: 'read', role_name: 'triage' }, {}, { outcome: 'done', value: false }],
    [200, { permission: 'none', role_name: '' }, {}, { outcome: 'done', value: false }],
    [404, { message: 'octo is not a user' }, {}, { outcome: 'done', value: false }],
    [
      403,
      { message: 'Must have push access to view collaborator permission.' },
      {},
      { outcome: 'refused', again: false },
    ],
    [403, {}, { 'retry-after': '60' }, { outcome: 'refused', again: true }],
    [502, {}, {}, { outcome: 'refused', again: true }],
    [200, { permission: 7 }, {}, { outcome: 'refused', again: false }],
    [200, [], {}, { outcome: 'refused', again: false }],
  ])('is what GitHub says: %i %j', async (status, body, headers, told) => {
    answer = { status, body, headers };

    expect(await host.mayMerge('acme/checkout', 'a/da')).toMatchObject(told);
    expect(asked).toEqual(['GET /repos/acme/checkout/collaborators/a%2Fda/permission']);
  });
});

it('what a person wrote is bounded, whatever it is', async () => {
  const pull = {
    number: 7,
    title: `a\u0000b\u202e ${'x'.repeat(1000)}`,
    body: null,
    html_url: 'https://github.com/acme/checkout/pull/7',
    state: 'open',
    user: null,
    head: { ref: 'fix', sha: 'f'.repeat(40) },
    base: { ref: 'main' },
  };
  answer = { status: 200, body: [pull] };
  const found = await host.find('acme/checkout', { branch: 'backport/1-a', base: 'main' });
  const [first] = found.outcome === 'done' ? found.value : [];

  expect(first).toMatchObject({ number: 7, author: null, standing: { state: 'open', asked: [] } });
  expect(first?.title.length).toBeLessThanOrEqual(500);
  expect(first?.title.startsWith('ab x')).toBe(true);
  expect(asked).toEqual([expect.stringContaining('head=acme%3Abackport%2F1-a'), expect.stringContaining('base=main')]);
});
