import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { type NagDependencies, knownOf } from '../src/backports/nags/known.ts';
import { planNags } from '../src/backports/nags/plan.ts';
import { followPull } from '../src/backports/pulls/follow.ts';
import type { PullHost } from '../src/backports/pulls/host.ts';
import { picksOf, pullsOf } from '../src/backports/pulls/kept.ts';
import { openPull } from '../src/backports/pulls/open.ts';
import { settleBackports } from '../src/backports/settle.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { seesEverything } from '../src/domain/viewer.ts';
import { type PullStory, startPullStory } from './backport-pulls.ts';
import { type Story, endStories, fixed, now, pullRequest, repository, startStory } from './backports.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';

const hour = 3_600_000;
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
  await story.deploy(1, 'staging', story.repo.head());
  hotfix = story.on('release', 'Retry payment calls (#812)', { 'src/checkout.ts': fixed });
  await story.merge(2, 'release', hotfix, { pullRequest: pullRequest(812, 'Retry payment calls', 'barbara') });
  await story.open(await story.deploy(3, 'production', hotfix, { previousCommit: story.begin }));
  pulls = await startPullStory(story);
  id = (await story.list())[0]?.id ?? '';
  await openPull(pulls.dependencies, id, { id: 'U2', name: 'grace' });
  await pulls.make(id);
  await pulls.hear();
  return async () => {
    await pulls.close();
    endStories();
  };
});

async function approve(by: string) {
  await pulls.ask('POST', 'pulls/813/reviews', { event: 'APPROVE' }, by);
  await pulls.hear();
}

/** GitHub is asked where it stands, as nothing was told. */
async function follow(hours = 0, host: Partial<PullHost> = {}) {
  const { dependencies } = pulls;
  if (dependencies.host.outcome === 'none') throw new Error('there is a host');
  const other = { outcome: 'host' as const, host: { ...dependencies.host.host, ...host } };
  const at = () => new Date(now.getTime() + hours * hour);
  await followPull({ ...dependencies, host: other, now: at }, { repository, number: 813, heard: false });
}

function nagging(): NagDependencies {
  const { db, directoryOf } = pulls.dependencies;
  const rules = { hours: { from: '09:00', to: '17:30' }, first: hour, team: hour, lead: hour, timezone: 'UTC' };
  const availability = () => Promise.resolve({ timezone: 'UTC', dndUntil: null, active: true });
  const viewerOf = () => Promise.resolve(seesEverything);
  return { db, directoryOf, rules, pullsOf, picksOf, opening: 'ours', availability, viewerOf };
}

/** Who is asked to do what: `barbara, merge`. */
async function asked(): Promise<string> {
  const backports = (await story.list()).filter((each) => each.id === id);
  const [known] = await knownOf(nagging(), backports, now);
  return `${known?.actor.person?.name ?? 'nobody'}, ${known?.actor.task}`;
}

/** Who would be told something by that time. */
async function toldBy(at: string): Promise<readonly string[]> {
  const { cards, escalations } = await planNags(nagging(), new Date(at));
  return [...cards.map(({ person }) => person.name), ...escalations.map(({ person }) => person?.name ?? 'the team')];
}

/** What the job does with the repository, at these moments one after the other. */
async function settleAt(...minutes: readonly number[]) {
  const moments = minutes.map((each) => new Date(now.getTime() + each * 60_000));
  const next = () => (moments.length > 1 ? moments.shift() : moments[0]) ?? now;
  await settleBackports({ ...story.dependencies, now: next }, repository);
}

function questions(): readonly string[] {
  return pulls.github.calls.flatMap((call) => /collaborators\/(.+)\/permission/.exec(call)?.[1] ?? []);
}

it('the owner of a fix is asked to merge what is approved, who may', async () => {
  await approve('edsger');

  expect(await asked()).toBe('barbara, merge');
});

it('somebody else is asked where the owner may not: who approved it before all others', async () => {
  pulls.roles.set('barbara', 'read');
  await approve('grace');
  expect(await asked()).toBe('grace, merge');
  pulls.roles.set('grace', 'triage').set('edsger', 'read');
  await follow(2);

  // Who made the pull request.
  expect(await asked()).toBe('ada, merge');
});

it('the owner is asked to see to it where nobody is known who may', async () => {
  for (const each of ['ada', 'barbara', 'edsger', 'grace'] as const) pulls.roles.set(each, 'read');
  await approve('grace');

  expect(await asked()).toBe('barbara, get-merged');
});

