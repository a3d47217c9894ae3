import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestDatabase, createTestDatabase } from '../../test/database.ts';
import type { GitHubAccess } from '../config/environment.ts';
import type { Catalog } from '../domain/catalog.ts';
import { type Ingest, createIngest } from '../ingest/ingest.ts';
import { gitHubDeliveries } from '../sources/github-deliveries.ts';
import { github } from '../sources/github.ts';
import { concealWith } from '../sources/reading/conceal.ts';
import { openSource } from '../sources/reading/open.ts';
import { catchUpGitHub } from './catch-up-github.ts';

const now = new Date('2026-11-20T15:00:00Z');
const day = 86_400_000;
const none = { aliases: [], paths: [], configPaths: null, branches: {}, dependsOn: [], owners: [] };
const catalog: Catalog = {
  environments: new Map([['production', 'production']]),
  services: [{ name: 'checkout', repository: 'Acme/Checkout', ...none }],
  configPaths: [],
};
const source = openSource(github, { secrets: [], catalog, conceal: concealWith(null) });
const log = pino({ enabled: false });

interface Attempt {
  readonly id: number | bigint;
  readonly guid: string;
  readonly status_code: number;
  readonly event: string;
  readonly delivered_at: string;
  /** Null: GitHub no longer has it. */
  readonly payload: object | null;
}

/** As much of GitHub's API as the job asks, with what it was asked. */
interface FakeGitHub {
  readonly url: string;
  readonly asked: string[];
  readonly authorizations: Set<string | undefined>;
  /** By the path of the webhook, newest first. */
  readonly attempts: Map<string, readonly Attempt[]>;
  /** By the path of the list. */
  readonly hooks: Map<string, readonly object[]>;
  pageSize: number;
  /** Answered to every request. */
  refusal: { readonly status: number; readonly headers: Record<string, string> } | null;
}

let database: TestDatabase;
let ingest: Ingest;
let server: Server;
let fake: FakeGitHub;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.close();
});

