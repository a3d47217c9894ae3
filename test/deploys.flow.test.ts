import { mkdtempSync, rmSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Octokit } from '@octokit/core';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CarriedDependencies, readCarried } from '../src/deploys/carried.ts';
import { enqueueRelations } from '../src/deploys/enqueue-relations.ts';
import { relateDeploy } from '../src/deploys/relate.ts';
import type { Catalog } from '../src/domain/catalog.ts';
import type { Statement, TimelineEvent } from '../src/domain/event.ts';
import type { GitOrigin } from '../src/git/run-git.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { changeColumns, changeOfRow } from '../src/timeline/change-of-row.ts';
import { record } from '../src/timeline/record.ts';
import { type TestDatabase, createTestDatabase, emptyTables } from './database.ts';
import { insertIncident } from './incidents.ts';
import { type Repository, makeRepository } from './repository.ts';

const catalog: Catalog = { environments: new Map([['production', 'production']]), services: [], configPaths: [] };
const repository = 'acme/checkout';
let database: TestDatabase;
let folder: string;
let git: GitOrigin;
let source: Repository;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
});
afterAll(() => database.close());
beforeEach(async () => {
  await emptyTables(database.db, 'changes, identities, mentions, delivery_keys');
  await sql`delete from graphile_worker._private_jobs`.execute(database.db);
  folder = mkdtempSync(join(tmpdir(), 'sincewhen-deploys-'));
  source = makeRepository(join(folder, 'origin'), repository);
  git = { baseUrl: pathToFileURL(join(folder, 'origin')).href, token: null, folder: join(folder, 'mirrors') };
  return () => rmSync(folder, { recursive: true, force: true });
});

let count = 0;

async function write(events: readonly TimelineEvent[]): Promise<string> {
  count += 1;
  const delivery = { replayed: `00000000-0000-7000-8000-${String(count).padStart(12, '0')}` };
  const batch = await database.db
    .transaction()
    .execute((trx) =>
      record(trx, [{ delivery, events, signals: [] }], { catalog, now: new Date('2026-11-20T15:00:00Z') }),
    );
  return batch.recorded[0]?.changeIds[0] ?? '';
}

function statement(key: string, minute: number, fields: Partial<Statement>): Statement {
  const occurredAt = `2026-11-20T14:${String(minute).padStart(2, '0')}:00.000Z`;
  return { key, source: 'github', occurredAt, clock: 'source', phase: 'happened', repository, ...fields };
}

function deploy(minute: number, commit: string, fields: Partial<Statement> = {}): Promise<string> {
  const to = commit.slice(0, 7);
  const said = statement(`deploy:${minute}:${commit}`, minute, {
    kind: 'deploy',
    phase: 'succeeded',
    environmentName: 'production',
    to,
    commit,
    ...fields,
  });
  return write([
    { statement: said, identities: [{ type: 'deployment', value: `${repository}#${minute}` }], mentions: [] },
  ]);
}

/** A push of one commit; with a number, the merge of that pull request. */
function push(minute: number, before: string, commit: string, number?: number): Promise<string> {
  const pullRequest =
    number === undefined
      ? {}
      : { pullRequest: { repository, number, title: `Change ${number}`, author: { login: 'ada' } } };
  const said = statement(`push:${commit}`, minute, {
    kind: 'merge',
    title: `Commit ${minute}`,
    commit,
    previousCommit: before,
    commits: [{ sha: commit, title: `Commit ${minute}` }],
    traits: ['push', 'default-branch'],
    ...pullRequest,
  });
  return write([{ statement: said, identities: [{ type: 'commit', value: `${repository}@${commit}` }], mentions: [] }]);
}

function relate(id: string, dependencies: Partial<CarriedDependencies> = {}) {
  const all = { db: database.db, catalog, git, api: null, ...dependencies };
  return relateDeploy({ db: database.db, catalog, readCarried: (range) => readCarried(all, range) }, id);
}

async function read(id: string) {
  const row = await database.db
    .selectFrom('changes')
    .select(changeColumns)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return { ...changeOfRow(row, catalog), unknown: row.relation?.unknown ?? null };
}

