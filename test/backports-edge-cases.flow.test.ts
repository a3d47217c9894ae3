import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { settleBackports } from '../src/backports/settle.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { type Story, endStories, fixed, program, repository, startStory } from './backports.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';
import { makeWorkTree } from './work-tree.ts';

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

async function states() {
  return Object.fromEntries((await story.list()).map(({ title, state }) => [title, state]));
}

const batches = { 'src/batch.ts': 'export const most = 100;\nexport const fewest = 1;\nexport const usual = 10;\n' };

describe('a fix comes home', () => {
  it('with all of production, by a merge back', async () => {
    story.repo.git('merge', '--quiet', '--no-ff', '-m', 'Merge release', 'release');
    await story.settle();

    expect((await story.list()).map(({ state, commits }) => [state, commits[0]?.evidence])).toMatchObject([
      ['landed', { method: 'ancestry', by: hotfix }],
    ]);
  });

  it('among several that one commit brings', async () => {
    const cap = story.on('release', 'Cap batch size (#9)', batches);
    await story.open(await story.deploy(4, 'production', cap));
    const body = 'Hotfixes of the week (#900)\n\n* Retry payment calls (#812)\n* Cap batch size (#9)\n';
    const home = story.on('main', body, { 'src/checkout.ts': fixed, ...batches });
    await story.settle();

    expect((await story.list()).map(({ state, commits }) => [state, commits[0]?.evidence.by])).toEqual([
      ['landed', home],
      ['landed', home],
    ]);
  });

  it('again, when the revert on staging is reverted', async () => {
    story.repo.git('cherry-pick', '-x', hotfix);
    story.repo.git('revert', '--no-edit', 'HEAD');
    await story.settle();
    const reverted = await states();
    story.repo.git('revert', '--no-edit', 'HEAD');
    await story.settle();

    expect([reverted, await states()]).toEqual([
      { 'Retry payment calls (#812)': 'open' },
      { 'Retry payment calls (#812)': 'landed' },
    ]);
  });

  it('where the file has another name', async () => {
    story.repo.git('mv', 'src/checkout.ts', 'src/payments.ts');
    story.repo.commit('Call it what it is', {});
    story.repo.git('cherry-pick', hotfix);
    await story.settle();

    expect(await states()).toEqual({ 'Retry payment calls (#812)': 'landed' });
  });
});

describe('a fix stays open', () => {
  it('while its pull request is not merged', async () => {
    story.repo.git('checkout', '--quiet', '-b', 'backport/812', 'main');
    story.repo.git('cherry-pick', '-x', hotfix);
    story.repo.git('checkout', '--quiet', 'main');
    await story.settle();

    expect(await states()).toEqual({ 'Retry payment calls (#812)': 'open' });
  });

  it('that production took back and got once more', async () => {
    story.repo.git('checkout', '--quiet', 'release');
    story.repo.git('revert', '--no-edit', hotfix);
    story.repo.git('revert', '--no-edit', 'HEAD');
    const again = story.repo.head();
    story.repo.git('checkout', '--quiet', 'main');
    await story.open(await story.deploy(5, 'production', again));
    await story.settle();

    expect(await states()).toMatchObject({ 'Retry payment calls (#812)': 'open' });
  });

  it('where staging no longer has what it is about: that is for somebody to say', async () => {
    story.on('main', 'Payments live elsewhere', { 'src/checkout.ts': null });
    await story.settle();

    expect(await states()).toEqual({ 'Retry payment calls (#812)': 'open' });
  });

  it('by a trailer over something else: somebody is asked', async () => {
    const claim = `Notes\n\n(cherry picked from commit ${hotfix})`;
    story.on('main', claim, { 'NOTES.md': 'One.\nTwo.\nThree.\n' });
    await story.settle();

    expect(await states()).toEqual({ 'Retry payment calls (#812)': 'candidate' });
  });

  it('in one repository when its twin comes in another', async () => {
    const other = 'acme/ledger';
    const folder = join(fileURLToPath(story.git.baseUrl), 'acme', 'ledger.git');
    mkdirSync(folder, { recursive: true });
    const twin = makeWorkTree(folder);
    const begin = twin.commit('Begin', { 'src/checkout.ts': program });
    twin.git('checkout', '--quiet', '-b', 'release');
    const fix = twin.commit('Retry payment calls (#812)', { 'src/checkout.ts': fixed });
    twin.git('checkout', '--quiet', 'main');
    const fields = { repository: other, serviceName: 'ledger' };
    await story.deploy(4, 'staging', begin, fields);
    await story.open(await story.deploy(5, 'production', fix, fields));
    twin.git('cherry-pick', '-x', fix);
    await story.settle();
    await settleBackports(story.dependencies, other);

    const all = await story.list();
    expect(all.map((each) => [each.repository, each.state])).toEqual([
      [repository, 'open'],
      [other, 'landed'],
    ]);
  });

  it('of more than 4,000 lines when nobody can tell', async () => {
    const vendor = Array.from({ length: 4001 }, (_, at) => `export const part${at} = ${at};\n`).join('');
    const large = story.on('release', 'Vendor the client', { 'vendor/client.js': vendor });
    await story.open(await story.deploy(4, 'production', large));
    await story.settle();

    expect(await states()).toMatchObject({ 'Vendor the client': 'not-evaluable' });
  });
});
