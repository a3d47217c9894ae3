import { pino } from 'pino';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decideBackport } from '../src/backports/decide.ts';
import { gateOf } from '../src/backports/gate.ts';
import type { Decision } from '../src/domain/backports/decision.ts';
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

/** At one time after the other: nothing is a second click. */
async function say(person: string, decision: Decision) {
  const { id } = await only();
  return decideBackport(story.dependencies, id, decision, { id: person, name: person });
}

const propose = (commit: string): Decision => ({ kind: 'propose', commit });
const yes: Decision = { kind: 'answer', yes: true };
const no: Decision = { kind: 'answer', yes: false };

/** Names the pull request and has nothing of its content: to be asked about. */
const likeness = () =>
  story.on('main', 'Backport of retries (#812)', { 'src/checkout.ts': program.replace('basket0', 'cart0') });
/** Has nothing to do with the fix as far as anybody can tell. */
const rewritten = () => story.on('main', 'Rewrite payments', { 'src/pay.ts': 'export const payments = anew();\n' });
/** About half of its content and no name. */
const half = () =>
  story.on('main', 'Do not give up at once', {
    'src/checkout.ts': program
      .replace('const payment3 = makepayment(21);', 'const payment3 = retry(makepayment, 21, { attempts: 3 });')
      .replace('const payment40', 'const payment40 = 1;'),
    'src/other.ts': Array.from({ length: 40 }, (_, at) => `export const other${at} = ${at};`).join('\n'),
  });

describe('what somebody confirms', () => {
  it('is home when what names the fix also says so', async () => {
    const commit = likeness();
    await story.settle();
    const asked = await only();
    const said = await say('ada', yes);
    const before = await only();
    await story.settle();

    expect([asked.state, before.state]).toEqual(['candidate', 'candidate']);
    expect(said).toMatchObject({ outcome: 'done', backport: { id: asked.id } });
    expect(await only()).toMatchObject({
      state: 'landed',
      note: null,
      commits: [{ evidence: { verdict: 'backported', method: 'confirmed', by: commit } }],
    });
  });

  it('is home when a third of its content also says so', async () => {
    const commit = half();
    await story.settle();
    const open = await only();
    await say('ada', propose(commit));
    await story.settle();

    expect(open).toMatchObject({ state: 'open' });
    const landed = await only();
    expect(landed).toMatchObject({
      state: 'landed',
      proposed: null,
      commits: [{ evidence: { method: 'confirmed', by: commit } }],
    });
    expect(landed.commits[0]?.evidence.containment).toBeGreaterThanOrEqual(0.3);
  });

  it('is asked about while nothing else says so, and is home when a second person does', async () => {
    const commit = rewritten();
    await say('ada', propose(commit));
    await story.settle();
    const asked = await only();
    const again = await say('ada', yes);
    const second = await say('grace', yes);
    await story.settle();

    expect(asked).toMatchObject({
      state: 'candidate',
      note: `somebody says that staging has it as ${commit.slice(0, 7)}, and nothing else says so yet`,
      proposed: { commit, by: 'ada', at: now },
      commits: [{ evidence: { verdict: 'ask', by: commit, containment: 0 } }],
    });
    expect([again.outcome, second.outcome]).toEqual(['refused', 'done']);
    expect(await only()).toMatchObject({
      state: 'landed',
      commits: [{ evidence: { method: 'confirmed', by: commit } }],
    });
  });

  it('may be to come yet: it counts once staging’s branch has it', async () => {
    story.repo.git('checkout', '--quiet', '-b', 'home', 'main');
    const commit = story.repo.commit('Calls are tried again (#812)', { 'src/retry.ts': 'export const tries = 3;\n' });
    story.repo.git('checkout', '--quiet', 'main');
    await say('ada', propose(commit));
    await story.settle();
    const waiting = await only();
    story.repo.git('merge', '--quiet', '--ff-only', 'home');
    await story.settle();

    expect(waiting).toMatchObject({ state: 'open', proposed: { commit } });
    expect(await only()).toMatchObject({
      state: 'landed',
      commits: [{ evidence: { method: 'confirmed', by: commit } }],
    });
  });

  it('may be a merge', async () => {
    story.repo.git('checkout', '--quiet', '-b', 'home', 'main');
    story.repo.commit('wip', {
      'src/checkout.ts': fixed.replace(
        'const payment9 = retry(makepayment, 63, { backoff: "2s" });',
        'const payment9 = 9;',
      ),
    });
    story.repo.git('checkout', '--quiet', 'main');
    story.repo.git('merge', '--quiet', '--no-ff', '-m', 'Merge branch home', 'home');
    const merge = story.repo.head();
    await say('ada', propose(merge));
    await story.settle();
    const landed = await only();
    await story.deploy(6, 'staging', merge);
    await story.settle();

    expect(landed).toMatchObject({ state: 'landed', commits: [{ evidence: { method: 'confirmed', by: merge } }] });
    expect(await only()).toMatchObject({ state: 'live' });
  });

  it('proves what nobody can compare', async () => {
    const image = story.on('release', 'Draw the logo anew (#9)', { 'logo.png': Buffer.from([0, 1, 2, 0, 3]) });
    await story.open(await story.deploy(4, 'production', image));
    const home = story.on('main', 'New logo', { 'logo.png': Buffer.from([0, 1, 2, 0, 4]) });
    const find = async () => {
      const found = (await story.list()).find(({ pullRequest }) => pullRequest === 9);
      if (found === undefined) throw new Error('there is the logo');
      return found;
    };
    const { id, state } = await find();
    for (const person of ['ada', 'grace']) {
      await decideBackport(story.dependencies, id, propose(home), { id: person, name: person });
      await story.settle();
    }

    expect(state).toBe('not-evaluable');
    expect(await find()).toMatchObject({ state: 'landed', commits: [{ evidence: { method: 'confirmed', by: home } }] });
  });

  it('is nothing that takes the fix back, whoever says so', async () => {
    story.repo.git('cherry-pick', hotfix);
    story.repo.git('revert', '--no-edit', 'HEAD');
    const revert = story.repo.head();
    await story.settle();
    await say('ada', propose(revert));
    await say('grace', propose(revert));
    await story.settle();

    expect(await only()).toMatchObject({ state: 'open', commits: [{ evidence: { verdict: 'reverted' } }] });
  });

  it('is open again when staging takes it back', async () => {
    const commit = likeness();
    await story.settle();
    await say('ada', yes);
    await story.settle();
    story.repo.git('revert', '--no-edit', commit);
    await story.settle();

    expect(await only()).toMatchObject({ state: 'open', commits: [{ evidence: { verdict: 'reverted', by: commit } }] });
  });

  it('is a fix that the gate knows in this form too', async () => {
    const commit = rewritten();
    const gate = async () => {
      const dependencies = { ...story.dependencies, releases: { freezes: [], window: null, mirrors: new Map() } };
      const { checks } = await gateOf(dependencies, {
        service: 'checkout',
        environment: 'production',
        version: commit,
      });
      return checks.find(({ rule }) => rule === 'hotfixes')?.outcome;
    };
    const before = await gate();
    await say('ada', propose(commit));
    await say('grace', propose(commit));
    await story.settle();

    expect([before, await gate()]).toEqual(['forbids', 'passes']);
  });
});

