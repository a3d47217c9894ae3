import { createHmac, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogOf, readSettings } from '../src/config/settings.ts';
import { replay } from '../src/ingest/replay.ts';
import { concealWith } from '../src/sources/reading/conceal.ts';
import { deliveryReaders } from '../src/sources/registry.ts';
import { changeOfRow, changeColumns } from '../src/timeline/change-of-row.ts';
import { bodyReader } from '../src/timeline/read-body.ts';
import { type TestService, githubSecret, startTestService } from './test-service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

interface Sent {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Options {
  readonly delivery?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
}

function signature(body: Buffer): string {
  return `sha256=${createHmac('sha256', githubSecret).update(body).digest('hex')}`;
}

/** As GitHub would send it; `headers` replace those of the same name, an empty one is left out. */
function send(
  event: string,
  payload: unknown,
  { delivery = randomUUID(), headers = {}, path = '/ingest/github' }: Options = {},
): Promise<Sent> {
  const body = Buffer.isBuffer(payload)
    ? payload
    : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  const all = {
    'content-type': 'application/json',
    'content-length': String(body.length),
    'x-github-event': event,
    'x-github-delivery': delivery,
    'x-hub-signature-256': signature(body),
    ...headers,
  };
  const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
  return new Promise((resolve, reject) => {
    const outgoing = request(`${service.url}${path}`, { method: 'POST', headers: sent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

let number = 0;

/** A repository of its own for each test, so that tests do not meet. */
function repository() {
  number += 1;
  return {
    full_name: `Acme/Shop-${number}`,
    default_branch: 'main',
    html_url: `https://github.com/Acme/Shop-${number}`,
  };
}

type Repository = ReturnType<typeof repository>;

function sha(seed: string): string {
  return createHmac('sha1', 'sha').update(`${seed} ${number}`).digest('hex');
}

function push(
  repo: Repository,
  fields: { after?: string; title?: string; files?: readonly string[]; at?: string } = {},
) {
  const {
    after = sha('after'),
    title = 'Retry payment calls',
    files = ['src/pay.ts'],
    at = '2026-11-20T14:00:00Z',
  } = fields;
  const commit = {
    id: after,
    message: title,
    timestamp: at,
    url: `${repo.html_url}/commit/${after}`,
    author: { name: 'Ada', email: 'ada@example.com', username: 'ada' },
    committer: { name: 'Ada', email: 'ada@example.com', username: 'ada' },
    added: [],
    removed: [],
    modified: files,
  };
  return {
    ref: 'refs/heads/main',
    before: sha('before'),
    after,
    created: false,
    deleted: false,
    forced: false,
    compare: `${repo.html_url}/compare/a...b`,
    commits: [commit],
    head_commit: commit,
    pusher: { name: 'ada', email: 'ada@example.com' },
    sender: { login: 'ada' },
    repository: { ...repo, pushed_at: Date.parse(at) / 1000 },
  };
}

function merged(repo: Repository, fields: { sha?: string; number?: number } = {}) {
  return {
    action: 'closed',
    number: fields.number ?? 12,
    pull_request: {
      number: fields.number ?? 12,
      title: 'Retry payment calls',
      html_url: `${repo.html_url}/pull/12`,
      merged: true,
      merged_at: '2026-11-20T14:00:02Z',
      merge_commit_sha: fields.sha ?? sha('after'),
      user: { login: 'ada' },
      merged_by: { login: 'grace' },
      base: { ref: 'main', sha: sha('before') },
      head: { ref: 'retry', sha: sha('head') },
    },
    repository: repo,
    sender: { login: 'grace' },
  };
}

function deployment(repo: Repository, id: number, fields: Readonly<Record<string, unknown>> = {}) {
  return {
    id,
    sha: sha('after'),
    ref: 'main',
    task: 'deploy',
    environment: 'production',
    original_environment: 'production',
    description: null,
    creator: { login: 'ada' },
    payload: {},
    created_at: '2026-11-20T14:10:00Z',
    updated_at: '2026-11-20T14:10:00Z',
    url: `${repo.html_url}/deployments/${id}`,
    ...fields,
  };
}

function deploymentStatus(repo: Repository, id: number, state: string, at: string) {
  return {
    action: 'created',
    deployment: deployment(repo, id),
    deployment_status: {
      id: Date.parse(at) / 1000,
      state,
      created_at: at,
      environment: 'production',
      log_url: 'https://ci.example.com/1',
      target_url: '',
      environment_url: '',
      description: '',
      creator: { login: 'ada' },
    },
    repository: repo,
    sender: { login: 'ada' },
  };
}

async function changesOf(repo: Repository) {
  const { db } = service.database;
  const rows = await db
    .selectFrom('changes')
    .select(changeColumns)
    .where('repository', '=', repo.full_name.toLowerCase())
    .where('at', 'is not', null)
    .orderBy('at')
    .orderBy('id')
    .execute();
  const settings = readSettings('');
  if (settings.outcome === 'invalid') throw new Error('no settings');
  return rows.map((row) => changeOfRow(row, catalogOf(settings.settings)));
}

describe('a merge', () => {
  it.each(['push first', 'pull request first', 'both at once'])(
    'told by push and pull request is one change (%s)',
    async (order) => {
      const repo = repository();
      const tell = [() => send('push', push(repo)), () => send('pull_request', merged(repo))];
      if (order === 'pull request first') tell.reverse();
      if (order === 'both at once') await Promise.all(tell.map((each) => each()));
      else for (const each of tell) await each();

      const changes = await changesOf(repo);
      expect(changes).toHaveLength(1);
      expect(changes[0]).toMatchObject({
        kind: 'merge',
        title: 'Retry payment calls (#12)',
        actor: { login: 'grace' },
        pullRequest: { number: 12, author: { login: 'ada' } },
      });
      expect(changes[0]?.risks.map((risk) => risk.name)).toEqual(['unreviewed']);
    },
  );

  it('that another approved beforehand has no risk', async () => {
    const repo = repository();
    const review = {
      user: { login: 'grace' },
      state: 'approved',
      submitted_at: '2026-11-20T13:50:00Z',
      id: 5,
      html_url: repo.html_url,
    };
    const pullRequest = merged(repo).pull_request;
    const heard = await send('pull_request_review', {
      action: 'submitted',
      review,
      pull_request: pullRequest,
      repository: repo,
      sender: { login: 'grace' },
    });
    await send('pull_request', merged(repo));

    expect(heard.body).toMatchObject({ changes: 0 });
    expect((await changesOf(repo))[0]?.risks).toEqual([]);
  });

  it('pushed straight to the default branch says so', async () => {
    const repo = repository();
    await send('push', push(repo));

    expect((await changesOf(repo))[0]?.risks.map((risk) => risk.name)).toEqual(['direct-push']);
  });

  it('that touches configuration is also a config change where its path says', async () => {
    const repo = repository();
    await send('push', push(repo, { title: 'Lower timeout', files: ['config/production.yaml', 'src/pay.ts'] }));

    const config = (await changesOf(repo)).filter((change) => change.kind === 'config');
    expect(config).toHaveLength(1);
    expect(config[0]).toMatchObject({ environment: 'production' });
    expect(config[0]?.title).toContain('config/production.yaml');
  });
});

describe('a deployment and its statuses', () => {
  const steps = (repo: Repository) => [
    () =>
      send('deployment', {
        action: 'created',
        deployment: deployment(repo, 17),
        repository: repo,
        sender: { login: 'ada' },
      }),
    () => send('deployment_status', deploymentStatus(repo, 17, 'in_progress', '2026-11-20T14:10:05Z')),
    () => send('deployment_status', deploymentStatus(repo, 17, 'success', '2026-11-20T14:13:00Z')),
    () => send('deployment_status', deploymentStatus(repo, 17, 'inactive', '2026-11-20T15:00:00Z')),
  ];

  it.each(['in order', 'in reverse', 'at once', 'twice'])('are one change with its duration (%s)', async (order) => {
    const repo = repository();
    const tell = steps(repo);
    if (order === 'in reverse') tell.reverse();
    if (order === 'at once') await Promise.all(tell.map((each) => each()));
    else for (const each of order === 'twice' ? [...tell, ...tell] : tell) await each();

    expect(await changesOf(repo)).toMatchObject([
      {
        kind: 'deploy',
        status: 'succeeded',
        environment: 'production',
        occurredAt: new Date('2026-11-20T14:10:00Z'),
        finishedAt: new Date('2026-11-20T14:13:00Z'),
      },
    ]);
  });
});

describe('the same delivery', () => {
  it.each(['twice', 'twice at once'])('%s is recorded once', async (order) => {
    const repo = repository();
    const delivery = randomUUID();
    const tell = () => send('push', push(repo), { delivery });
    const [first, second] = order === 'twice' ? [await tell(), await tell()] : await Promise.all([tell(), tell()]);

    expect([first?.status, second?.status]).toEqual([202, 202]);
    expect(new Set([first?.body['duplicate'], second?.body['duplicate']])).toEqual(new Set([false, true]));
    expect(first?.body['delivery']).toEqual(second?.body['delivery']);
    expect(await changesOf(repo)).toHaveLength(1);
  });
});

describe('what GitHub did not send', () => {
  const body = JSON.stringify({ zen: 'Keep it logically awesome.' });
  const good = signature(Buffer.from(body));

  it.each([
    ['no signature', ''],
    ['a forged one', `sha256=${'0'.repeat(64)}`],
    ['one cut short', good.slice(0, -2)],
    ['one of another algorithm', good.replace('sha256', 'sha1')],
    ['one with odd letters', 'sha256=é'.padEnd(71, 'é')],
    ['one that is very long', `sha256=${'a'.repeat(5000)}`],
  ])('is refused for %s, and not stored', async (_, header) => {
    const { db } = service.database;
    const before = await db.selectFrom('deliveries').select('id').execute();
    const { status } = await send('push', body, {
      headers: { 'x-hub-signature-256': Buffer.from(header).toString('latin1') },
    });

    expect(status).toBe(401);
    expect(await db.selectFrom('deliveries').select('id').execute()).toHaveLength(before.length);
  });

  it.each([
    ['/ingest/nobody', 404],
    ['/ingest/gitlab', 503],
    ['/ingest/github/a-secret-in-the-address', 404],
  ])('is refused at %s with %s', async (path, status) => {
    expect((await send('push', '{}', { path })).status).toBe(status);
  });
});

describe('what cannot be read', () => {
  async function failedOf(id: unknown) {
    const row = await service.database.db
      .selectFrom('deliveries')
      .selectAll()
      .where('id', '=', String(id))
      .executeTakeFirstOrThrow();
    return { ...row, body: await bodyReader(service.database.db)(row) };
  }

  it.each([
    ['no JSON', Buffer.from('{"ref":')],
    ['no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
    ['nothing', Buffer.alloc(0)],
    ['JSON of another kind', Buffer.from('[1, 2]')],
  ])('because it is %s is answered 400 and kept byte for byte', async (_, body) => {
    const { status, body: answer } = await send('push', body);

    expect(status).toBe(400);
    expect(await failedOf(answer['delivery'])).toMatchObject({ outcome: 'failed', body });
  });

  it.each([
    ['a field that is missing', (payload: Record<string, unknown>) => ({ ...payload, ref: undefined })],
    ['a field of another type', (payload: Record<string, unknown>) => ({ ...payload, after: 17 })],
    ['a repository without its name', (payload: Record<string, unknown>) => ({ ...payload, repository: {} })],
  ])('because of %s is acknowledged and kept', async (_, broken) => {
    const { status, body } = await send('push', broken(push(repository())));

    expect(status).toBe(202);
    expect(body).toMatchObject({ changes: 0, duplicate: false });
    expect(await failedOf(body['delivery'])).toMatchObject({ outcome: 'failed', source: 'github' });
  });

  it('is read by a replay once it can be', async () => {
    const repo = repository();
    const payload = push(repo);
    const broken = Buffer.from(JSON.stringify(payload));
    const { body } = await send('push', { ...payload, after: 17 });
    const settings = readSettings('');
    if (settings.outcome === 'invalid') throw new Error('no settings');
    const catalog = catalogOf(settings.settings);
    const readers = deliveryReaders({ catalog, conceal: concealWith(null) });
    const github = readers.get('github');
    if (github === undefined) throw new Error('no reader');
    // A parser that has learnt to read what failed.
    const mended = {
      read: (delivery: Parameters<typeof github.read>[0]) => github.read({ ...delivery, body: broken }),
    };
    const now = () => new Date();
    const run = () =>
      replay(
        {
          db: service.database.db,
          catalog,
          now,
          readers: new Map([['github', mended]]),
          react: () => Promise.resolve(),
        },
        { failed: true },
      );
    const first = await run();
    const second = await run();

    expect(first.repaired).toBeGreaterThan(0);
    expect(second.deliveries).toBe(0);
    expect(await changesOf(repo)).toHaveLength(1);
    expect(await failedOf(body['delivery'])).toMatchObject({ outcome: 'recorded', error: null });
  });
});

describe('odd but readable', () => {
  it('text with NUL and half a surrogate pair is recorded', async () => {
    const repo = repository();
    const raw = JSON.stringify(push(repo, { title: 'NUL_HERE and HALF_HERE' }))
      .replaceAll('NUL_HERE', '\\u0000')
      .replaceAll('HALF_HERE', '\\ud83d');
    const { status } = await send('push', raw);

    expect(status).toBe(202);
    expect((await changesOf(repo))[0]?.title).toContain('and');
  });

  it('a service name of 10,000 characters is cut', async () => {
    const repo = repository();
    const long = deployment(repo, 18, { payload: { service: 'x'.repeat(10_000) } });
    const { status } = await send('deployment', {
      action: 'created',
      deployment: long,
      repository: repo,
      sender: { login: 'ada' },
    });

    expect(status).toBe(202);
    expect((await changesOf(repo))[0]?.service).toHaveLength(200);
  });

  it('an event that is not tracked is acknowledged', async () => {
    expect(await send('star', { action: 'created' })).toMatchObject({
      status: 202,
      body: { changes: 0, duplicate: false },
    });
  });

  it('a ping is answered and not stored', async () => {
    const delivery = randomUUID();
    const { status } = await send('ping', { zen: 'Design for failure.', hook_id: 1 }, { delivery });
    const stored = await service.database.db
      .selectFrom('delivery_keys')
      .select('key')
      .where('key', '=', delivery)
      .execute();

    expect(status).toBe(200);
    expect(stored).toEqual([]);
  });

  it('a form body is read like a JSON one', async () => {
    const repo = repository();
    const body = new URLSearchParams({ payload: JSON.stringify(push(repo)) }).toString();
    const { status } = await send('push', body, { headers: { 'content-type': 'application/x-www-form-urlencoded' } });

    expect(status).toBe(202);
    expect(await changesOf(repo)).toHaveLength(1);
  });

  it('a body over 25 MB is refused', async () => {
    expect((await send('push', Buffer.alloc((25 << 20) + 1, 0x20))).status).toBe(413);
  });
});