async function mentioned(type: string): Promise<readonly string[]> {
  const rows = await database.db
    .selectFrom('mentions')
    .select('value')
    .where('type', '=', type)
    .orderBy('value')
    .execute();
  return rows.map((row) => row.value);
}

async function commitsMentionedBy(id: string): Promise<readonly string[]> {
  const rows = await database.db
    .selectFrom('mentions')
    .select('value')
    .where('change_id', '=', id)
    .where('type', '=', 'commit')
    .execute();
  return rows.map((row) => row.value);
}

describe('a deploy', () => {
  it('carries the commits since the version before it, and the pull requests that they came with', async () => {
    const [one, two, three] = [source.commit('One'), source.commit('Two'), source.commit('Three')];
    await push(1, one, two, 12);
    await deploy(2, one);
    const second = await deploy(3, three);
    await relate(second);

    const change = await read(second);
    expect(change).toMatchObject({ kind: 'deploy', from: one.slice(0, 7), previousCommit: one });
    expect(change.carried).toMatchObject({ by: 'git', direction: 'forward', total: 2, lost: 0 });
    expect(change.carried?.commits.map((commit) => [commit.sha, commit.title])).toEqual([
      [three, 'Three'],
      [two, 'Two'],
    ]);
    expect(change.carried?.pullRequests.map((each) => each.number)).toEqual([12]);
    expect(await mentioned('commit')).toEqual([`${repository}@${two}`, `${repository}@${three}`].toSorted());
    expect(await mentioned('pull-request')).toEqual([`${repository}#12`]);
  });

  it('tells when the first of what it brought was written, which a rebase need not have left first', async () => {
    const one = source.commit('One', { authoredAt: '2026-11-01T08:00:00Z' });
    source.commit('Two', { authoredAt: '2026-11-19T10:00:00Z' });
    source.commit('Three', { authoredAt: '2026-11-18T09:30:00+02:00' });
    const four = source.commit('Four', { authoredAt: '2026-11-20T10:00:00Z' });
    await deploy(1, one);
    const second = await deploy(3, four);
    await relate(second);

    expect((await read(second)).carried).toMatchObject({ total: 3, firstAuthoredAt: '2026-11-18T07:30:00.000Z' });
  });

  it('links to what it brought, and a rollback to what it took away', async () => {
    const [one, two] = [source.commit('One'), source.commit('Two')];
    const compareUrl = 'https://github.com/acme/checkout/compare/{from}...{to}';
    const ids = [
      await deploy(1, one, { compareUrl }),
      await deploy(2, two, { compareUrl }),
      await deploy(3, one, { compareUrl }),
    ];
    for (const id of ids) await relate(id);

    const links = await Promise.all(ids.map(async (id) => (await read(id)).diffUrl));
    const link = `https://github.com/acme/checkout/compare/${one}...${two}`;
    expect(links).toEqual([null, link, link]);
  });

  it('compares with the last good deploy, not with one that failed', async () => {
    const [one, two, three] = [source.commit('One'), source.commit('Two'), source.commit('Three')];
    await deploy(1, one);
    await deploy(2, two, { phase: 'failed' });
    const third = await deploy(3, three);
    await relate(third);

    expect(await read(third)).toMatchObject({ previousCommit: one, carried: { total: 2 } });
  });

  it('has no relation when nothing was there before', async () => {
    const first = await deploy(1, source.commit('One'));
    await relate(first);

    expect(await read(first)).toMatchObject({ from: null, carried: null, kind: 'deploy' });
  });

  it('that goes back is a rollback, says what it took away and mentions none of it', async () => {
    const [one, two] = [source.commit('One'), source.commit('Two')];
    await deploy(1, one);
    await deploy(2, two);
    const third = await deploy(3, one);
    await relate(third);

    const change = await read(third);
    expect(change).toMatchObject({ kind: 'rollback', carried: { direction: 'backward', total: 1, lost: 1 } });
    expect(change.risks.map((risk) => risk.name)).toEqual(['rollback']);
    expect(await mentioned('commit')).toEqual([]);
  });

  it('says that it loses what only the version before had', async () => {
    const one = source.commit('One');
    source.branch('hotfix', one);
    const fix = source.commit('Fix', { on: 'hotfix' });
    const two = source.commit('Two');
    await deploy(1, fix);
    const second = await deploy(2, two);
    await relate(second);

    expect((await read(second)).carried).toMatchObject({ direction: 'forward', total: 1, lost: 1 });
  });
});

