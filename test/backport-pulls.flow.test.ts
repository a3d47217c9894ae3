import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { picksOf, pullsOf } from '../src/backports/pulls/kept.ts';
import { enqueueUnheard } from '../src/backports/pulls/jobs.ts';
import { followPull } from '../src/backports/pulls/follow.ts';
import { makePull } from '../src/backports/pulls/make.ts';
import { openPull } from '../src/backports/pulls/open.ts';
import { pickBackports } from '../src/backports/pulls/pick.ts';
import type { PullDependencies } from '../src/backports/pulls/place.ts';
import type { BackportPick, BackportPull } from '../src/domain/backports/pull.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { type PullStory, startPullStory } from './backport-pulls.ts';
import { type Story, endStories, fixed, now, program, pullRequest, repository, startStory } from './backports.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';

const committer = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_COMMITTER_NAME: 'Barbara',
  GIT_COMMITTER_EMAIL: 'barbara@example.com',
};
const grace = { id: 'U2', name: 'grace' };
let database: TestDatabase;
let story: Story;
let pulls: PullStory;
let hotfix: string;
let id: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
});
afterAll(() => database.close());
beforeEach(async () => {
  story = await startStory(database);
  await sql`delete from graphile_worker._private_jobs`.execute(database.db);
  await story.deploy(1, 'staging', story.repo.head());
  hotfix = story.on('release', 'Retry payment calls (#812)', { 'src/checkout.ts': fixed });
  await story.open(await story.deploy(3, 'production', hotfix, { previousCommit: story.begin }));
  id = await only();
  pulls = await startPullStory(story);
  return async () => {
    await pulls.close();
    endStories();
  };
});

async function only(): Promise<string> {
  const [backport, ...others] = (await story.list()).filter(({ state }) => state === 'open');
  if (backport === undefined || others.length > 0) throw new Error('there is one open backport');
  return backport.id;
}

async function pull(of = id): Promise<BackportPull> {
  const found = (await pullsOf(database.db, [of])).get(of);
  if (found === undefined) throw new Error('there is no pull request');
  return found;
}

async function pick(of = id): Promise<BackportPick | undefined> {
  return (await picksOf(database.db, [of])).get(of);
}