describe('what somebody denies', () => {
  it('is open again at once, and stays so', async () => {
    const commit = likeness();
    await story.settle();
    const said = await say('ada', no);
    const before = await only();
    await story.settle();

    expect(said).toMatchObject({ outcome: 'done', backport: { state: 'open', note: null } });
    expect(before).toMatchObject({ commits: [{ evidence: { verdict: 'not-found', by: null } }] });
    expect(await only()).toMatchObject({ state: 'open', commits: [{ evidence: { verdict: 'not-found', by: null } }] });
    await say('grace', propose(commit));
    await story.settle();
    expect(await only()).toMatchObject({
      state: 'landed',
      commits: [{ evidence: { method: 'confirmed', by: commit } }],
    });
  });

  it('does not land by a judgement that was made before', async () => {
    const commit = rewritten();
    await say('ada', propose(commit));
    await say('grace', propose(commit));
    const { judged } = await heldWhileWriting(() => say('linus', no));
    await judged;
    const held = await only();
    await story.settle();

    expect(held).toMatchObject({ state: 'open', proposed: null, landedAt: null });
    expect(await only()).toMatchObject({ state: 'open', commits: [{ evidence: { by: null } }] });
  });
});

/** Judges, and has something happen between the look and the writing down. */
async function heldWhileWriting(happens: () => Promise<unknown>): Promise<{ readonly judged: Promise<void> }> {
  return database.db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`backports of ${repository}`}, 0))`.execute(trx);
    const judged = story.settle();
    const waits = async () => {
      const { rows } = await sql<{ waiting: boolean }>`
        select exists (select from pg_locks where locktype = 'advisory' and not granted) as waiting
      `.execute(database.db);
      return rows[0]?.waiting === true;
    };
    while (!(await waits())) {
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
    await happens();
    return { judged };
  });
}
