import { renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrateJobs } from '../src/jobs/run.ts';
import { type Story, catalog, endStories, fixed, now, pullRequest, startStory } from './backports.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';
import { insertIncident } from './incidents.ts';

let database: TestDatabase;
let story: Story;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
});
afterAll(() => database.close());
beforeEach(async () => {
  story = await startStory(database);
  return endStories;
});

const fix = { 'src/checkout.ts': fixed };

/** Production has run what `release` began with, staging `main`; both have been looked at. */
async function looked() {
  await story.deploy(1, 'staging', story.repo.head());
  await story.open(await story.deploy(2, 'production', story.begin));
}

describe('a hotfix that reaches production', () => {
  it('opens one, with who, what, why and the incident that was open', async () => {
    await looked();
    const incident = await insertIncident(database.db, { started_at: new Date('2026-11-20T14:00:00Z') });
    const commit = story.on('release', 'Retry payment calls', fix);
    await story.merge(3, 'release', commit, { pullRequest: pullRequest(812, 'Retry payment calls', 'ada-l') });
    const change = await story.deploy(4, 'production', commit, { branch: 'release' });
    await story.open(change);

    expect(await story.list()).toMatchObject([
      {
        state: 'open',
        service: 'checkout',
        repository: 'acme/checkout',
        reference: 'production',
        mirror: 'staging',
        pullRequest: 812,
        title: 'Retry payment calls',
        url: 'https://github.com/acme/checkout/pull/812',
        why: 'was deployed to production from release, and staging never had it',
        owner: 'ada-l',
        imported: false,
        openedAt: new Date('2026-11-20T14:04:00Z'),
        changeId: change,
        incidentId: incident.id,
        commits: [{ commit, title: 'Retry payment calls', evidence: { verdict: 'not-found' } }],
      },
    ]);
  });

  it('opens one when it is merged to the branch that production runs, and no other when it is deployed', async () => {
    await looked();
    const commit = story.on('release', 'Retry payment calls (#812)', fix);
    await story.open(await story.merge(3, 'release', commit));
    const [merged] = await story.list();
    const deploy = await story.deploy(4, 'production', commit);
    await story.open(deploy);

    const why = 'was merged to release, which production runs, and staging never had it';
    expect(merged).toMatchObject({ pullRequest: 812, why });
    expect(await story.list()).toMatchObject([
      {
        id: merged?.id,
        changeId: deploy,
        openedAt: new Date('2026-11-20T14:04:00Z'),
        why: 'was deployed to production from release, and staging never had it',
      },
    ]);
  });

  it('opens none for what is merged to the branch that staging runs', async () => {
    await looked();
    await story.open(await story.merge(3, 'main', story.on('main', 'Retry payment calls', fix)));

    expect(await story.list()).toEqual([]);
  });

  it('opens one for each fix: the commits of a merged pull request are one', async () => {
    await looked();
    story.repo.git('checkout', '--quiet', '-b', 'fix', 'release');
    const one = story.repo.commit('Begin to retry', { 'src/retry.ts': 'export const attempts = 3;\n' });
    const two = story.repo.commit('Retry payment calls', fix);
    story.repo.git('checkout', '--quiet', 'release');
    story.repo.git('merge', '--quiet', '--no-ff', '-m', 'Merge pull request #812 from acme/fix', 'fix');
    const merge = story.repo.head();
    const other = story.repo.commit('Cap batch size', { 'src/batch.ts': 'export const most = 100;\n' });
    story.repo.git('checkout', '--quiet', 'main');
    await story.open(await story.deploy(3, 'production', other));

    const all = await story.list();
    expect(all.map(({ pullRequest, commits }) => [pullRequest, commits.map(({ commit }) => commit)])).toEqual([
      [812, [one, two, merge]],
      [null, [other]],
    ]);
    expect(all[0]?.title).toBe('Begin to retry');
  });

  it('opens none when staging has it in another form, on its branch or running', async () => {
    await looked();
    const commit = story.on('release', 'Retry payment calls', fix);
    story.repo.git('cherry-pick', commit);
    const beside = story.on('release', 'Cap batch size', { 'src/batch.ts': 'export const most = 100;\n' });
    story.repo.git('checkout', '--quiet', '-b', 'candidate', 'main');
    story.repo.git('cherry-pick', beside);
    await story.deploy(3, 'staging', story.repo.head());
    await story.open(await story.deploy(4, 'production', beside));

    expect(await story.list()).toEqual([]);
  });

  it('opens one when staging took it back, and says so', async () => {
    await looked();
    const commit = story.on('release', 'Retry payment calls', fix);
    story.repo.git('cherry-pick', commit);
    story.repo.git('revert', '--no-edit', 'HEAD');
    const revert = story.repo.head();
    await story.open(await story.deploy(3, 'production', commit));

    const why = `was deployed to production from release, and staging took it back with ${revert.slice(0, 7)}`;
    expect(await story.list()).toMatchObject([{ state: 'open', why }]);
  });

  it('asks where something speaks for a commit of staging and not enough', async () => {
    await looked();
    const commit = story.on('release', 'Retry payment calls (#812)', fix);
    story.on('main', 'Retry payment calls (#812)', { 'src/other.ts': 'export const retries = true;\n' });
    await story.open(await story.deploy(3, 'production', commit));

    expect(await story.list()).toMatchObject([{ state: 'candidate', commits: [{ evidence: { verdict: 'ask' } }] }]);
  });

  it('cannot be evaluated where it changes no text', async () => {
    await looked();
    const commit = story.on('release', 'New logo', { 'logo.png': Buffer.from([0, 1, 2, 0, 255, 0, 7]) });
    await story.open(await story.deploy(3, 'production', commit));

    expect(await story.list()).toMatchObject([
      { state: 'not-evaluable', why: expect.stringContaining('nobody can tell whether staging has it') },
    ]);
  });

  it('opens none for a fix and what took it back again', async () => {
    await looked();
    story.on('release', 'Retry payment calls', fix);
    story.repo.git('checkout', '--quiet', 'release');
    story.repo.git('revert', '--no-edit', 'HEAD');
    const revert = story.repo.head();
    await story.open(await story.deploy(3, 'production', revert));

    expect(await story.list()).toEqual([]);
  });

  it('opens one for a fix that takes back what staging has', async () => {
    const bad = story.on('main', 'Add a discount', { 'src/discount.ts': 'export const discount = 1 - 2;\n' });
    story.repo.git('checkout', '--quiet', 'release');
    story.repo.git('merge', '--quiet', '--ff-only', 'main');
    await story.deploy(1, 'staging', bad);
    await story.open(await story.deploy(2, 'production', bad));
    story.repo.git('revert', '--no-edit', 'HEAD');
    await story.open(await story.deploy(3, 'production', story.repo.head()));

    expect(await story.list()).toMatchObject([{ state: 'open', title: 'Revert "Add a discount"' }]);
  });

  it('of one service of several in a repository is of that one only', async () => {
    const [whole] = catalog.services;
    if (whole === undefined) throw new Error('there is a service');
    const services = [
      { ...whole, paths: ['src/**'] },
      { ...whole, name: 'ledger', paths: ['ledger/**'] },
    ];
    const commit = story.on('release', 'Round up', { 'ledger/round.ts': 'export const round = Math.ceil;\n' });
    const dependencies = { ...story.dependencies, catalog: { ...catalog, services } };
    const { openBackports } = await import('../src/backports/open.ts');
    await openBackports(dependencies, await story.deploy(3, 'production', commit));
    expect(await story.list()).toEqual([]);

    await openBackports(dependencies, await story.deploy(4, 'production', commit, { serviceName: 'ledger' }));
    expect(await story.list()).toMatchObject([{ service: 'ledger', title: 'Round up' }]);
  });
});