async function jobs(): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select task_identifier as name from graphile_worker.jobs order by task_identifier
  `.execute(database.db);
  return rows.map(({ name }) => name);
}

/** As GitHub has it. */
async function hosted(number: number | null) {
  return (await pulls.ask('GET', `pulls/${number}`)).body;
}

/** Opened there by a person, from a branch that is made here. */
async function byHand(
  branch: string,
  title: string,
  body = '',
  files: Parameters<Story['on']>[2] = { 'NOTES.md': 'by hand\n' },
) {
  story.repo.git('branch', branch, 'main');
  story.on(branch, title, files);
  const { body: opened } = await pulls.ask('POST', 'pulls', { title, body, head: branch, base: 'main' }, 'barbara');
  return opened as { readonly number: number };
}

describe('asked for its pull request, a backport', () => {
  it('gets one: pushed, opened, with what is picked, from where, and what for', async () => {
    const { rows } = await sql<{ id: string }>`
      insert into incidents (title, symptom, severity, environment, services, started_at, opened_at)
      values ('Checkout errors', 'errors', 'error', 'production', '{checkout}', ${now}, ${now}) returning id
    `.execute(database.db);
    await sql`update backports set incident_id = ${rows[0]?.id}`.execute(database.db);
    const asked = await openPull(pulls.dependencies, id, grace);
    expect(asked).toMatchObject({ outcome: 'asked', pull: { state: 'wanted', base: 'main' } });
    expect(await jobs()).toContain('open-backport-pull');
    await pulls.make(id);

    const branch = `backport/${id}-retry-payment-calls`;
    expect(await pull()).toMatchObject({
      state: 'review-wanted',
      number: 813,
      url: 'https://github.com/acme/checkout/pull/813',
      branch,
      base: 'main',
      author: 'ada',
      reviewers: [],
      openedByUs: true,
      wantedBy: 'grace',
      problem: null,
    });
    expect(await hosted(813)).toMatchObject({ title: '[backport staging] Retry payment calls (#812)' });
    const { body } = (await hosted(813)) as { body: string };
    expect(body).toContain(`- Picks ${hotfix} \`Retry payment calls (#812)\``);
    expect(body).toContain(`[backport ${id}](https://sincewhen.acme.example/api/backports/${id})`);
    expect(body).toContain('Asked for by `grace`');
    expect(body.split('\n').at(-1)).toBe(`(cherry picked from commit ${hotfix})`);
    expect(body).toContain(`[INC-${rows[0]?.id}](https://sincewhen.acme.example/api/incidents/INC-${rows[0]?.id})`);
    expect(story.repo.git('log', '--format=%an|%cn|%B', `main..${branch}`)).toBe(
      `Ada|Sincewhen|Retry payment calls (#812)\n\n(cherry picked from commit ${hotfix})`,
    );
    expect(await pick()).toMatchObject({ outcome: 'clean', base: 'main' });
  });

  it('is home when that is merged and staging runs it, whichever button merges it', async () => {
    await openPull(pulls.dependencies, id, grace);
    await pulls.make(id);
    await pulls.ask('PUT', 'pulls/813/merge', { merge_method: 'squash' }, 'grace');
    expect(new Set(await pulls.hear())).toEqual(new Set(['#813']));
    await story.settle();

    expect(await pull()).toMatchObject({ state: 'merged' });
    expect(await jobs()).toContain('verify-backports');
    expect(await story.list()).toMatchObject([{ state: 'landed', commits: [{ evidence: { method: 'trailer' } }] }]);
  });

  it('has one, however many ask at once and however often', async () => {
    const asked = await Promise.all([1, 2, 3, 4].map(() => openPull(pulls.dependencies, id, grace)));
    expect(asked.map(({ outcome }) => outcome).toSorted()).toEqual(['asked', 'exists', 'exists', 'exists']);
    expect((await jobs()).filter((name) => name === 'open-backport-pull')).toHaveLength(1);
    await Promise.all([pulls.make(id), pulls.make(id)].map((each) => each.catch(() => undefined)));
    await pulls.make(id);
    await pulls.make(id);

    expect(await openPull(pulls.dependencies, id, grace)).toMatchObject({ outcome: 'exists', pull: { number: 813 } });
    expect((await pulls.ask('GET', 'pulls?state=all')).body).toHaveLength(1);
  });

  it('goes on where a run was ended after the push, also when main has gone on since', async () => {
    await openPull(pulls.dependencies, id, grace);
    const ending = { ...pulls.dependencies, host: broken({ open: () => Promise.reject(new Error('killed')) }) };
    await expect(makePull(ending, id)).rejects.toThrow('killed');
    const pushed = story.repo.git('rev-parse', `backport/${id}-retry-payment-calls`);
    expect(await pull()).toMatchObject({ state: 'wanted', number: null });
    story.on('main', 'Meanwhile', { 'src/other.ts': 'export const other = 1;\n' });
    await pulls.make(id);

    expect(await pull()).toMatchObject({ state: 'review-wanted', number: 813, openedByUs: true });
    expect(await hosted(813)).toMatchObject({ head: { sha: pushed } });
  });

  it('finds what a run opened that was ended before it could say so', async () => {
    await openPull(pulls.dependencies, id, grace);
    const found = pulls.dependencies.host.outcome === 'host' ? pulls.dependencies.host.host : null;
    const host = broken({
      open: async (...given) => {
        await found?.open(...given);
        throw new Error('killed');
      },
    });
    await expect(makePull({ ...pulls.dependencies, host }, id)).rejects.toThrow('killed');
    await pulls.make(id);

    expect(await pull()).toMatchObject({ state: 'review-wanted', number: 813, openedByUs: true });
    expect((await pulls.ask('GET', 'pulls?state=all')).body).toHaveLength(1);
  });

  it('is made anew, from another branch, after that was closed', async () => {
    await openPull(pulls.dependencies, id, grace);
    await pulls.make(id);
    await pulls.ask('PATCH', 'pulls/813', { state: 'closed' }, 'barbara');
    await pulls.hear();
    expect(await pull()).toMatchObject({ state: 'closed' });
    expect(await openPull(pulls.dependencies, id, grace)).toMatchObject({ outcome: 'asked' });
    await pulls.make(id);

    expect(await pull()).toMatchObject({ number: 814, branch: `backport/${id}-retry-payment-calls-2` });
  });
});

function broken(other: Partial<Extract<PullDependencies['host'], { outcome: 'host' }>['host']>) {
  const { host } = pulls.dependencies;
  if (host.outcome === 'none') throw new Error('there is a host');
  return { outcome: 'host' as const, host: { ...host.host, ...other } };
}

