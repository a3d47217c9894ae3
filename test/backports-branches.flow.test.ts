import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { isWatched } from '../src/backports/jobs.ts';
import { openBackports } from '../src/backports/open.ts';
import { settleBackports } from '../src/backports/settle.ts';
import type { Catalog } from '../src/domain/catalog.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { type Story, catalog as settled, endStories, fixed, program, repository, startStory } from './backports.ts';
import { type TestDatabase, createTestDatabase, emptyTables } from './database.ts';

let database: TestDatabase;
let story: Story;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
});
afterAll(() => database.close());

/** The settings name no branches. */
const catalog: Catalog = { ...settled, services: settled.services.map((each) => ({ ...each, branches: {} })) };
const fix = { 'src/checkout.ts': fixed };

/** Production runs what `release` began with, staging `main`. */
beforeEach(async () => {
  story = await startStory(database);
  await story.deploy(1, 'staging', story.repo.head());
  await open(await story.deploy(2, 'production', story.begin));
  return endStories;
});

const open = (changeId: string, given: Catalog = catalog) =>
  openBackports({ ...story.dependencies, catalog: given }, changeId);
const settle = () => settleBackports({ ...story.dependencies, catalog }, repository);

/** A commit on a branch that begins where production stands. */
function onBranch(branch: string, message = 'Retry payment calls', files: Parameters<Story['on']>[2] = fix): string {
  // git has no branch below another.
  if (branch.startsWith('release/')) story.repo.git('branch', '-D', 'release');
  story.repo.git('branch', branch, story.begin);
  return story.on(branch, message, files);
}

/** Until as many wait for a lock that somebody holds. */
function toWait(count: number): Promise<void> {
  const waiting = sql<{ count: number }>`
    select count(*)::int from pg_locks
    where locktype = 'advisory' and not granted
      and database = (select oid from pg_database where datname = current_database())
  `;
  return vi.waitFor(async () => expect((await waiting.execute(database.db)).rows).toEqual([{ count }]), 10_000);
}

describe('a push to a branch that is deployed by its name', () => {
  it.each(['hotfix/retry', 'hotfix-7', 'release/1.1', 'release-1.1', 'production', 'prod'])(
    'opens one before it is deployed: %s',
    async (branch) => {
      const commit = onBranch(branch);
      await open(await story.merge(3, branch, commit));

      expect(await story.list()).toMatchObject([
        {
          state: 'open',
          rule: 'merge',
          imported: false,
          service: 'checkout',
          why: `was merged to ${branch}, on its way to production, and staging never had it`,
          commits: [{ commit }],
        },
      ]);
    },
  );

  it('opens it also where the settings name another for production', async () => {
    const commit = onBranch('hotfix/retry');
    await open(await story.merge(3, 'hotfix/retry', commit), settled);

    expect(await story.list()).toHaveLength(1);
  });

  it('is no second one when it is deployed', async () => {
    const commit = onBranch('hotfix/retry');
    await open(await story.merge(3, 'hotfix/retry', commit));
    const [merged] = await story.list();
    const deploy = await story.deploy(4, 'production', commit, { branch: 'hotfix/retry' });
    await open(deploy);

    expect(await story.list()).toMatchObject([
      {
        id: merged?.id,
        changeId: deploy,
        openedAt: new Date('2026-11-20T14:04:00Z'),
        why: 'was deployed to production from hotfix/retry, and staging never had it',
      },
    ]);
  });

  it('is what the deploy brought, also when both are looked at at once', async () => {
    const commit = onBranch('hotfix/retry');
    const other = await database.pool.connect();
    await other.query('begin');
    await other.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`backports of ${repository}`]);
    // The merge is the first to write what it found, when the deploy has looked at what was there before.
    const opened = [open(await story.merge(3, 'hotfix/retry', commit))];
    await toWait(1);
    const deploy = await story.deploy(4, 'production', commit, { branch: 'hotfix/retry' });
    opened.push(open(deploy));
    await toWait(2);
    await other.query('commit');
    other.release();
    await Promise.all(opened);

    expect(await story.list()).toMatchObject([{ changeId: deploy, awaitsDeploy: false }]);
  });

  it('is no second one when its branch was squashed into what is deployed', async () => {
    story.repo.git('branch', 'hotfix/retry', story.begin);
    const half = program.replace(
      'const payment3 = makepayment(21);',
      'const payment3 = retry(makepayment, 21, { attempts: 3 });',
    );
    await open(
      await story.merge(
        3,
        'hotfix/retry',
        story.on('hotfix/retry', 'Retry payment calls', { 'src/checkout.ts': half }),
      ),
    );
    await open(await story.merge(4, 'hotfix/retry', story.on('hotfix/retry', 'Retry all of them', fix)));
    const message = 'Retry payment calls\n\n* Retry payment calls\n\n* Retry all of them\n';
    const squashed = story.on('release', message, fix);
    await open(await story.merge(5, 'release', squashed));
    await open(await story.deploy(6, 'production', squashed));

    const all = await story.list();
    const told = all.filter(({ state }) => state !== 'lapsed');
    expect(told.map(({ state, commits }) => [state, commits.map(({ commit }) => commit)])).toEqual([
      ['open', [squashed]],
    ]);
    expect(all.filter(({ state }) => state === 'lapsed')).toMatchObject([
      { title: 'Retry all of them', note: `it came as ${squashed.slice(0, 7)}, which is told for itself` },
    ]);
  });

  it('is the same one when the branch was rewritten', async () => {
    await open(await story.merge(3, 'hotfix/retry', onBranch('hotfix/retry')));
    const [before] = await story.list();
    story.repo.git('checkout', '--quiet', 'hotfix/retry');
    story.repo.git('commit', '--quiet', '--amend', '-m', 'Retry payment calls, with the reason');
    const commit = story.repo.head();
    story.repo.git('checkout', '--quiet', 'main');
    await open(await story.merge(4, 'hotfix/retry', commit));

    expect(await story.list()).toMatchObject([{ id: before?.id, state: 'open', commits: [{ commit }] }]);
  });

  it('lapses when its branch is given up, and is back when it is deployed all the same', async () => {
    const commit = onBranch('hotfix/retry');
    await open(await story.merge(3, 'hotfix/retry', commit));
    await settle();
    const [kept] = await story.list();
    story.repo.git('branch', '-D', 'hotfix/retry');
    await settle();
    const [lapsed] = await story.list();
    story.repo.git('tag', 'v1.0.1', commit);
    await open(await story.deploy(5, 'production', commit));

    expect(kept).toMatchObject({ state: 'open' });
    expect(lapsed).toMatchObject({ state: 'lapsed', note: 'no branch has it any more, and production never ran it' });
    expect(await story.list()).toMatchObject([{ id: kept?.id, state: 'open', note: null }]);
  });
});

