import { renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enqueueStale } from '../src/backports/jobs.ts';
import { settleBackports } from '../src/backports/settle.ts';
import type { Backport } from '../src/domain/backports/backport.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { type Story, endStories, fixed, now, program, repository, startStory } from './backports.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';

let database: TestDatabase;
let story: Story;
let hotfix: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
});
afterAll(() => database.close());
beforeEach(async () => {
  story = await startStory(database);
  await story.deploy(1, 'staging', story.repo.head());
  await story.open(await story.deploy(2, 'production', story.begin));
  hotfix = story.on('release', 'Retry payment calls (#812)', { 'src/checkout.ts': fixed });
  await story.open(await story.deploy(3, 'production', hotfix));
  return endStories;
});

async function only(): Promise<Backport> {
  const [backport, ...others] = await story.list();
  if (backport === undefined || others.length > 0) throw new Error('there is one backport');
  return backport;
}

/** A squash merge: nothing but the number of the pull request and the lines. */
function squash(files: Parameters<Story['on']>[2] = { 'src/checkout.ts': fixed }): string {
  return story.on('main', 'Backport of retries (#812)', { 'docs/retries.md': 'How calls are retried.\n', ...files });
}

describe('a backport', () => {
  it('stays open while nothing comes', async () => {
    story.on('main', 'Something else', { 'src/other.ts': 'export const other = 1;\n' });
    await story.settle();

    expect(await only()).toMatchObject({ state: 'open', landedAt: null, commits: [{ evidence: { by: null } }] });
  });

  it('has landed when staging’s branch has it, with what proves it, and is live when staging runs that', async () => {
    const commit = squash();
    await story.settle();
    const landed = await only();
    await story.deploy(5, 'staging', story.repo.git('rev-parse', `${commit}~1`));
    await story.settle();
    const before = await only();
    const later = story.on('main', 'Work goes on', { 'src/other.ts': 'export const other = 1;\n' });
    const deploy = await story.deploy(6, 'staging', later);
    await story.settle();

    const evidence = { verdict: 'backported', by: commit, method: 'named', containment: 1, missingFiles: [] };
    expect(landed).toMatchObject({ state: 'landed', landedAt: now, liveAt: null, commits: [{ evidence }] });
    expect(before.state).toBe('landed');
    expect(await only()).toMatchObject({ state: 'live', liveAt: now, commits: [{ evidence }] });
    const rows = await sql<{ live_id: string }>`select live_id from backports`.execute(database.db);
    expect(rows.rows).toEqual([{ live_id: deploy }]);
  });

  it('is live at once when staging runs a branch of its own that has it', async () => {
    story.repo.git('checkout', '--quiet', '-b', 'candidate', 'main');
    story.repo.git('cherry-pick', hotfix);
    const commit = story.repo.head();
    await story.deploy(5, 'staging', commit);
    await story.settle();

    expect(await only()).toMatchObject({ state: 'live', commits: [{ evidence: { by: commit } }] });
  });

  it('names the files that a pick left out', async () => {
    const both = story.on('release', 'Cap batch size (#9)', {
      'src/batch.ts': 'export const most = 100;\nexport const fewest = 1;\n',
      'test/batch.test.ts': 'expect(most).toBe(100);\n',
    });
    await story.open(await story.deploy(4, 'production', both));
    story.on('main', 'Cap batch size (#9)', { 'src/batch.ts': 'export const most = 100;\nexport const fewest = 1;\n' });
    await story.settle();

    const cap = (await story.list()).find(({ pullRequest }) => pullRequest === 9);
    expect(cap).toMatchObject({ state: 'landed', commits: [{ evidence: { missingFiles: ['test/batch.test.ts'] } }] });
  });

  it('is a candidate while somebody has to be asked', async () => {
    squash({ 'src/checkout.ts': program.replace('basket0', 'cart0') });
    await story.settle();

    expect(await only()).toMatchObject({ state: 'candidate', note: expect.stringContaining('staging may have it as') });
  });

  it('keeps its evidence while the code moves on', async () => {
    const commit = squash();
    await story.settle();
    const landed = await only();
    story.on('main', 'Rewrite payments', { 'src/checkout.ts': 'export {};\n' });
    // What would prove it better had it been there first.
    const picked = `Retry payment calls (#812)\n\n(cherry picked from commit ${hotfix})`;
    story.on('main', picked, { 'src/checkout.ts': fixed });
    const later = { ...story.dependencies, now: () => new Date(now.getTime() + 3_600_000) };
    await settleBackports(later, repository);

    expect(landed.commits[0]?.evidence.by).toBe(commit);
    expect((await only()).commits).toEqual(landed.commits);
  });

  it('is open again when staging takes it back, and home again when it comes once more', async () => {
    squash();
    await story.settle();
    story.repo.git('revert', '--no-edit', 'HEAD');
    const revert = story.repo.head();
    await story.settle();
    const reopened = await only();
    const again = story.on('main', 'Retry payment calls once more (#812)', { 'src/checkout.ts': fixed });
    await story.settle();

    const note = `staging took it back with ${revert.slice(0, 7)}`;
    expect(reopened).toMatchObject({ state: 'open', landedAt: null, note });
    expect(await only()).toMatchObject({ state: 'landed', note: null, commits: [{ evidence: { by: again } }] });
  });

  it('is open again when the branch is pushed without it, and is looked for anew', async () => {
    const before = story.repo.head();
    squash();
    await story.settle();
    story.repo.git('reset', '--quiet', '--hard', before);
    story.on('main', 'Something else', { 'src/other.ts': 'export const other = 1;\n' });
    await story.settle();
    const reopened = await only();
    const commit = squash();
    await story.settle();

    expect(reopened).toMatchObject({
      state: 'open',
      note: 'the commit that staging had it by is gone from its branch',
      commits: [{ evidence: { verdict: 'not-found', by: null } }],
    });
    expect(await only()).toMatchObject({ state: 'landed', commits: [{ evidence: { by: commit } }] });
  });

  it('lapses when production takes the fix back, and the taking back is no backport of its own', async () => {
    story.repo.git('checkout', '--quiet', 'release');
    story.repo.git('revert', '--no-edit', hotfix);
    const revert = story.repo.head();
    story.repo.git('checkout', '--quiet', 'main');
    await story.open(await story.deploy(5, 'production', revert));
    await story.settle();

    expect(await only()).toMatchObject({
      state: 'lapsed',
      note: `production took it back with ${revert.slice(0, 7)}`,
    });
  });

  it('that landed is no longer affected by what production takes back: that is a fix of its own', async () => {
    squash();
    await story.settle();
    story.repo.git('checkout', '--quiet', 'release');
    story.repo.git('revert', '--no-edit', hotfix);
    const revert = story.repo.head();
    story.repo.git('checkout', '--quiet', 'main');
    await story.open(await story.deploy(5, 'production', revert));
    await story.settle();

    expect((await story.list()).map(({ state, title }) => [state, title])).toEqual([
      ['open', 'Revert "Retry payment calls (#812)"'],
      ['landed', 'Retry payment calls (#812)'],
    ]);
  });

  it('of a pull request with many commits has landed when one commit brings them all', async () => {
    story.repo.git('checkout', '--quiet', '-b', 'fix', 'release');
    story.repo.commit('wip', { 'src/batch.ts': 'export const most = 100;\nexport const fewest = 1;\n' });
    story.repo.commit('wip', { 'src/batches.ts': 'export const size = 10;\nexport const sizes = [10, 20];\n' });
    story.repo.git('checkout', '--quiet', 'release');
    story.repo.git('merge', '--quiet', '--no-ff', '-m', 'Merge pull request #9 from acme/fix\n\nCap batches', 'fix');
    const merge = story.repo.head();
    story.repo.git('checkout', '--quiet', 'main');
    await story.open(await story.deploy(4, 'production', merge));
    const files = {
      'src/batch.ts': 'export const most = 100;\nexport const fewest = 1;\n',
      'src/batches.ts': 'export const size = 10;\nexport const sizes = [10, 20];\n',
    };
    story.on('main', 'Cap batches (#9)', files);
    await story.settle();

    const [, whole] = await story.list();
    expect(whole).toMatchObject({ state: 'landed', pullRequest: 9 });
    expect(whole?.commits.map(({ isMerge, evidence }) => [isMerge, evidence.verdict])).toEqual([
      [false, 'ask'],
      [false, 'ask'],
      [true, 'backported'],
    ]);
  });
});