describe('a pull request that a person opened', () => {
  it.each([
    ['whose title names the pull request of the fix', 'Backport #812', '', undefined],
    [
      'whose body names its page',
      'Bring it home',
      'Cherry-pick of https://github.com/acme/checkout/pull/812',
      undefined,
    ],
    ['that has its title', 'Retry payment calls', '', undefined],
    ['that has the same lines under another name', 'Payments', '', { 'src/checkout.ts': fixed }],
  ])('%s is linked and not doubled', async (_, title, body, files) => {
    const { number } = await byHand('by-hand', title, body, files);
    await openPull(pulls.dependencies, id, grace);
    await pulls.make(id);

    expect(await pull()).toMatchObject({ number, state: 'review-wanted', author: 'barbara', openedByUs: false });
    expect((await pulls.ask('GET', 'pulls?state=all')).body).toHaveLength(1);
    expect(story.repo.git('branch', '--list', 'backport/*')).toBe('');
  });

  it('and names its commit is linked as soon as it is told of, without anybody asking', async () => {
    const { number } = await byHand('by-hand', 'Backport of retries', `cherry picked from commit ${hotfix}`);
    expect(await pulls.hear()).toEqual([`#${number}`]);

    expect(await pull()).toMatchObject({ number, openedByUs: false, author: 'barbara' });
    expect(await openPull(pulls.dependencies, id, grace)).toMatchObject({ outcome: 'exists', pull: { number } });
  });

  it('that only mentions it, is for another, or names the same number elsewhere is not taken for it', async () => {
    const titles = ['Follow up of #812', 'Backport #811', 'Backport acme/other#812'];
    for (const [at, title] of titles.entries()) {
      await byHand(`by-hand-${at}`, title, '', { [`notes-${at}.md`]: 'by hand\n' });
    }
    await pulls.hear();
    await openPull(pulls.dependencies, id, grace);
    await pulls.make(id);

    expect(await pull()).toMatchObject({ number: 816, openedByUs: true });
  });
});

describe('a fix that does not apply', () => {
  let conflicting: string;
  let lacking: string;

  beforeEach(async () => {
    const rewritten = program.replace('const payment3 = makepayment(21);', 'const payment3 = pay(21);');
    lacking = story.on('release', 'Rename `it` <!channel>', { 'src/checkout.ts': rewritten });
    await story.deploy(4, 'production', lacking);
    conflicting = story.on('release', 'Pay twice (#815)', {
      'src/checkout.ts': rewritten.replace('pay(21)', 'pay(22)'),
    });
    await story.open(await story.deploy(5, 'production', conflicting));
    id = (await story.list()).find(({ pullRequest }) => pullRequest === 815)?.id ?? '';
  });

  it('is refused, with the files, what the mirror lacks, and what to do by hand', async () => {
    await openPull(pulls.dependencies, id, grace);
    await pulls.make(id);
    const { state, problem } = await pull();

    expect(state).toBe('failed');
    expect(problem).toContain('conflicts with main in 1 file (src/checkout.ts): main lacks 2 commits');
    expect(problem).toContain(`${lacking.slice(0, 7)} Rename \`it\` <!channel>`);
    expect(problem).toContain(
      `git switch -c backport/${id}-pay-twice origin/main && git cherry-pick -x ${conflicting}`,
    );
    expect(story.repo.git('branch', '--list', 'backport/*')).toBe('');
    expect(await pick()).toMatchObject({
      outcome: 'conflicts',
      base: 'main',
      files: ['src/checkout.ts'],
      missing: [
        { commit: hotfix, title: 'Retry payment calls (#812)' },
        { commit: lacking, title: 'Rename `it` <!channel>' },
      ],
    });
  });

  it('can be asked for again, once what was missing has come', async () => {
    await openPull(pulls.dependencies, id, grace);
    await pulls.make(id);
    story.repo.git('cherry-pick', '-x', hotfix, lacking);
    expect(await openPull(pulls.dependencies, id, grace)).toMatchObject({ outcome: 'asked' });
    await pulls.make(id);

    expect(await pull()).toMatchObject({ state: 'review-wanted', number: 813, problem: null });
  });

  it('says so before anybody asks, and anew when the branch has moved', async () => {
    await pickBackports(story.dependencies, repository);
    expect(await pick()).toMatchObject({ outcome: 'conflicts' });
    story.repo.git('cherry-pick', '-x', hotfix, lacking);
    await pickBackports(story.dependencies, repository);

    expect(await pick()).toMatchObject({ outcome: 'clean' });
  });

  it('is not tried again while nothing has moved', async () => {
    await pickBackports(story.dependencies, repository);
    await sql`update backport_picks set at = ${now}::timestamptz - interval '1 day'`.execute(database.db);
    await pickBackports(story.dependencies, repository);

    expect((await pick())?.at).toEqual(new Date(now.getTime() - 86_400_000));
  });
});

