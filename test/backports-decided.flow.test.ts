import { pino } from 'pino';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decideBackport } from '../src/backports/decide.ts';
import { decisionsOf } from '../src/backports/decisions.ts';
import { enqueueStale } from '../src/backports/jobs.ts';
import type { Decision } from '../src/domain/backports/decision.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { type Story, endStories, fixed, now, repository, startStory } from './backports.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';

let database: TestDatabase;
let story: Story;
let id: string;
let hotfix: string;
let clock: Date;

const minute = 60_000;
const day = 86_400_000;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
});
afterAll(() => database.close());
beforeEach(async () => {
  clock = now;
  story = await startStory(database);
  await sql`delete from graphile_worker._private_jobs`.execute(database.db);
  hotfix = story.on('release', 'Retry payment calls (#812)', { 'src/checkout.ts': fixed });
  const { rows } = await sql<{ id: string }>`
    with backport as (
      insert into backports (state, service, reference, mirror, repository, pull_request, title, why, owner, imported,
        opened_at, recorded_at)
      values ('open', 'checkout', 'production', 'staging', ${repository}, 812, 'Retry payment calls (#812)', 'is missing',
        'ada-l', false, ${now}, ${now})
      returning id
    ), parts as (
      insert into backport_commits (repository, commit, reference, mirror, backport_id, place, is_merge, title, verdict,
        missing_files, judged_at)
      select ${repository}, ${hotfix}, 'production', 'staging', id, 0, false, 'Retry', 'not-found', '{}', ${now}
      from backport
    )
    select id from backport
  `.execute(database.db);
  id = rows[0]?.id ?? '';
  return endStories;
});

function say(person: string, decision: Decision, about = id) {
  const dependencies = { ...story.dependencies, now: () => clock };
  return decideBackport(dependencies, about, decision, { id: person, name: person });
}

async function only() {
  const [backport] = await story.list();
  if (backport === undefined) throw new Error('there is one backport');
  return backport;
}

const kept = async () => (await decisionsOf(database.db, id)).map(({ by, kind }) => `${by} ${kind}`);
async function waiting(): Promise<readonly string[]> {
  const { rows } = await sql<{ key: string }>`select key from graphile_worker._private_jobs`.execute(database.db);
  return rows.map(({ key }) => key);
}

const later = (days: number) => new Date(clock.getTime() + days * day);
const waive = (): Decision => ({ kind: 'waive', reason: 'Rewritten there', until: later(9) });
const snooze = (until: Date | 'release'): Decision => ({ kind: 'snooze', until, reason: null });

