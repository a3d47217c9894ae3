import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enqueueStale } from '../src/backports/jobs.ts';
import { unreadablePlaces } from '../src/backports/list.ts';
import { openBackports } from '../src/backports/open.ts';
import type { BackportDependencies } from '../src/backports/place.ts';
import { followRenames } from '../src/backports/repository-names.ts';
import { settleBackports } from '../src/backports/settle.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { type Story, catalog, endStories, fixed, now, repository, startStory } from './backports.ts';
import { type TestDatabase, createTestDatabase, emptyTables } from './database.ts';

let database: TestDatabase;
let story: Story;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
});
afterAll(() => database.close());
beforeEach(async () => {
  story = await startStory(database);
  await emptyTables(database.db, 'repository_names');
  await forgetJobs();
  return endStories;
});

const fix = { 'src/checkout.ts': fixed };

/** Production has run what `release` began with, staging `main`; both have been looked at. */
async function looked() {
  await story.deploy(1, 'staging', story.repo.head());
  await story.open(await story.deploy(2, 'production', story.begin));
}

const origin = () => fileURLToPath(story.git.baseUrl);
const unknown = async () => (await unreadablePlaces(database.db, null)).map(({ why }) => why);

async function forgetJobs(): Promise<void> {
  await sql`delete from graphile_worker._private_jobs`.execute(database.db);
}

/** The jobs that are enqueued so many minutes later. */
async function tended(minutes: number): Promise<readonly string[]> {
  await forgetJobs();
  await enqueueStale(database.db, new Date(now.getTime() + minutes * 60_000));
  const { rows } = await sql<{ key: string }>`select key from graphile_worker._private_jobs order by key`.execute(
    database.db,
  );
  return rows.map(({ key }) => key);
}

it('an empty repository: what was deployed is not known, and nothing is missing', async () => {
  rmSync(join(origin(), `${repository}.git`), { recursive: true });
  execFileSync('git', ['init', '--quiet', '--bare', join(origin(), `${repository}.git`)]);
  await story.deploy(1, 'staging', 'a'.repeat(40));
  await story.open(await story.deploy(2, 'production', 'b'.repeat(40)));

  expect(await story.list()).toEqual([]);
  expect(await unknown()).toEqual(['acme/checkout has no commit bbbbbbb and no aaaaaaa']);
});

it('a shallow repository: what is cut off is never said to be missing', async () => {
  const hotfix = story.on('release', 'Retry payment calls', fix);
  story.on('main', `Retry payment calls\n\n(cherry picked from commit ${hotfix})`, fix);
  for (const n of [1, 2, 3]) story.on('main', `More work ${n}`, { 'README.md': `${n}\n` });
  const whole = join(origin(), `${repository}.git`);
  renameSync(whole, `${whole}-whole`);
  const args = ['clone', '--quiet', '--bare', '--no-single-branch', '--depth=2'];
  execFileSync('git', [...args, `file://${whole}-whole`, whole]);
  await story.deploy(1, 'staging', story.repo.git('-C', `${whole}-whole`, 'rev-parse', 'main'));
  await story.open(await story.deploy(2, 'production', hotfix));

  const states = (await story.list()).map(({ state, commits }) => [state, commits[0]?.evidence.reason]);
  expect(states.filter(([state]) => state === 'open' || state === 'landed' || state === 'live')).toEqual([]);
  expect(states).toContainEqual(['not-evaluable', 'the history is cut off: it is a shallow clone']);
});