describe('names that are hostile', () => {
  it('stay text: of files, of titles, of people', async () => {
    const title = '--exec=rm -rf / "; $(touch x)` <!channel> @everyone\u202e (#813)';
    const name = 'src/a\n"b" ü;$(x).ts';
    const fix = story.on('release', title, { [name]: 'export const x = 1;\n' });
    await story.open(await story.deploy(6, 'production', fix));
    id = (await story.list()).find(({ pullRequest }) => pullRequest === 813)?.id ?? '';
    await openPull(pulls.dependencies, id, { id: 'U3', name: '`@everyone`' });
    await pulls.make(id);
    const { branch, number } = await pull();
    const { body } = (await hosted(number)) as { body: string };

    expect(branch).toBe(`backport/${id}-exec-rm-rf-touch-x-channel-everyone`);
    expect(story.repo.git('show', `${branch}:${name}`)).toBe('export const x = 1;');
    expect(body.replaceAll(/`[^`]*`/g, '')).not.toContain('@everyone');
    expect(body).not.toContain('\u202e');
  });
});

describe('where a pull request stands', () => {
  beforeEach(async () => {
    await openPull(pulls.dependencies, id, grace);
    await pulls.make(id);
    await pulls.hear();
  });

  it.each([
    ['by what GitHub tells', () => pulls.hear()],
    ['by asking GitHub', () => followPull(pulls.dependencies, { repository, number: 813, heard: false })],
  ])('is followed %s', async (_, look) => {
    await pulls.ask('POST', 'pulls/813/requested_reviewers', { reviewers: ['barbara', 'edsger'] }, 'grace');
    await look();
    expect(await pull()).toMatchObject({ state: 'review-wanted', reviewers: ['barbara', 'edsger'] });
    await pulls.ask('POST', 'pulls/813/reviews', { event: 'REQUEST_CHANGES' }, 'barbara');
    await look();
    expect(await pull()).toMatchObject({ state: 'changes-requested' });
    await pulls.ask('POST', 'pulls/813/reviews', { event: 'APPROVE' }, 'barbara');
    await pulls.ask('POST', 'pulls/813/reviews', { event: 'APPROVE' }, 'edsger');
    await look();
    expect(await pull()).toMatchObject({ state: 'approved', reviewers: ['barbara', 'edsger'] });
    await pulls.ask('PUT', 'pulls/813/merge', {}, 'grace');
    await look();
    expect(await pull()).toMatchObject({ state: 'merged' });
  });

  it('is asked for when nothing was heard for a while, and stays as it was while GitHub cannot be asked', async () => {
    await enqueueUnheard(database.db, new Date(now.getTime() + 60_000));
    expect(await jobs()).not.toContain('follow-backport-pull');
    await enqueueUnheard(database.db, new Date(now.getTime() + 3_600_000));
    expect(await jobs()).toContain('follow-backport-pull');
    const host = broken({ read: () => Promise.resolve({ outcome: 'refused', why: 'down', again: true }) });
    await followPull({ ...pulls.dependencies, host }, { repository, number: 813, heard: false });

    expect(await pull()).toMatchObject({ state: 'review-wanted' });
  });
});

it('nothing is begun where the settings forbid it or nothing can be read, for what is home, and for what is none', async () => {
  const why = 'The settings say that no pull requests are to be opened.';
  const none = { outcome: 'none' as const, why, opening: 'person' as const };
  const ask = (other: Partial<PullDependencies>, of = id) => openPull({ ...pulls.dependencies, ...other }, of, grace);

  expect(await ask({ host: none })).toMatchObject({ outcome: 'refused', why: expect.stringContaining(none.why) });
  expect(await ask({ git: null })).toMatchObject({ outcome: 'refused', why: expect.stringContaining('No repository') });
  expect(await ask({}, '999999')).toMatchObject({ outcome: 'refused' });
  expect(await ask({}, "1'; drop")).toMatchObject({ outcome: 'refused' });
  story.repo.git('cherry-pick', '-x', hotfix);
  await story.settle();
  expect(await ask({})).toMatchObject({ outcome: 'refused', why: expect.stringContaining('already') });
  expect(await jobs()).not.toContain('open-backport-pull');
});

it('where we open none, the commands that the refusal gives bring it home', async () => {
  const why = 'Repositories come from gitlab.acme.example, and pull requests are opened at GitHub only.';
  await pickBackports(story.dependencies, repository);
  const host = { outcome: 'none' as const, why, opening: 'push' as const };
  const refused = await openPull({ ...pulls.dependencies, host }, id, grace);
  const said = refused.outcome === 'refused' ? refused.why : '';

  expect(said).toBe(
    `${why} By hand: git fetch origin && git switch -c backport/${id}-retry-payment-calls origin/main && git cherry-pick -x ${hotfix} && git push -u -o merge_request.create -o merge_request.target=main origin backport/${id}-retry-payment-calls`,
  );

  story.repo.git('config', 'receive.advertisePushOptions', 'true');
  const clone = join(mkdtempSync(join(tmpdir(), 'by-hand-')), 'clone');
  story.repo.git('clone', '--quiet', story.repo.gitDir, clone);
  execFileSync('sh', ['-ec', said.slice(said.indexOf('git fetch'))], {
    cwd: clone,
    stdio: 'pipe',
    env: { PATH: process.env['PATH'], ...committer },
  });
  rmSync(clone, { recursive: true });
  story.repo.git('merge', '--quiet', '--no-ff', '--no-edit', `backport/${id}-retry-payment-calls`);
  await story.settle();

  expect((await story.list()).find((each) => each.id === id)).toMatchObject({
    state: 'landed',
    commits: [{ evidence: { method: 'trailer' } }],
  });
});

describe('what fails', () => {
  it('for good is told in one sentence', async () => {
    await openPull(pulls.dependencies, id, grace);
    const why = 'GitHub does not let us open pull requests in acme/checkout: it needs more';
    const host = broken({ open: () => Promise.resolve({ outcome: 'refused', why, again: false }) });
    await makePull({ ...pulls.dependencies, host }, id);

    expect(await pull()).toMatchObject({ state: 'failed', problem: `${why}.` });
  });

  it('for now is tried again, for an hour', async () => {
    await openPull(pulls.dependencies, id, grace);
    const host = broken({
      find: () => Promise.resolve({ outcome: 'refused', why: 'GitHub could not be reached', again: true }),
    });
    await expect(makePull({ ...pulls.dependencies, host }, id)).rejects.toThrow('GitHub could not be reached');
    expect(await pull()).toMatchObject({ state: 'wanted', problem: 'GitHub could not be reached.' });
    await makePull({ ...pulls.dependencies, host, now: () => new Date(now.getTime() + 3_700_000) }, id);

    expect(await pull()).toMatchObject({ state: 'failed' });
  });

  it('because a branch of that name holds something else leaves it alone', async () => {
    story.repo.git('branch', `backport/${id}-retry-payment-calls`, 'main');
    await openPull(pulls.dependencies, id, grace);
    await pulls.make(id);

    expect(await pull()).toMatchObject({ state: 'failed', problem: expect.stringContaining('with something else') });
    expect(story.repo.git('rev-parse', `backport/${id}-retry-payment-calls`)).toBe(story.repo.head());
  });
});

it('a fix of several commits of a pull request comes as them', async () => {
  const one = story.on('release', 'Cap the batch', { 'src/batch.ts': 'export const cap = 1;\n' });
  const two = story.on('release', 'And log it', { 'src/batch.ts': 'export const cap = 1;\nlog(cap);\n' });
  await story.merge(7, 'release', one, { pullRequest: pullRequest(820, 'Cap the batch', 'edsger') });
  await story.merge(8, 'release', two, { pullRequest: pullRequest(820, 'Cap the batch', 'edsger') });
  await story.open(await story.deploy(9, 'production', two));
  id = (await story.list()).find(({ pullRequest: number }) => number === 820)?.id ?? '';
  await openPull(pulls.dependencies, id, grace);
  await pulls.make(id);
  const { branch } = await pull();

  expect(story.repo.git('log', '--reverse', '--format=%s', `main..${branch}`).split('\n')).toEqual([
    'Cap the batch',
    'And log it',
  ]);
});