describe('none is opened', () => {
  it('for a release branch that is cut from main', async () => {
    story.repo.git('branch', 'release-1.1', 'main');
    await open(await story.merge(3, 'release-1.1', story.repo.head()));

    expect(await story.list()).toEqual([]);
  });

  it('for what is on a release branch and what production runs has already', async () => {
    const old = story.on('release', 'Raise the version', { VERSION: '1.0.1\n' });
    await open(await story.deploy(3, 'production', old));
    const known = await story.list();
    story.repo.git('branch', 'hotfix/retry', 'release');
    await open(await story.merge(4, 'hotfix/retry', story.on('hotfix/retry', 'Retry payment calls', fix)));

    const fresh = (await story.list()).filter(({ id }) => !known.some((each) => each.id === id));
    expect(fresh.map(({ title }) => title)).toEqual(['Retry payment calls']);
  });

  it('for a release branch that staging runs', async () => {
    story.repo.git('branch', 'release-1.1', 'main');
    const one = story.on('release-1.1', 'Raise the version', { VERSION: '1.1\n' });
    await story.deploy(3, 'staging', one, { branch: 'release-1.1' });
    await open(await story.merge(4, 'release-1.1', story.on('release-1.1', 'Retry payment calls', fix)));

    expect(await story.list()).toEqual([]);
  });

  it('for what main has in another form', async () => {
    const commit = onBranch('hotfix/retry');
    story.repo.git('cherry-pick', commit);
    await open(await story.merge(3, 'hotfix/retry', commit));

    expect(await story.list()).toEqual([]);
  });

  it('for any other branch', async () => {
    await open(await story.merge(3, 'feature/retry', onBranch('feature/retry')));

    expect(await story.list()).toEqual([]);
  });

  it('where nobody knows what production runs', async () => {
    await emptyTables(database.db, 'changes');
    await open(await story.merge(3, 'hotfix/retry', onBranch('hotfix/retry')));

    expect(await story.list()).toEqual([]);
  });
});

it('is of the service that is deployed, whatever the repository is called', async () => {
  const nothing: Catalog = { ...catalog, services: [] };
  await emptyTables(database.db, 'changes');
  await story.deploy(1, 'production', story.begin, { serviceName: 'payments' });
  const commit = onBranch('hotfix/retry');
  const { serviceName: _, ...unnamed } = { serviceName: undefined };
  await open(await story.merge(3, 'hotfix/retry', commit, unnamed), nothing);
  const [merged] = await story.list();
  await open(await story.deploy(4, 'production', commit, { serviceName: 'payments' }), nothing);

  expect(merged).toMatchObject({ service: 'payments' });
  expect(await story.list()).toHaveLength(1);
});

describe('isWatched', () => {
  const mirrors = new Map([['production', ['staging']]]);
  const merge = { kind: 'merge' as const, at: new Date(), commit: 'a'.repeat(40), services: ['checkout'], repository };

  it.each<[string, Catalog, boolean]>([
    ['hotfix/7', catalog, true],
    ['release/1.1', catalog, true],
    ['main', catalog, false],
    ['main', settled, true],
    ['release', settled, true],
    ['feature/hotfix', settled, false],
  ])('%s', (branch, given, is) => {
    expect(isWatched({ ...merge, branch }, { catalog: given, mirrors })).toBe(is);
    expect(isWatched({ ...merge, branch }, { catalog: given, mirrors: new Map() })).toBe(false);
  });
});