it('a repository so large that it does not come: git is ended, and what is missing is not known', async () => {
  const server = createServer((_, response) => {
    // It begins to answer, and never ends.
    response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
    response.write('001e# service=git-upload-pack\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const git = { ...story.git, baseUrl: `http://127.0.0.1:${port}`, signal: AbortSignal.timeout(700) };
  const change = await story.deploy(2, 'production', story.begin);
  await expect(openBackports({ ...story.dependencies, git }, change)).rejects.toThrow('not known yet');
  server.closeAllConnections();
  server.close();

  expect(await story.list()).toEqual([]);
  expect(await unknown()).toEqual(['acme/checkout could not be read (git took too long or could not be run)']);
});

describe('a repository that is gone', () => {
  async function gone(): Promise<string> {
    await looked();
    const hotfix = story.on('release', 'Retry payment calls', fix);
    const change = await story.deploy(3, 'production', hotfix);
    renameSync(origin(), `${origin()}-away`);
    rmSync(story.git.folder, { recursive: true });
    await story.open(change);
    return change;
  }

  it('is tried again, less and less often, and not only at the next deploy', async () => {
    const change = await gone();
    const both = [`open-backports:${change}`, `verify-backports:${repository}`];

    expect(await unknown()).toHaveLength(1);
    expect(await tended(14)).toEqual([]);
    expect(await tended(16)).toEqual(both);
    expect(await tended(30)).toEqual([]);
    expect(await tended(33)).toEqual(both);
    expect(await tended(60)).toEqual([]);
    expect(await tended(67)).toEqual(both);
    const days = 30 * 24 * 60;
    expect(await tended(days)).toEqual(both);
    expect(await tended(days + 23 * 60)).toEqual([]);
    expect(await tended(days + 25 * 60)).toEqual(both);
  });

  it('and comes back, is then as though it had always been there, and tried no more', async () => {
    const change = await gone();
    renameSync(`${origin()}-away`, origin());
    await story.open(change);

    expect(await story.list()).toMatchObject([{ title: 'Retry payment calls', state: 'open', imported: false }]);
    expect(await unknown()).toEqual([]);
    expect(await tended(16)).toEqual([]);
  });

  it('with something open keeps it as it was, and is not asked every minute', async () => {
    await looked();
    await story.open(await story.deploy(3, 'production', story.on('release', 'Retry payment calls', fix)));
    const before = await story.list();
    renameSync(origin(), `${origin()}-away`);
    rmSync(story.git.folder, { recursive: true });
    await story.settle();

    expect(await story.list()).toEqual(before);
    // What was deployed since it was judged was looked at as well as it could be.
    await story.deploy(4, 'staging', story.begin, { occurredAt: now.toISOString() });
    await sql`update backports set judged_at = ${new Date(now.getTime() - 3_600_000)}`.execute(database.db);
    expect(await tended(1)).toEqual([]);
    const day = 24 * 60;
    expect(await tended(day)).toContain(`verify-backports:${repository}`);
    expect(await tended(day + 1)).toEqual([]);
  });
});

describe('a repository that is renamed', () => {
  const renamed = 'acme/payments';
  const rename = async (minute: number, before: string, after: string) => {
    const at = `2026-11-20T14:${String(minute).padStart(2, '0')}:00.000Z`;
    const id = await story.merge(minute, 'x', 'c'.repeat(40), { kind: 'note', phase: 'happened', title: 'Renamed' });
    await sql`
      insert into identities (type, value, change_id) values ('repository-rename', ${`${before}>${after}@${at}`}, ${id})
    `.execute(database.db);
    await followRenames(database.db);
  };
  const move = (from: string, to: string) => renameSync(join(origin(), `${from}.git`), join(origin(), `${to}.git`));

  it('keeps what is open, and what comes under its new name brings it home', async () => {
    await looked();
    await story.open(await story.deploy(3, 'production', story.on('release', 'Retry payment calls', fix)));
    move(repository, renamed);
    await rename(4, repository, renamed);
    expect(await story.list()).toMatchObject([{ repository: renamed, state: 'open' }]);
    const after = storyIn(renamed);
    const home = after.on('main', 'Try payments again', fix);
    await story.deploy(6, 'staging', home, { repository: renamed });
    await settleBackports(story.dependencies, repository);

    expect(await story.list()).toMatchObject([{ repository: renamed, state: 'live' }]);
    await story.open(
      await story.deploy(7, 'production', after.on('release', 'Cap', { 'cap.ts': 'export const a = 1;\n' })),
    );
    expect(await story.list()).toMatchObject([
      { repository: renamed, title: 'Cap', imported: false },
      { repository: renamed, title: 'Retry payment calls' },
    ]);
  });

  it('is known to run what was deployed under its old name', async () => {
    await looked();
    await story.open(await story.deploy(3, 'production', story.on('release', 'Retry payment calls', fix)));
    const home = story.on('main', 'Try payments again', fix);
    await story.deploy(4, 'staging', home);
    move(repository, renamed);
    await rename(5, repository, renamed);
    await settleBackports(story.dependencies, renamed);

    expect(await story.list()).toMatchObject([{ repository: renamed, state: 'live' }]);
  });

  it('and was looked at under its new name first: nothing is there twice', async () => {
    await looked();
    const hotfix = story.on('release', 'Retry payment calls', fix);
    await story.open(await story.deploy(3, 'production', hotfix));
    move(repository, renamed);
    await story.open(await story.deploy(4, 'production', hotfix, { repository: renamed }));
    expect((await story.list()).map(({ state }) => state)).toEqual(['open', 'open']);
    await rename(5, repository, renamed);

    expect(await story.list()).toMatchObject([
      { repository: renamed, state: 'open' },
      { repository: renamed, state: 'lapsed', note: `it is known under the repository's new name, ${renamed}` },
    ]);
  });

  it('by what is no name is left as it is', async () => {
    await looked();
    for (const odd of ['>', 'a/b', `${'a/b'.repeat(100)}>c/d`, 'a/b>../../etc', "a/b>c/d'; drop table backports"]) {
      const [before = '', after = ''] = odd.split('>');
      await rename(5, before, after);
    }
    await rename(6, repository, repository);
    const { rows } = await sql`select old from repository_names`.execute(database.db);
    expect(rows).toEqual([]);
  });

  /** The same repository where it is now. */
  function storyIn(name: string): Pick<Story, 'on'> {
    const folder = join(origin(), `${name}.git`);
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-C', folder, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], {
        encoding: 'utf8',
      }).trim();
    return {
      on(branch, message, files) {
        git('checkout', '--quiet', branch);
        for (const [file, content] of Object.entries(files)) {
          mkdirSync(join(folder, file, '..'), { recursive: true });
          if (content !== null) writeFileSync(join(folder, file), content);
        }
        git('add', '--all');
        git('commit', '--quiet', '-m', message);
        return git('rev-parse', 'HEAD');
      },
    };
  }
});

it('a repository whose default branch is another now: what staging runs is looked for there', async () => {
  const services = catalog.services.map((service) => ({ ...service, branches: { production: 'release' } }));
  const dependencies: BackportDependencies = { ...story.dependencies, catalog: { ...catalog, services } };
  await story.deploy(1, 'staging', story.begin);
  await openBackports(dependencies, await story.deploy(2, 'production', story.begin));
  const hotfix = story.on('release', 'Retry payment calls', fix);
  await openBackports(dependencies, await story.deploy(3, 'production', hotfix));
  expect(await story.list()).toMatchObject([{ state: 'open' }]);
  story.repo.git('checkout', '--quiet', '-b', 'trunk', 'main');
  const home = story.repo.commit('Try payments again', fix);
  await settleBackports(dependencies, repository);

  expect(await story.list()).toMatchObject([{ state: 'landed', commits: [{ evidence: { by: home } }] }]);
});

describe('hostile histories', () => {
  it.each(['new\nline.ts', 'quo"te.ts', 'tab\t.ts', '-rf', '--upload-pack=touch x', "it's; $(touch x).ts"])(
    'a file named %j is kept and told as it is',
    async (name) => {
      await looked();
      const odd = { [name]: 'export const odd = oddly(1, 2, 3);\nexport const even = evenly(4);\n' };
      const hotfix = story.on('release', 'Odd names', { ...fix, ...odd });
      await story.open(await story.deploy(3, 'production', hotfix));
      story.on('main', `Odd names\n\n(cherry picked from commit ${hotfix})`, fix);
      await story.settle();

      expect(await story.list()).toMatchObject([
        { state: 'landed', commits: [{ evidence: { missingFiles: [name] } }] },
      ]);
    },
  );

  it('a file whose name is no UTF-8 is kept as far as it can be shown', async () => {
    await looked();
    const name = Buffer.concat([Buffer.from(join(story.repo.gitDir, '..', 'caf')), Buffer.from([0xe9, 0xff])]);
    story.repo.git('checkout', '--quiet', 'release');
    writeFileSync(name, 'export const coffee = brewed(1, 2);\nexport const tea = steeped(3);\n');
    const hotfix = story.repo.commit('Brew', fix);
    story.repo.git('checkout', '--quiet', 'main');
    await story.open(await story.deploy(3, 'production', hotfix));
    story.on('main', `Brew\n\n(cherry picked from commit ${hotfix})`, fix);
    await story.settle();

    const [only] = await story.list();
    expect(only).toMatchObject({ state: 'landed' });
    expect(only?.commits[0]?.evidence.missingFiles).toEqual(['caf\uFFFD\uFFFD']);
  });

  it.each(['--upload-pack=touch x', '-x', '--output=x', '$(touch x)', '\u0000', 'a\u202eb'.repeat(300)])(
    'a message %j is only a title',
    async (message) => {
      await looked();
      story.repo.git('checkout', '--quiet', 'release');
      writeFileSync(join(story.repo.gitDir, '..', 'src', 'checkout.ts'), fixed);
      story.repo.git('add', '--all');
      story.repo.git('commit', '--quiet', '--allow-empty-message', `--message=${message.replaceAll('\0', '')}`);
      const hotfix = story.repo.head();
      story.repo.git('checkout', '--quiet', 'main');
      await story.open(await story.deploy(3, 'production', hotfix));

      expect(await story.list()).toMatchObject([{ state: 'open', commits: [{ commit: hotfix }] }]);
      const home = story.on('main', 'Try payments again', fix);
      await story.settle();
      expect(await story.list()).toMatchObject([{ state: 'landed', commits: [{ evidence: { by: home } }] }]);
    },
  );

  it('a trailer that names a commit, or a number, of another repository proves nothing', async () => {
    await looked();
    const hotfix = story.on('release', 'Retry payment calls (#812)', fix);
    await story.open(await story.deploy(3, 'production', hotfix));
    story.on(
      'main',
      `Pool sizes\n\n(cherry picked from commit ${hotfix} of other/ledger)\nBackport of other/ledger#812`,
      {
        'src/pool.ts': 'export const pool = makePool(10);\nexport const most = 20;\n',
      },
    );
    story.on('main', 'Take other/ledger#812', { 'src/ledger.ts': 'export const other = taken(812);\n' });
    await story.settle();

    const [only] = await story.list();
    expect(only?.state).not.toBe('landed');
    expect(only?.commits[0]?.evidence.verdict).not.toBe('backported');
  });
});
