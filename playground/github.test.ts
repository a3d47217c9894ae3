import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGitHub, type GitHub } from './github.ts';
import type { Role } from './github/roles.ts';
import { isObject, objectsOf, parseObject, type JsonObject } from './json.ts';
import { git, makeRepositories, type Repository } from './repositories.ts';
import { tellStory } from './story.ts';
import type { Login } from './story/day.ts';

const now = new Date('2026-11-20T16:00:00Z');
const roles = new Map<Login, Role>();
const received: { event: string; guid: string; signed: boolean; body: JsonObject }[] = [];
let folder: string;
let repositories: Awaited<ReturnType<typeof makeRepositories>>;
let github: GitHub;
let receiver: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sincewhen-test-'));
  repositories = await makeRepositories(folder, now);
  github = await startGitHub({ repositories, roles, webhookSecret: 'secret', token: 'ghp_token' });
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const raw = Buffer.concat(chunks);
    const mac = `sha256=${createHmac('sha256', 'secret').update(raw).digest('hex')}`;
    received.push({
      event: String(request.headers['x-github-event']),
      guid: String(request.headers['x-github-delivery']),
      signed: request.headers['x-hub-signature-256'] === mac,
      body: parseObject(raw.toString()) ?? {},
    });
    response.writeHead(202).end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const address = receiver.address();
  github.connect(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/ingest/github`);
  for (const delivery of tellStory(repositories, now)) {
    if (delivery.source === 'github') await github.deliver(delivery);
  }
}, 30_000);

afterAll(async () => {
  await github.close();
  receiver.close();
  await rm(folder, { recursive: true });
});

function checkout(): Repository {
  const repository = repositories.get('checkout');
  if (repository === undefined) throw new Error('no checkout');
  return repository;
}

async function get(path: string): Promise<unknown> {
  const response = await fetch(github.apiUrl + path, { headers: { authorization: 'Bearer ghp_token' } });
  return response.json();
}

async function send(method: string, path: string, body: object, login = 'ada') {
  const response = await fetch(github.apiUrl + path, {
    method,
    headers: { authorization: 'Bearer ghp_token', 'x-acting-login': login },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as unknown };
}

it('signs every delivery and sends one of them twice', () => {
  const guids = received.map(({ guid }) => guid);

  expect(received.filter(({ signed }) => !signed)).toEqual([]);
  expect(guids.length - new Set(guids).size).toBe(1);
  expect(received.length).toBeGreaterThan(150);
});

it('names only commits that its repositories have', async () => {
  const shas = received
    .flatMap(({ body }) => [body['after'], isObject(body['deployment']) ? body['deployment']['sha'] : undefined])
    .filter((sha) => typeof sha === 'string');
  const histories = await Promise.all(
    [...repositories.values()].map((each) => git(each.folder, ['rev-list', '--all'])),
  );
  const known = new Set(histories.join('').split('\n'));

  expect(shas.length).toBeGreaterThan(30);
  expect(shas.filter((sha) => !known.has(sha))).toEqual([]);
});

it('leaves nothing of the examples’ own names and shows no time after now', () => {
  const text = JSON.stringify(received.map(({ body }) => body));
  const times = text.match(/2026-\d\d-\d\dT\d\d:\d\d:\d\dZ/g) ?? [];

  expect(text).not.toMatch(/Codertocat|octo-org|Hello-World/);
  expect(times.filter((time) => new Date(time) > now)).toEqual([]);
});

it('tells a bad deploy that failed, passed, never was in staging, and was rolled back', () => {
  const deploys = received.filter(
    ({ event, body }) =>
      event === 'deployment_status' && isObject(body['deployment']) && body['deployment']['ref'] === 'v1.42.0',
  );
  const seen = deploys.map(({ body }) =>
    isObject(body['deployment_status'])
      ? [body['deployment_status']['environment'], body['deployment_status']['state']].join(' ')
      : '',
  );

  expect([...new Set(seen)]).toEqual([
    'production in_progress',
    'production failure',
    'production success',
    'production inactive',
  ]);
});

it('compares two versions by their real history', async () => {
  const compared = await get('/repos/acme/checkout/compare/v1.41.3...v1.42.0');

  expect(compared).toMatchObject({ status: 'ahead', ahead_by: 5 });
  const titles = objectsOf(isObject(compared) ? compared['commits'] : []).map((each) =>
    isObject(each['commit']) ? each['commit']['message'] : '',
  );
  expect(titles.at(-1)).toBe('Retry payment calls (#812)');
});

it('knows the pull request of a commit and its reviews', async () => {
  const [head] = checkout().commits.slice(-1);

  expect(await get(`/repos/acme/checkout/commits/${head?.sha}/pulls`)).toMatchObject([
    { number: 812, user: { login: 'ada' } },
  ]);
  expect(await get('/repos/acme/checkout/pulls/812/reviews')).toEqual([]);
  expect(await get('/repos/acme/checkout/pulls/809/reviews')).toMatchObject([
    { state: 'APPROVED', user: { login: 'barbara' } },
  ]);
});

it('lists what it delivered, newest first, with the bodies', async () => {
  const [newest] = objectsOf(await get('/orgs/acme/hooks/1/deliveries?per_page=5'));

  expect(newest).toMatchObject({ status: 'OK', redelivery: true });
  expect(await get(`/orgs/acme/hooks/1/deliveries/${String(newest?.['id'])}`)).toMatchObject({
    guid: newest?.['guid'],
    request: { payload: { deployment: { ref: 'v1.42.0' } } },
  });
});

it('opens, reviews and merges pull requests of its real repositories, and tells of each', async () => {
  const { folder } = checkout();
  const main = (await git(folder, ['rev-parse', 'main'])).trim();
  const tree = (await git(folder, ['rev-parse', 'main~1^{tree}'])).trim();
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  const commit = (await git(folder, [...identity, 'commit-tree', '-p', main, '-m', 'Back again', tree])).trim();
  await git(folder, ['update-ref', 'refs/heads/backport/1-back', commit]);
  const wanted = { title: '[backport staging] Back again', head: 'backport/1-back', base: 'main', body: 'For #812' };
  received.length = 0;
  const opened = await send('POST', '/repos/acme/checkout/pulls', wanted);
  const again = await send('POST', '/repos/acme/checkout/pulls', wanted);
  const number = isObject(opened.body) ? String(opened.body['number']) : '';
  await send('POST', `/repos/acme/checkout/pulls/${number}/reviews`, { event: 'APPROVE' }, 'barbara');
  const merged = await send('PUT', `/repos/acme/checkout/pulls/${number}/merge`, {}, 'grace');
  await expect.poll(() => received.map(({ event }) => event)).toHaveLength(4);

  expect(opened).toMatchObject({ status: 201, body: { state: 'open', head: { sha: commit }, base: { ref: 'main' } } });
  expect(again).toMatchObject({
    status: 422,
    body: { errors: [{ message: expect.stringContaining('already exists') }] },
  });
  expect(merged).toMatchObject({ status: 200, body: { merged: true } });
  expect((await git(folder, ['log', '-1', '--format=%P %s', 'main'])).trim()).toBe(
    `${main} ${commit} Merge pull request #${number} from acme/backport/1-back`,
  );
  expect(received.map(({ event, signed, body }) => [event, signed, body['action']])).toEqual([
    ['pull_request', true, 'opened'],
    ['pull_request_review', true, 'submitted'],
    ['pull_request', true, 'closed'],
    ['push', true, undefined],
  ]);
  expect(await get('/repos/acme/checkout/pulls?state=open&head=acme:backport/1-back')).toEqual([]);
  expect(await send('PUT', `/repos/acme/checkout/pulls/${number}/merge`, {})).toMatchObject({ status: 405 });
});