beforeEach(async () => {
  ingest = createIngest({ db: database.db, catalog, now: () => now, react: () => Promise.resolve() });
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', fake.url);
    fake.asked.push(request.url ?? '');
    fake.authorizations.add(request.headers.authorization);
    const answer =
      fake.refusal === null ? answerTo(pathname, searchParams) : { ...fake.refusal, body: { message: 'no' } };
    response.writeHead(answer.status, { 'content-type': 'application/json; charset=utf-8', ...answer.headers });
    response.end(textOf(answer.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  fake = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    authorizations: new Set(),
    attempts: new Map(),
    hooks: new Map(),
    pageSize: 100,
    refusal: null,
  };
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await database.db.deleteFrom('delivery_keys').execute();
  await database.db.deleteFrom('deliveries').execute();
});

/** Numbers past 2^53 as they are. */
function textOf(body: unknown): string {
  const text = JSON.stringify(body, (_, value: unknown) => (typeof value === 'bigint' ? `big ${value}` : value));
  return text.replaceAll(/"big (\d+)"/g, '$1');
}

function answerTo(path: string, query: URLSearchParams) {
  const hooks = fake.hooks.get(path);
  if (hooks !== undefined) return { status: 200, headers: {}, body: hooks };
  const [, hook = '', id] = /^(.+)\/deliveries(?:\/(\d+))?$/.exec(path) ?? [];
  const attempts = fake.attempts.get(hook);
  if (attempts === undefined) return { status: 404, headers: {}, body: { message: 'Not Found' } };
  if (id !== undefined) return oneAttempt(attempts, id);
  const from = Number(query.get('cursor') ?? 0);
  const next = from + fake.pageSize;
  const link = next < attempts.length ? { link: `<${fake.url}${path}?per_page=100&cursor=${next}>; rel="next"` } : {};
  return {
    status: 200,
    headers: link,
    body: attempts.slice(from, next).map((attempt) => ({ ...attempt, payload: undefined })),
  };
}

function oneAttempt(attempts: readonly Attempt[], id: string) {
  const found = attempts.find((attempt) => String(attempt.id) === id);
  if (found === undefined) return { status: 404, headers: {}, body: { message: 'Not Found' } };
  const headers = { 'X-GitHub-Event': found.event, 'X-GitHub-Delivery': found.guid, 'X-Hub-Signature-256': 'sha256=0' };
  return { status: 200, headers: {}, body: { ...found, request: { headers, payload: found.payload } } };
}

function run(access: GitHubAccess = { kind: 'token', token: 'token-of-a-test' }, publicUrl: string | null = null) {
  const deliveries = gitHubDeliveries({ access, apiUrl: fake.url, publicUrl });
  return catchUpGitHub(
    {
      db: database.db,
      catalog,
      deliveries,
      ingest: (delivery) => ingest.ingest(source, delivery),
      lookback: 30 * day,
      log,
      now,
    },
    new AbortController().signal,
  );
}

const ours = { id: 1, config: { url: 'https://since.example.com/ingest/github' } };

function attempt(id: number | bigint, more: Partial<Attempt> = {}): Attempt {
  return {
    id,
    guid: `0000000${id}-aaaa-11f1-8000-000000000000`,
    status_code: 502,
    event: 'deployment',
    delivered_at: '2026-11-20T14:00:05Z',
    payload: {
      action: 'created',
      deployment: {
        id: Number(id),
        sha: 'b'.repeat(40),
        ref: 'v1.42.0',
        environment: 'production',
        created_at: '2026-11-20T14:00:00Z',
      },
      repository: { full_name: 'acme/checkout', default_branch: 'main' },
    },
    ...more,
  };
}

/** One webhook of the repository of the settings, with these attempts. */
function missedByOurHook(...attempts: readonly Attempt[]): void {
  fake.hooks.set('/repos/acme/checkout/hooks', [ours]);
  fake.attempts.set('/repos/acme/checkout/hooks/1', attempts);
}

function stored() {
  return database.db.selectFrom('deliveries').select(['outcome', 'received_at']).orderBy('received_at').execute();
}

describe('catching up with GitHub', () => {
  it('ingests what GitHub could not deliver, as if it had come then, and only once', async () => {
    missedByOurHook(attempt(12, { delivered_at: '2026-11-20T14:30:00Z' }), attempt(11));

    expect(await run()).toEqual({ hooks: 1, missed: 2, ingested: 2 });
    expect(await run()).toEqual({ hooks: 1, missed: 0, ingested: 0 });

    expect(await stored()).toEqual([
      { outcome: 'recorded', received_at: new Date('2026-11-20T14:00:05Z') },
      { outcome: 'recorded', received_at: new Date('2026-11-20T14:30:00Z') },
    ]);
    const changes = database.db.selectFrom('changes').select(['kind', 'service', 'environment', 'status']);
    expect((await changes.execute())[0]).toEqual({
      kind: 'deploy',
      service: 'checkout',
      environment: 'production',
      status: 'started',
    });
    expect(fake.authorizations).toEqual(new Set(['token token-of-a-test']));
  });

  it('leaves what reached us in another attempt, pings, and what is too old', async () => {
    const came = attempt(21);
    const headers = { 'x-github-event': 'deployment', 'x-github-delivery': came.guid.toUpperCase() };
    const body = Buffer.from(JSON.stringify(came.payload));
    await ingest.ingest(source, { headers, body, receivedAt: new Date('2026-11-20T14:10:00Z') });
    missedByOurHook(
      came,
      attempt(22, { status_code: 200 }),
      attempt(23, { event: 'ping', payload: { zen: 'Hm.' } }),
      attempt(24, { delivered_at: '2026-11-17T14:59:00Z' }),
    );

    expect(await run()).toEqual({ hooks: 1, missed: 0, ingested: 0 });
  });

  it('keeps one that cannot be read once, for a replay', async () => {
    missedByOurHook(attempt(31, { payload: { action: 'created' } }));

    await run();
    await run();

    expect(await stored()).toMatchObject([{ outcome: 'failed' }]);
  });

  it('takes the first of several attempts, and one event of several webhooks once', async () => {
    const first = attempt(41);
    missedByOurHook(attempt(42, { guid: first.guid, delivered_at: '2026-11-20T14:20:00Z' }), first);
    fake.hooks.set('/repos/acme/checkout/hooks', [ours, { ...ours, id: 2 }]);
    fake.attempts.set('/repos/acme/checkout/hooks/2', [
      attempt(43, { guid: first.guid, delivered_at: '2026-11-20T14:00:06Z' }),
    ]);

    expect(await run()).toEqual({ hooks: 2, missed: 1, ingested: 1 });
    expect(await stored()).toMatchObject([{ received_at: new Date('2026-11-20T14:00:05Z') }]);
  });

  it('follows the pages, also to ids past 2^53', async () => {
    fake.pageSize = 1;
    missedByOurHook(attempt(9_007_199_254_740_993n, { guid: 'aaaa-1' }), attempt(51), attempt(52));

    expect(await run()).toEqual({ hooks: 1, missed: 3, ingested: 3 });
    expect(fake.asked).toContain('/repos/acme/checkout/hooks/1/deliveries/9007199254740993');
    expect(fake.asked.filter((url) => url.includes('status=failure'))).toHaveLength(3);
  });

  it('stops at pages that are too old', async () => {
    fake.pageSize = 1;
    missedByOurHook(attempt(61), attempt(62, { delivered_at: '2026-11-01T00:00:00Z' }), attempt(63));

    expect((await run()).missed).toBe(1);
  });

  it('asks one webhook of the organisation instead of each repository’s', async () => {
    fake.hooks.set('/orgs/acme/hooks', [ours]);
    fake.attempts.set('/orgs/acme/hooks/1', [attempt(71)]);

    expect(await run()).toEqual({ hooks: 1, missed: 1, ingested: 1 });
    expect(fake.asked.filter((url) => url.startsWith('/repos/'))).toEqual([]);
  });

  it('asks repositories that it has learnt, and passes over those that it may not see', async () => {
    await database.db
      .insertInto('repositories')
      .values({ name: 'acme/ledger', first_seen_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    fake.hooks.set('/repos/acme/ledger/hooks', [ours]);
    fake.attempts.set('/repos/acme/ledger/hooks/1', [attempt(81)]);

    expect((await run()).ingested).toBe(1);
    expect(fake.asked).toContain('/repos/acme/checkout/hooks?per_page=100');
  });

  it('asks only webhooks that send to us', async () => {
    fake.hooks.set('/repos/acme/checkout/hooks', [
      { id: 5, config: { url: 'https://ci.example.com/hook' } },
      { id: 6, config: { url: 'https://other.example.com/ingest/github' } },
      { id: 7, config: { url: 'not a url' } },
      ours,
    ]);
    fake.attempts.set('/repos/acme/checkout/hooks/1', []);

    await run(undefined, 'https://since.example.com');

    expect(fake.asked.filter((url) => url.includes('/deliveries'))).toEqual([
      '/repos/acme/checkout/hooks/1/deliveries?per_page=100&status=failure',
    ]);
  });

  it('asks as an app about the app’s own webhook', async () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    fake.attempts.set('/app/hook', [attempt(91)]);

    expect(await run({ kind: 'app', appId: '17', privateKey })).toEqual({ hooks: 1, missed: 1, ingested: 1 });
    expect([...fake.authorizations][0]).toMatch(/^bearer [\w-]+\.[\w-]+\.[\w-]+$/i);
  });

  it('passes over a delivery that GitHub no longer has', async () => {
    missedByOurHook(attempt(95, { payload: null }), attempt(96));

    expect(await run()).toEqual({ hooks: 1, missed: 2, ingested: 1 });
  });

  it.each([
    [500, {}],
    [429, { 'retry-after': '60' }],
    [403, { 'x-ratelimit-remaining': '0' }],
    [401, {}],
  ])('fails, to be tried again, when GitHub answers %i %j', async (status, headers) => {
    fake.refusal = { status, headers };

    await expect(run()).rejects.toThrow('GitHub could not be asked');
  });

  it('fails, to be tried again, when nothing can be stored', async () => {
    missedByOurHook(attempt(99));
    const deliveries = gitHubDeliveries({
      access: { kind: 'token', token: 'token' },
      apiUrl: fake.url,
      publicUrl: null,
    });
    const unavailable = () =>
      Promise.resolve({ outcome: 'unavailable' as const, error: new Error('the disk is full') });
    const { signal } = new AbortController();

    const failing = catchUpGitHub(
      { db: database.db, catalog, deliveries, ingest: unavailable, lookback: day, log, now },
      signal,
    );

    await expect(failing).rejects.toThrow('could not be stored');
  });
});