describe('while the repository cannot be read', () => {
  it('everything stays as it was, also what landed', async () => {
    squash();
    await story.settle();
    const landed = await story.list();
    const origin = fileURLToPath(story.git.baseUrl);
    renameSync(origin, `${origin}-away`);
    await story.settle();
    const unreachable = { ...story.dependencies, git: { ...story.git, baseUrl: 'http://127.0.0.1:9' } };
    await story.settle();
    renameSync(`${origin}-away`, origin);

    expect(await story.list()).toEqual(landed);
    await expect(
      settleBackports({ ...unreachable, git: { ...unreachable.git, folder: `${story.git.folder}2` } }, repository),
    ).rejects.toThrow('not known yet');
    expect(await story.list()).toEqual(landed);
  });
});

describe('a waiver', () => {
  const waive = (until: Date) =>
    database.db
      .updateTable('backports')
      .set({ state: 'waived', waived_by: 'ada', waived_reason: 'Rewritten there', waived_at: now, waived_until: until })
      .execute();

  it('holds until it ends, and then it is open again and says why', async () => {
    await waive(new Date(now.getTime() + 1000));
    await story.settle();
    const waived = await only();
    await waive(now);
    await story.settle();

    expect(waived.state).toBe('waived');
    expect(await only()).toMatchObject({ state: 'open', note: 'the waiver of ada has ended: Rewritten there' });
  });

  it('is not needed for what comes all the same', async () => {
    await waive(new Date(now.getTime() + 1000));
    squash();
    await story.settle();

    expect(await only()).toMatchObject({ state: 'landed' });
  });

  it('that has ended has its repository judged, and one that holds has not', async () => {
    const waiting = async () => {
      await sql`delete from graphile_worker._private_jobs`.execute(database.db);
      await enqueueStale(database.db, now);
      const { rows } = await sql<{ key: string }>`select key from graphile_worker._private_jobs`.execute(database.db);
      return rows.map(({ key }) => key);
    };
    await waive(new Date(now.getTime() + 1000));
    const held = await waiting();
    await waive(now);

    expect(held).toEqual([]);
    expect(await waiting()).toEqual([`verify-backports:${repository}`]);
  });
});

it.each([
  ['is read once', 2, 'not-evaluable'],
  ['is read again when the rules have changed since', 1, 'landed'],
] as const)('the content of a commit %s', async (_, version, state) => {
  await story.settle();
  const emptied = await database.db
    .updateTable('commit_fingerprints')
    .set({ lines: Buffer.alloc(0), patch: null, bare_patch: null, version })
    .where('commit', '=', hotfix)
    .executeTakeFirst();
  story.on('main', 'Call again', { 'src/checkout.ts': fixed });
  await story.settle();

  expect(emptied.numUpdatedRows).toBe(1n);
  expect(await only()).toMatchObject({ state });
});

it('comes to the same when two processes judge at once', async () => {
  squash();
  await Promise.all([1, 2, 3].map(() => story.settle()));

  expect(await only()).toMatchObject({ state: 'landed' });
});