describe('a deploy that arrives late', () => {
  it('becomes the version before the one that follows it', async () => {
    const [one, two, three] = [source.commit('One'), source.commit('Two'), source.commit('Three')];
    await deploy(1, one);
    const third = await deploy(3, three);
    await relate(third);
    const late = await deploy(2, two);
    await relate(late);
    const jobs = await sql<{
      id: string;
    }>`select payload ->> 'changeId' as id from graphile_worker._private_jobs`.execute(database.db);

    expect(jobs.rows.map((row) => row.id)).toEqual([third]);
    await relate(third);
    expect(await read(third)).toMatchObject({ previousCommit: two, carried: { total: 1 } });
  });

  it('takes over what it brought: the one that follows mentions only the rest', async () => {
    const [one, two, three] = [source.commit('One'), source.commit('Two'), source.commit('Three')];
    await deploy(1, one);
    const third = await deploy(3, three);
    await relate(third);
    await relate(await deploy(2, two));
    await relate(third);

    expect(await commitsMentionedBy(third)).toEqual([`${repository}@${three}`]);
  });
});

describe('two processes that relate the same deploys at once', () => {
  it('come to the same result', async () => {
    const shas = ['One', 'Two', 'Three', 'Four'].map((title) => source.commit(title));
    const ids: string[] = [];
    for (const [index, sha] of shas.entries()) ids.push(await deploy(index, sha));
    await Promise.all([...ids, ...ids.toReversed()].map((id) => relate(id)));

    const changes = await Promise.all(ids.map(read));
    expect(changes.map((change) => change.previousCommit)).toEqual([null, ...shas.slice(0, 3)]);
    expect(changes.map((change) => change.carried?.total ?? null)).toEqual([null, 1, 1, 1]);
  });
});

describe('when git cannot tell', () => {
  const a = 'a'.repeat(40);
  const b = 'b'.repeat(40);
  const c = 'c'.repeat(40);

  it('the pushes that lead exactly from one to the other do, either way', async () => {
    await push(1, a, b, 12);
    await push(2, b, c);
    await deploy(1, a);
    const second = await deploy(3, c);
    const third = await deploy(4, a);
    await relate(second, { git: null });
    await relate(third, { git: null });

    expect((await read(second)).carried).toMatchObject({ by: 'pushes', total: 2, pullRequests: [{ number: 12 }] });
    expect((await read(third)).carried).toMatchObject({ by: 'pushes', direction: 'backward', total: 2 });
  });

  it('nothing is guessed: what it carried is unknown, and why is kept', async () => {
    await push(2, b, c);
    await deploy(1, a);
    const second = await deploy(3, c);
    await relate(second);

    const change = await read(second);
    expect(change.carried).toBeNull();
    expect(change.unknown).toMatch(/pushes do not lead/);
  });

  it('and may be able to later, the job fails, so that it is tried again, and why is kept meanwhile', async () => {
    await deploy(1, a);
    const second = await deploy(3, c);
    const unreachable = { ...git, baseUrl: 'http://127.0.0.1:9' };

    await expect(relate(second, { git: unreachable })).rejects.toThrow('not known yet');
    expect((await read(second)).unknown).toMatch(/acme\/checkout could not be read/);
  });

  it.each([
    [403, {}, false],
    [403, { 'x-ratelimit-remaining': '0' }, true],
    [502, {}, true],
  ])('an API that answers %i %o leaves it to the pushes, and is asked again: %s', async (status, headers, again) => {
    const server = createServer((_, response) => response.writeHead(status, headers).end('{}'));
    const api = new Octokit({ baseUrl: await listening(server) });
    await push(1, a, b);
    await deploy(1, a);
    const known = await deploy(2, b);
    const unknown = await deploy(3, c);
    await relate(known, { git: null, api });
    const [outcome] = await Promise.allSettled([relate(unknown, { git: null, api })]);
    server.close();

    expect((await read(known)).carried).toMatchObject({ by: 'pushes', total: 1 });
    expect(outcome?.status).toBe(again ? 'rejected' : 'fulfilled');
  });

  it('GitHub’s API does', async () => {
    const api = await startApi({
      [`/repos/acme/checkout/compare/${a}...${b}`]: {
        status: 'ahead',
        ahead_by: 1,
        behind_by: 0,
        commits: [
          {
            sha: b,
            html_url: 'https://github.com/acme/checkout/commit/b',
            commit: {
              message: 'Two\n\nBody',
              author: { name: 'Ada', email: 'ada@example.com', date: '2026-11-19T10:00:00Z' },
            },
            author: { login: 'ada' },
          },
        ],
      },
      [`/repos/acme/checkout/commits/${b}/pulls`]: [
        {
          number: 12,
          title: 'Two',
          html_url: 'https://github.com/acme/checkout/pull/12',
          merged_at: '2026-11-20T13:00:00Z',
          user: { login: 'ada' },
        },
        {
          number: 13,
          title: 'Open',
          html_url: 'https://github.com/acme/checkout/pull/13',
          merged_at: null,
          user: { login: 'ada' },
        },
      ],
    });
    await deploy(1, a);
    const second = await deploy(3, b);
    await relate(second, { git: null, api: new Octokit({ baseUrl: api.url }) });
    api.server.close();

    expect((await read(second)).carried).toMatchObject({
      by: 'api',
      commits: [{ sha: b, title: 'Two', author: { login: 'ada' } }],
      pullRequests: [{ number: 12, author: { login: 'ada' } }],
      firstAuthoredAt: '2026-11-19T10:00:00.000Z',
    });
  });
});

