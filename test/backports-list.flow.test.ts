import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrateJobs } from '../src/jobs/run.ts';
import { type Story, endStories, fixed, startStory } from './backports.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';

let database: TestDatabase;
let story: Story;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
  story = await startStory(database);
});
afterAll(async () => {
  endStories();
  await database.close();
});

function sincewhen(...args: readonly string[]) {
  const root = join(import.meta.dirname, '..');
  const node = join(root, 'node_modules', '.bin', 'node');
  return spawnSync(node, [join(root, 'src/cli/main.ts'), 'backports', ...args], {
    encoding: 'utf8',
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'], DATABASE_URL: database.url },
  });
}

it('says that there is nothing, then what is to come home, oldest first, and with --all what has', async () => {
  const before = sincewhen();
  const cap = { 'src/batch.ts': 'export const most = 100;\nexport const fewest = 1;\n' };
  const one = story.on('release', 'Cap batch size (#9)', { ...cap, 'docs/batch.md': 'Batches.\n' });
  await story.open(await story.deploy(3, 'production', one));
  const two = story.on('release', 'Retry payment calls (#812)', { 'src/checkout.ts': fixed });
  await story.open(await story.deploy(4, 'production', two));
  const home = story.on('main', 'Cap batch size (#9)', cap);
  await story.settle();
  const landed = sincewhen('list');
  await story.deploy(5, 'staging', home);
  await story.settle();

  expect([before.status, before.stdout]).toEqual([
    0,
    'Nothing is to come home, as far as is known. --all lists what has.\n',
  ]);
  expect(landed.stdout.split('\n').map((line) => line.split(/ {2,}/).slice(1))).toEqual([
    ['state', 'since', 'service', 'fix', 'by', 'why'],
    [
      'open',
      '2026-11-20',
      'checkout',
      '#812 Retry payment calls',
      'Ada',
      'was deployed to production from release, and staging never had it',
    ],
    [
      'landed',
      '2026-11-20',
      'checkout',
      '#9 Cap batch size',
      'Ada',
      expect.stringMatching(
        new RegExp(
          `^on the branch that staging runs: ${home.slice(0, 7)} \\(\\S+, containment [\\d.]+\\), without docs/batch.md$`,
        ),
      ),
    ],
    [],
  ]);
  const titles = (...args: readonly string[]) =>
    (JSON.parse(sincewhen('list', '--json', ...args).stdout) as { backports: { title: string }[] }).backports.map(
      ({ title }) => title,
    );
  expect(titles()).toEqual(['Retry payment calls (#812)']);
  expect(titles('--all')).toEqual(['Retry payment calls (#812)', 'Cap batch size (#9)']);
  expect(titles('--service', 'ledger')).toEqual([]);
});

it('says of what nothing is known', async () => {
  await story.deploy(6, 'staging', 'a'.repeat(40));
  await story.settle();

  expect(sincewhen('list').stdout).toContain(
    'What staging lacks of what production has of acme/checkout is not known: acme/checkout has no commit aaaaaaa',
  );
});