describe('a decision', () => {
  it('is kept with who and when, changes the backport, and has it judged anew', async () => {
    const decided = await say('ada', waive());
    clock = new Date(now.getTime() + minute);
    await say('grace', { kind: 'hand-over', to: 'linus' });

    const waived = { by: 'ada', reason: 'Rewritten there', until: new Date(now.getTime() + 9 * day), second: null };
    expect(decided).toMatchObject({ outcome: 'done', backport: { id, state: 'waived', waived } });
    expect(await only()).toMatchObject({ state: 'waived', waived, owner: 'linus' });
    const none = { reason: null, until: null, commit: null, cause: null, to: null };
    expect(await decisionsOf(database.db, id)).toEqual([
      { ...none, kind: 'waived', by: 'ada', at: now, reason: waived.reason, until: waived.until },
      { ...none, kind: 'handed-over', by: 'grace', at: clock, to: 'linus' },
    ]);
    expect(await waiting()).toEqual([`verify-backports:${repository}`]);
  });

  it('that is refused leaves no trace', async () => {
    const refused = await say('ada', { kind: 'second' });

    expect(refused).toEqual({ outcome: 'refused', why: 'Nobody has waived it.' });
    expect([await kept(), await waiting(), (await only()).state]).toEqual([[], [], 'open']);
  });

  it('about a backport that is not there is none', async () => {
    const strange = ['0', '999999999', '12345678901234567890', 'abc', '1; drop', ''];
    const all = await Promise.all(strange.map((about) => say('ada', { kind: 'wake' }, about)));

    expect(all).toEqual(strange.map(() => ({ outcome: 'unknown' })));
  });

  it('of nobody is none', async () => {
    expect(await say('\u202e ', waive())).toEqual({ outcome: 'refused', why: 'Say who says so.' });
  });

  it('that is said twice at once is kept once', async () => {
    const all = await Promise.all([1, 2, 3, 4].map(() => say('ada', snooze(later(1)))));

    expect(all.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done', 'done']);
    expect([await kept(), (await only()).snoozes]).toEqual([['ada snoozed'], 1]);
  });

  it('of two people at once holds once, and the other is told', async () => {
    await say('ada', waive());
    const both = await Promise.all(['grace', 'linus'].map((person) => say(person, { kind: 'second' })));

    expect(both.map(({ outcome }) => outcome).toSorted()).toEqual(['done', 'refused']);
    expect(both).toContainEqual({ outcome: 'refused', why: 'A second person has said so already.' });
    expect(await kept()).toHaveLength(2);
  });

  it('cannot be altered by what is said of it at the same time', async () => {
    await say('ada', waive());
    await Promise.all([say('grace', { kind: 'second' }), say('linus', { kind: 'wake' })]);

    const { state, waived } = await only();
    expect([state, waived]).toEqual(['open', null]);
  });
});

describe('a commit', () => {
  it('is proposed whole, shortened, as its page, and before it is there', async () => {
    const commit = story.on('main', 'Call again', { 'src/other.ts': 'export const other = 1;\n' });
    const given: readonly (readonly [string, string])[] = [
      [commit, commit],
      [commit.toUpperCase(), commit],
      [commit.slice(0, 8), commit],
      [`https://github.com/acme/checkout/commit/${commit}`, commit],
      [`https://git.acme.example/a/-/commit/${commit.slice(0, 9)}#note`, commit],
      ['f'.repeat(40), 'f'.repeat(40)],
    ];
    const seen: unknown[] = [];
    for (const [written] of given) {
      const decided = await say(`by ${written}`.slice(0, 100), { kind: 'propose', commit: written });
      seen.push(decided.outcome === 'done' ? decided.backport.proposed?.commit : decided);
    }

    expect(seen).toEqual(given.map(([, meant]) => meant));
  });

  it('is refused when it is none', async () => {
    const written = ['main', '--all', 'https://acme.example/pull/7', 'abcdef0'];
    const all = await Promise.all(written.map((commit) => say('ada', { kind: 'propose', commit })));

    const none = 'That is no commit: give 7 to 40 of its hex digits, or the address of its page.';
    const strange = 'acme/checkout has no commit abcdef0, or several: give all of its 40 digits.';
    expect(all).toEqual([none, none, none, strange].map((why) => ({ outcome: 'refused', why })));
  });

  it('is to be given whole while the repository cannot be read', async () => {
    const propose = (git: Story['git'] | null) =>
      decideBackport(
        { ...story.dependencies, git },
        id,
        { kind: 'propose', commit: 'abcdef0' },
        { id: 'a', name: 'a' },
      );
    const away = { ...story.git, baseUrl: 'http://127.0.0.1:9', folder: `${story.git.folder}2` };

    expect([await propose(null), await propose(away)]).toEqual([
      { outcome: 'refused', why: 'No repository can be read: give all 40 digits of the commit.' },
      { outcome: 'refused', why: 'acme/checkout cannot be read at present: give all 40 digits of the commit.' },
    ]);
  });
});

describe('a snooze', () => {
  it('ends at its time', async () => {
    await say('ada', snooze(later(1)));
    await enqueueStale(database.db, new Date(now.getTime() + day - 1));
    const before = (await only()).snoozed;
    await enqueueStale(database.db, new Date(now.getTime() + day));

    expect(before).toEqual({ until: later(1), by: 'ada' });
    expect(await only()).toMatchObject({ snoozed: null, snoozes: 1 });
  });

  it('ends with the next deploy of its service to the reference, and with no other', async () => {
    clock = new Date('2026-11-20T14:10:00Z');
    await story.deploy(5, 'production', hotfix);
    await say('ada', snooze('release'));
    await story.deploy(20, 'staging', hotfix);
    await story.deploy(21, 'production', hotfix, { serviceName: 'ledger' });
    await story.deploy(22, 'production', hotfix, { phase: 'failed' });
    await story.merge(23, 'release', hotfix);
    await enqueueStale(database.db, now);
    const before = (await only()).snoozed;
    await story.deploy(24, 'production', hotfix);
    await enqueueStale(database.db, now);

    expect([before, (await only()).snoozed]).toEqual([{ until: null, by: 'ada' }, null]);
  });

  it('is over when what had landed is open again', async () => {
    await story.deploy(1, 'staging', story.repo.head());
    story.repo.git('cherry-pick', hotfix);
    await story.settle();
    await say('ada', snooze(later(20)));
    const landed = await only();
    story.repo.git('revert', '--no-edit', 'HEAD');
    await story.settle();

    expect(landed).toMatchObject({ state: 'landed', snoozed: { by: 'ada' } });
    expect(await only()).toMatchObject({ state: 'open', snoozed: null });
  });
});

describe('a waiver', () => {
  /** Of what is not to be waived by one alone. */
  const pend = async () => {
    await sql`update backports set title = 'Escape names against SQL injection'`.execute(database.db);
    return say('ada', waive());
  };

  it('that waits for a second person holds once there is one', async () => {
    const waived = await pend();
    const own = await say('ada', { kind: 'second' });
    const pending = await only();
    await say('grace', { kind: 'second' });

    expect(waived).toMatchObject({
      outcome: 'done',
      said: expect.stringMatching(/^A second person must.*about security/),
    });
    expect(pending).toMatchObject({ state: 'open', waived: { by: 'ada', second: null } });
    expect(own.outcome).toBe('refused');
    expect(await only()).toMatchObject({ state: 'waived', waived: { by: 'ada', second: 'grace' } });
  });

  it('that waits goes on waiting while the fix is judged, and is over with it', async () => {
    await pend();
    await story.settle();
    const pending = await only();
    story.repo.git('cherry-pick', hotfix);
    await story.settle();

    expect(pending).toMatchObject({ state: 'open', waived: { by: 'ada' } });
    expect(await only()).toMatchObject({ state: 'landed', waived: null });
  });

  it('for which nobody else was found ends at its time', async () => {
    await pend();
    await enqueueStale(database.db, later(9));

    expect(await only()).toMatchObject({ state: 'open', waived: null, note: null });
  });

  it('is open again with what was said when it ends', async () => {
    await say('ada', waive());
    clock = later(9);
    const { rows } = await sql<{ at: Date }>`select waived_at as at from backports`.execute(database.db);
    await sql`update backports set waived_until = ${now}`.execute(database.db);
    await story.settle();

    expect(rows).toEqual([{ at: now }]);
    expect(await only()).toMatchObject({
      state: 'open',
      waived: null,
      note: 'the waiver of ada has ended: Rewritten there',
    });
    expect(await kept()).toEqual(['ada waived']);
  });

  it('of what never was a commit is over at its time too', async () => {
    await sql`delete from backport_commits`.execute(database.db);
    await sql`
      update backports set repository = null, pull_request = null, fact_facet = 'env', fact_key = 'RETRIES',
        fact_group = 'change 1'
    `.execute(database.db);
    await say('ada', waive());
    const waived = (await only()).state;
    await enqueueStale(database.db, later(9));

    expect([waived, await waiting()]).toEqual(['waived', []]);
    expect(await only()).toMatchObject({ state: 'open', note: 'the waiver of ada has ended: Rewritten there' });
  });
});