it('says what people may do, and lets nobody merge who may not', async () => {
  const role = (login: string) => get(`/repos/acme/checkout/collaborators/${login}/permission`);
  roles.set('edsger', 'triage').set('barbara', 'maintain');

  expect([await role('ada'), await role('grace'), await role('Barbara'), await role('edsger')]).toMatchObject([
    { permission: 'admin', role_name: 'admin', user: { login: 'ada', permissions: { admin: true } } },
    { permission: 'write', role_name: 'write', user: { login: 'grace', permissions: { push: true } } },
    { permission: 'write', role_name: 'maintain', user: { login: 'barbara', permissions: { admin: false } } },
    { permission: 'read', role_name: 'triage', user: { login: 'edsger', permissions: { push: false } } },
  ]);
  expect([await role('octo'), await role('constructor')]).toMatchObject([
    { message: 'octo is not a user' },
    { message: 'constructor is not a user' },
  ]);
  const { folder } = checkout();
  const main = (await git(folder, ['rev-parse', 'main'])).trim();
  const identity = ['-c', 'user.name=Edsger', '-c', 'user.email=edsger@example.com'];
  const made = [...identity, 'commit-tree', '-p', main, '-m', 'By edsger', `${main}^{tree}`];
  const commit = (await git(folder, made)).trim();
  await git(folder, ['update-ref', 'refs/heads/by-edsger', commit]);
  const opened = await send('POST', '/repos/acme/checkout/pulls', { title: 'T', head: 'by-edsger', base: 'main' });
  const number = isObject(opened.body) ? String(opened.body['number']) : '';

  expect(await send('PUT', `/repos/acme/checkout/pulls/${number}/merge`, {}, 'edsger')).toMatchObject({ status: 403 });
  expect((await git(folder, ['rev-parse', 'main'])).trim()).toBe(main);
});

it('asks for its token and leaves the rest to the emulator', async () => {
  expect((await fetch(`${github.apiUrl}/repos/acme/checkout`)).status).toBe(401);
  expect(await get('/repos/acme/checkout')).toMatchObject({ full_name: 'acme/checkout' });
});