async function startApi(answers: Readonly<Record<string, unknown>>): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const answer = answers[decodeURIComponent(request.url ?? '')];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { message: 'Not Found' }));
  });
  return { server, url: await listening(server) };
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

it('a repository name that could leave the folder is refused', async () => {
  const read = (name: string) =>
    readCarried(
      { db: database.db, catalog, git, api: null },
      { repository: name, from: 'a'.repeat(40), to: 'b'.repeat(40) },
    );

  for (const name of ['../origin/acme/checkout', 'acme/..', '-x/checkout', 'acme/checkout/more', '']) {
    expect(await read(name)).toMatchObject({ outcome: 'unknown', why: expect.stringContaining('no repository name') });
  }
});

it('tells open incidents what is known of a deploy by then', async () => {
  const [one, two] = [source.commit('One'), source.commit('Two')];
  await deploy(1, one);
  const id = await deploy(2, two);
  const watched = async () => {
    await sql`delete from graphile_worker._private_jobs`.execute(database.db);
    await relate(id);
    const { rows } = await sql<{ changes: string[] }>`
      select payload -> 'changeIds' as changes from graphile_worker._private_jobs join graphile_worker._private_tasks
        on _private_tasks.id = task_id
      where identifier = 'watch-changes'
    `.execute(database.db);
    return rows;
  };
  const before = await watched();
  await insertIncident(database.db);

  expect(before).toEqual([]);
  expect((await watched())[0]).toEqual({ changes: [id] });
});

it('enqueues a job for each deploy that is shown, and for nothing else', async () => {
  await sql`delete from graphile_worker._private_jobs`.execute(database.db);
  const id = await deploy(1, source.commit('One'));
  const change = await read(id);
  const touched = [
    { id, change: { ...change, at: change.occurredAt } },
    { id: '9', change: { ...change, at: null } },
    { id: '10', change: { ...change, kind: 'merge' as const, at: change.occurredAt } },
  ];
  await enqueueRelations(database.db, touched);
  const jobs = await sql<{
    id: string;
  }>`select payload ->> 'changeId' as id from graphile_worker._private_jobs`.execute(database.db);

  expect(jobs.rows).toEqual([{ id }]);
});