it('GitHub is asked of those whom it is about, once it is approved, and again after an hour', async () => {
  await pulls.ask('POST', 'pulls/813/reviews', { event: 'REQUEST_CHANGES' }, 'grace');
  await pulls.hear();
  expect(questions()).toEqual([]);
  await approve('grace');
  const all = ['barbara', 'grace', 'ada', 'edsger'];
  expect(questions()).toEqual(all);
  await follow(0.5);
  expect(questions()).toEqual(all);
  await follow(1.5);
  expect(questions()).toEqual([...all, ...all]);
});

it('what is known of rights holds for a day while GitHub is away, and no longer where it refuses to say', async () => {
  pulls.roles.set('barbara', 'read');
  await approve('grace');
  const away = { mayMerge: () => Promise.resolve({ outcome: 'refused' as const, why: 'down', again: true }) };
  await follow(20, away);
  expect(await asked()).toBe('grace, merge');
  await follow(30, away);
  expect(await asked()).toBe('barbara, get-merged');
  await follow(31);
  expect(await asked()).toBe('grace, merge');
  const mute = { mayMerge: () => Promise.resolve({ outcome: 'refused' as const, why: 'no', again: false }) };
  await follow(33, mute);

  expect(await asked()).toBe('barbara, get-merged');
});

it('nobody is asked to merge what is approved no more', async () => {
  await approve('grace');
  await pulls.ask('POST', 'pulls/813/reviews', { event: 'REQUEST_CHANGES' }, 'edsger');
  await pulls.hear();

  expect((await pullsOf(database.db, [id])).get(id)).toMatchObject({ approvers: ['grace'], mergers: [] });
  expect(await asked()).toBe('ada, address-review');
});

describe('of what was merged', () => {
  it('nobody is asked anything until git was read, and then who deploys', async () => {
    await pulls.ask('PUT', 'pulls/813/merge', { merge_method: 'squash' }, 'grace');
    await pulls.hear();
    expect(await asked()).toBe('nobody, await-git');
    expect(await toldBy('2026-11-26T12:00Z')).toEqual([]);
    await settleAt(1);

    expect((await story.list()).map(({ state }) => state)).toEqual(['landed']);
    expect(await asked()).toBe('edsger, deploy');
    expect(await toldBy('2026-11-26T12:00Z')).toEqual(['edsger']);
  });

  it('its owner is told that git does not find the fix, and another can be opened', async () => {
    await pulls.ask('PATCH', 'pulls/813', { state: 'closed' }, 'barbara');
    await pulls.hear();
    story.repo.git('branch', 'by-hand', 'main');
    story.on('by-hand', 'Take notes', { 'NOTES.md': 'not the fix\n' });
    const wanted = { title: 'Take notes', body: `Backport of ${hotfix}`, head: 'by-hand', base: 'main' };
    await pulls.ask('POST', 'pulls', wanted, 'barbara');
    await pulls.ask('PUT', 'pulls/814/merge', {}, 'barbara');
    await pulls.hear();
    expect(await asked()).toBe('nobody, await-git');
    const grace = { id: 'U2', name: 'grace' };
    expect(await openPull(pulls.dependencies, id, grace)).toMatchObject({ outcome: 'exists', pull: { number: 814 } });
    await settleAt(1);

    expect(await asked()).toBe('barbara, bring-again');
    expect(await toldBy('2026-11-26T12:00Z')).toEqual(['barbara']);
    expect(await openPull(pulls.dependencies, id, grace)).toMatchObject({ outcome: 'asked' });
  });

  it('git that was looked at before, and took until after, says nothing of it', async () => {
    // At half past: git shows nothing of it yet.
    await follow(0.5, {
      read: async () => {
        const { host } = pulls.dependencies;
        const read = host.outcome === 'none' ? null : await host.host.read(repository, 813);
        if (read?.outcome !== 'done' || read.value === null) throw new Error('it is there');
        const { pull } = read.value;
        const standing = { ...pull.standing, state: 'merged' as const };
        return { outcome: 'done', value: { pull: { ...pull, standing }, reviews: [] } };
      },
    });
    await settleAt(29, 29, 31);
    expect(await asked()).toBe('nobody, await-git');
    await settleAt(31, 31, 32);

    expect(await asked()).toBe('barbara, bring-again');
  });
});