describe('the first look at a repository', () => {
  it('takes over what is there, without calling it news', async () => {
    await insertIncident(database.db, { started_at: new Date('2026-11-20T14:00:00Z') });
    const commit = story.on('release', 'Retry payment calls', fix);
    await story.open(await story.deploy(3, 'production', commit));
    const later = story.on('release', 'Cap batch size', { 'src/batch.ts': 'export const most = 100;\n' });
    await story.open(await story.deploy(4, 'production', later));

    expect(await story.list()).toMatchObject([
      { title: 'Retry payment calls', imported: true, incidentId: null },
      { title: 'Cap batch size', imported: false },
    ]);
  });
});

it('months of history that are read again open what is missing, and none of it is news', async () => {
  const days = (count: number) => new Date(now.getTime() - count * 86_400_000).toISOString();
  await story.deploy(1, 'staging', story.repo.head(), { occurredAt: days(90) });
  await story.open(await story.deploy(2, 'production', story.begin, { occurredAt: days(80) }));
  await insertIncident(database.db, { started_at: new Date(days(61)) });
  const old = story.on('release', 'Retry payment calls', fix);
  await story.open(await story.deploy(3, 'production', old, { occurredAt: days(60) }));
  const fresh = story.on('release', 'Cap batch size', { 'src/batch.ts': 'export const most = 100;\n' });
  await story.open(await story.deploy(4, 'production', fresh, { occurredAt: days(1) }));

  expect(await story.list()).toMatchObject([
    { title: 'Retry payment calls', state: 'open', imported: true, incidentId: null },
    { title: 'Cap batch size', state: 'open', imported: false },
  ]);
});

describe('a repository that cannot be read', () => {
  it('opens nothing, says why, and is tried again; then it is as though it had always been there', async () => {
    const commit = story.on('release', 'Retry payment calls', fix);
    const change = await story.deploy(3, 'production', commit);
    const origin = fileURLToPath(story.git.baseUrl);
    const dependencies = { ...story.dependencies, git: { ...story.git, baseUrl: 'http://127.0.0.1:9' } };
    const { openBackports } = await import('../src/backports/open.ts');

    await expect(openBackports(dependencies, change)).rejects.toThrow('not known yet');
    expect(await story.list()).toEqual([]);
    const runs = await sql<{ unreadable: string }>`select seen, unreadable from backport_runs`.execute(database.db);
    expect(runs.rows).toEqual([{ seen: null, unreadable: expect.stringContaining('could not be read') }]);
    renameSync(origin, `${origin}-away`);
    await story.open(change);
    expect(await story.list()).toEqual([]);
    renameSync(`${origin}-away`, origin);
    await story.open(change);
    expect(await story.list()).toMatchObject([{ title: 'Retry payment calls', imported: true }]);
  });

  it('opens nothing where the branch that staging should run is not there, or what it runs', async () => {
    const commit = story.on('release', 'Retry payment calls', fix);
    await story.deploy(1, 'staging', 'a'.repeat(40));
    await story.open(await story.deploy(3, 'production', commit));

    expect(await story.list()).toEqual([]);
    const runs = await sql<{ unreadable: string }>`select unreadable from backport_runs`.execute(database.db);
    expect(runs.rows).toEqual([{ unreadable: 'acme/checkout has no commit aaaaaaa' }]);
  });
});

it('opens one when two processes look at once', async () => {
  await looked();
  const commit = story.on('release', 'Retry payment calls', fix);
  const change = await story.deploy(3, 'production', commit);
  await Promise.all([1, 2, 3, 4].map(() => story.open(change)));

  expect(await story.list()).toHaveLength(1);
});
