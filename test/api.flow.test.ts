import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogOf, readSettings } from '../src/config/settings.ts';
import { replay } from '../src/ingest/replay.ts';
import { concealWith } from '../src/sources/reading/conceal.ts';
import { deliveryReaders } from '../src/sources/registry.ts';
import { type TestService, startTestService } from './test-service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

interface Answered {
  readonly status: number;
  readonly body: {
    readonly [field: string]: unknown;
    readonly changes?: readonly (string | Readonly<Record<string, unknown>>)[];
    readonly error?: string;
    readonly next?: string | null;
  };
}

async function call(path: string, options: { token?: string | null; body?: unknown } = {}): Promise<Answered> {
  const { token = options.body === undefined ? service.tokens.read : service.tokens.ingest, body } = options;
  const response = await fetch(`${service.url}${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
  });
  return { status: response.status, body: await response.json() };
}

function post(body: unknown) {
  return call('/api/changes', { body });
}

function ago(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}

async function ask(query: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { status, body } = await call(`/api/changes?${query}`);
  expect({ status, error: body.error }).toEqual({ status: 200, error: undefined });
  return (body.changes ?? []).filter((change) => typeof change !== 'string');
}

describe('a change that is posted', () => {
  it('is read back with all that it said', async () => {
    const change = {
      kind: 'deploy',
      environment: 'prod',
      service: 'Mailer',
      title: 'Deploy mailer 2.0.1',
      occurred_at: ago(20),
      finished_at: ago(18),
      status: 'succeeded',
      from: '2.0.0',
      to: '2.0.1',
      actor: { name: 'Ada', email: 'ada@example.com' },
      url: 'https://ci.example.com/7',
      reason: 'fixes bounces',
      identities: [{ type: 'run', value: 'ci/7' }],
      cluster: 'eu-1',
    };
    const posted = await post(change);
    const [read] = await ask('since=1h&service=mailer');

    expect(posted).toEqual({
      status: 202,
      body: { accepted: 1, duplicates: 0, rejected: [], changes: [read?.['id']] },
    });
    expect(read).toMatchObject({
      kind: 'deploy',
      environment: 'production',
      service: 'mailer',
      title: change.title,
      status: 'succeeded',
      from: '2.0.0',
      to: '2.0.1',
      occurred_at: change.occurred_at,
      finished_at: change.finished_at,
      actor: change.actor,
      reason: change.reason,
      details: { cluster: 'eu-1' },
      source: 'api',
    });
    expect(read?.['identities']).toContainEqual({ type: 'run', value: 'ci/7' });
  });

  it.each([
    ['with a key', { key: 'flag-1', title: 'Flag once' }, 1],
    ['with its time', { occurred_at: '2026-11-20T14:00:00Z', title: 'Timed once' }, 1],
    ['without either', { title: 'Each time anew' }, 2],
  ])('twice %s is that many changes', async (_, fields, expected) => {
    const change = { kind: 'flag', ...fields };
    const first = await post(change);
    const second = await post(change);

    expect(first.body).toMatchObject({ accepted: 1, duplicates: 0 });
    expect(second.body).toMatchObject({ accepted: expected - 1, duplicates: 2 - expected });
    expect(new Set([...(first.body.changes ?? []), ...(second.body.changes ?? [])]).size).toBe(expected);
  });

  it('again with its key and a new status is the same change, further on', async () => {
    const change = { kind: 'deploy', title: 'Deploy api 9', service: 'api', environment: 'staging', key: 'api-9' };
    const started = await post({ ...change, status: 'started', occurred_at: ago(5) });
    const failed = await post({ ...change, status: 'failed', occurred_at: ago(5), finished_at: ago(4) });

    expect(failed.body.changes).toEqual(started.body.changes);
    expect(await ask('since=1h&service=api')).toMatchObject([{ status: 'failed' }]);
  });

  it('beside bad ones is taken, and each bad one is named', async () => {
    const { status, body } = await post([
      { kind: 'deploy', title: 'Good one' },
      { kind: 'explosion', title: 'x' },
      { kind: 'deploy' },
      { kind: 'deploy', title: 'x', occurred_at: 'yesterday-ish' },
      { kind: 'deploy', title: 'x', occurred_at: ago(1), finished_at: ago(2) },
      'text',
      { kind: 'deploy', title: 'x', key: 'nul\u0000' },
      { kind: 'deploy', title: 'x', repository: 'no-owner' },
    ]);

    expect(status).toBe(202);
    expect(body).toMatchObject({ accepted: 1, duplicates: 0 });
    expect(body['rejected']).toMatchObject([
      { index: 1, error: expect.stringContaining('kind') },
      { index: 2, error: expect.stringContaining('title') },
      { index: 3, error: expect.stringContaining('occurred_at') },
      { index: 4, error: 'finished_at is before occurred_at' },
      { index: 5 },
      { index: 6, error: expect.stringContaining('key') },
      { index: 7, error: expect.stringContaining('repository') },
    ]);
  });

  it('is found by its commit, and makes its sender a source that was seen', async () => {
    const commit = 'C0FFEE00'.repeat(5);
    await post({
      kind: 'deploy',
      title: 'Deploy stock',
      service: 'stock',
      environment: 'production',
      repository: 'Acme/Stock',
      commit,
      occurred_at: ago(30),
    });
    const { body } = await call(`/api/changes?since=${commit.slice(0, 8)}1&environment=production`);
    const found = await call(`/api/changes?since=commit+${commit.toLowerCase()}&environment=production`);

    expect(body.error).toBeDefined();
    expect(found.status).toBe(200);
    expect(found.body['coverage']).toContainEqual(
      expect.objectContaining({ source: 'api', title: 'API', state: 'fresh' }),
    );
  });

  it('with text that a database cannot hold is cleaned, not refused', async () => {
    const { status } = await post({
      kind: 'note',
      title: 'nul\u0000 and \ud800 half',
      service: 'x'.repeat(10_000),
      key: 'odd',
    });
    const [read] = await ask('since=1h&q=half');

    expect(status).toBe(202);
    expect(read?.['title']).toMatch(/^nul.* and \ufffd half$/);
    expect(String(read?.['service']).length).toBeLessThanOrEqual(200);
  });
});

describe('what is refused', () => {
  it.each([
    ['no token', null, 401],
    ['an unknown token', `swn_${'x'.repeat(43)}`, 401],
    ['text that is no token', 'hello', 401],
  ])('%s', async (_, token, status) => {
    expect(await call('/api/changes', { token })).toMatchObject({
      status,
      body: { error: expect.stringContaining('token') },
    });
    expect((await call('/api/changes', { token, body: { kind: 'note', title: 'x' } })).status).toBe(status);
  });

  it('a token for something else', async () => {
    expect((await call('/api/changes', { token: service.tokens.ingest })).status).toBe(403);
    expect(
      (await call('/api/changes', { token: service.tokens.read, body: { kind: 'note', title: 'x' } })).status,
    ).toBe(403);
  });

  it.each([
    ['no JSON', '{', 400],
    ['nothing', '', 400],
    [
      'more than 1,000 changes',
      JSON.stringify(Array.from({ length: 1001 }, () => ({ kind: 'note', title: 'x' }))),
      413,
    ],
    ['one bad change alone', '{}', 400],
    ['only bad changes of many, each for itself', '[{}]', 202],
    ['a body over 4 MB', `"${'x'.repeat(4 << 20)}"`, 413],
  ])('%s', async (_, body, status) => {
    expect((await post(body)).status).toBe(status);
  });

  it('is told by a replay as it was told before', async () => {
    await post([
      { kind: 'flag', title: 'Replayed', key: 'replayed' },
      { kind: 'flag', title: 'Untimed and replayed' },
    ]);
    const before = await ask('since=1h&q=replayed');
    const settings = readSettings('');
    if (settings.outcome === 'invalid') throw new Error('no settings');
    const catalog = catalogOf(settings.settings);
    const { db } = service.database;
    const replayed = await replay(
      {
        db,
        catalog,
        readers: deliveryReaders({ catalog, conceal: concealWith(null) }),
        now: () => new Date(),
        react: () => Promise.resolve(),
      },
      { from: new Date(0) },
    );

    expect(replayed.failed).toEqual([]);
    expect(await ask('since=1h&q=replayed')).toEqual(before);
  });

  it.each([
    ['q=%00', 'q'],
    ['actor=a%00b', 'actor'],
    ['service=%07x', 'service'],
    ['cursor=WyIyMDI2LTExLTIwVDE0OjAwOjAwLjAwMFoiLCI5OTk5OTk5OTk5OTk5OTk5OTk5Il0', 'cursor'],
    ['cursor=hello', 'cursor'],
    ['since=sinc+yesteday', 'sinc'],
    ['since=2h&limit=0', 'limit'],
    ['since=2h&kind=explosion', 'kind'],
    ['since=2h&timezone=Mars/Olympus', 'timezone'],
  ])('the question %s, with a sentence', async (query, word) => {
    const { status, body } = await call(`/api/changes?${query}`);

    expect(status).toBe(400);
    expect(body.error).toContain(word);
  });

  it('a version that was never seen', async () => {
    expect(await call('/api/changes?since=v99.99.99')).toMatchObject({
      status: 404,
      body: { error: expect.stringContaining('99.99.99') },
    });
  });
});

describe('a question', () => {
  it('is paged without gaps or repetitions while changes go on arriving', async () => {
    const changes = Array.from({ length: 25 }, (_, index) => ({
      kind: 'note',
      title: `Page ${index}`,
      service: 'paged',
      occurred_at: ago(index),
    }));
    await post(changes);
    const titles: unknown[] = [];
    let cursor: string | null | undefined = '';
    while (typeof cursor === 'string') {
      const { body } = await call(
        `/api/changes?since=1h&service=paged&limit=10${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      titles.push(...(body.changes ?? []).map((change) => (typeof change === 'string' ? change : change['title'])));
      if (cursor === '') await post({ kind: 'note', title: 'Meanwhile', service: 'paged' });
      cursor = body.next;
    }

    expect(titles).toEqual(changes.map((change) => change.title));
  });

  it.each([
    ['kind=rollback', ['Rollback search']],
    ['environment=prod', ['Rollback search', 'Flag new-search on']],
    ['environment=staging', ['Deploy search to staging']],
    ['actor=GRACE', ['Rollback search']],
    ['q=new-SEARCH', ['Flag new-search on']],
    ['kind=flag&kind=rollback', ['Rollback search', 'Flag new-search on']],
  ])('is narrowed by %s', async (query, expected) => {
    await post([
      {
        kind: 'rollback',
        title: 'Rollback search',
        service: 'search',
        environment: 'production',
        actor: 'grace',
        occurred_at: '2026-11-18T10:00:00Z',
      },
      {
        kind: 'flag',
        title: 'Flag new-search on',
        service: 'search',
        environment: 'live',
        occurred_at: '2026-11-18T09:00:00Z',
      },
      {
        kind: 'deploy',
        title: 'Deploy search to staging',
        service: 'search',
        environment: 'stg',
        occurred_at: '2026-11-18T08:00:00Z',
      },
    ]);
    const read = await ask(`since=2026-11-18T00:00Z&until=2026-11-19T00:00Z&service=search&${query}`);

    expect(read.map((change) => change['title'])).toEqual(expected);
  });

  it('says what it understood, and which sources it could look at', async () => {
    const { body } = await call('/api/changes?since=2h&timezone=Europe/London');

    expect(body['window']).toMatchObject({
      understood: expect.stringMatching(/^since \d\d:\d\d.*\(2 h, your time\)$/),
    });
    expect(body['coverage']).toMatchObject([
      { source: 'github', state: 'never', newest: null },
      { source: 'api', state: 'fresh' },
    ]);
  });
});
