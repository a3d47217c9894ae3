import { type Insertable, type Updateable, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pageOf } from '../src/backports/nags/page.ts';
import { planNags } from '../src/backports/nags/plan.ts';
import { ruleRates } from '../src/backports/nags/rates.ts';
import { backportSeverity } from '../src/backports/severity.ts';
import type { BackportDecisions, Backports } from '../src/database/backport-tables.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';
import { type NagWorld, planWords, startNags, tellAll } from './nags.ts';

let database: TestDatabase;
let world: NagWorld;
const told = new Date('2026-11-16T10:00Z');

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  world = await startNags(database);
});
afterAll(() => database.close());

async function plan(now: string) {
  return planNags(world.dependencies, new Date(now));
}

/** What is planned, and then told. */
async function tell(now: string): Promise<string> {
  const planned = await plan(now);
  await tellAll(world.dependencies, planned, new Date(now));
  return planWords(planned);
}

async function say(
  id: string,
  kind: BackportDecisions['kind'],
  at: string,
  more: Partial<Insertable<BackportDecisions>> = {},
) {
  await database.db
    .insertInto('backport_decisions')
    .values({ backport_id: id, kind, by: 'UADA', at: new Date(at), ...more })
    .execute();
}

async function alter(id: string, set: Updateable<Backports>) {
  await database.db.updateTable('backports').set(set).where('id', '=', id).execute();
}

describe('a backport', () => {
  it('is told to its channel, its owner, the team and the lead, each once, and then to nobody', async () => {
    const id = await world.open();

    expect([
      await tell('2026-11-16T10:01Z'),
      await tell('2026-11-16T10:02Z'),
      await tell('2026-11-16T13:59Z'),
      await tell('2026-11-16T14:00Z'),
      await tell('2026-11-16T14:01Z'),
      await tell('2026-11-17T10:00Z'),
      await tell('2026-11-19T10:00Z'),
      await tell('2026-11-25T12:00Z'),
      await tell('2026-11-25T12:01Z'),
    ]).toEqual([
      `message ${id}`,
      '',
      '',
      // The message in the channel says when it will speak again.
      `message ${id}; ada 2026-11-16: ${id}`,
      '',
      `message ${id}; thread ${id} payments-team, waited`,
      `message ${id}; lea 2026-11-19: ${id} (lead of ${id})`,
      `message ${id}`,
      '',
    ]);
    const [message] = (await plan('2026-11-26T12:00Z')).messages;
    expect([message?.view.next, message?.view.told]).toEqual([null, ['channel', 'owner', 'team', 'lead']]);
  });

  it('is told to nobody by direct message who wants none, and to the team in its time', async () => {
    const id = await world.open();
    world.people.set('UADA', { reminders: false });
    world.people.set('ULEA', { reminders: false });

    expect([
      await tell('2026-11-16T10:01Z'),
      await tell('2026-11-16T14:00Z'),
      await tell('2026-11-17T10:00Z'),
      await tell('2026-11-20T16:00Z'),
    ]).toEqual([`message ${id}`, '', `message ${id}; thread ${id} payments-team, waited`, `message ${id}`]);
  });

  it('says when it will speak again, and to whom', async () => {
    await world.open();
    const [message] = (await plan('2026-11-16T10:01Z')).messages;

    expect(message?.view.next).toEqual({
      at: new Date('2026-11-16T14:00Z'),
      step: 'owner',
      person: { slackId: 'UADA', name: 'ada' },
    });
    expect(await database.db.selectFrom('nags').select(['next_at', 'next_step', 'next_person']).execute()).toEqual([
      { next_at: new Date('2026-11-16T14:00Z'), next_step: 'owner', next_person: 'UADA' },
    ]);
  });

  it('is told to whoever can act: the reviewer of its pull request, six hours after it moved', async () => {
    const id = await world.open();
    world.pulls.set(id, {
      number: 821,
      url: null,
      branch: 'backport-1',
      base: 'main',
      state: 'review-wanted',
      author: 'ada-l',
      reviewers: ['grace-h'],
      approvers: [],
      mergers: [],
      openedByUs: true,
      wantedBy: null,
      problem: null,
      updatedAt: new Date('2026-11-16T10:30Z'),
    });

    expect([await tell('2026-11-16T14:00Z'), await tell('2026-11-16T16:30Z')]).toEqual([
      `message ${id}`,
      `message ${id}; grace 2026-11-16: ${id}`,
    ]);
  });

  it('that is severe is told sooner: it came during a severe incident', async () => {
    const { rows } = await sql<{ id: string }>`
      insert into incidents (title, symptom, severity, services, started_at, opened_at)
      values ('Checkout errors', '', 'critical', '{}', '2026-11-16T09:00Z', '2026-11-16T09:00Z') returning id
    `.execute(database.db);
    const [incident = { id: '' }] = rows;
    const id = await world.open({ incident_id: incident.id });
    const { messages } = await plan('2026-11-16T10:01Z');

    expect([messages[0]?.view.severityReason, messages[0]?.view.incident]).toEqual([
      'came during an incident of severity critical',
      { reference: `INC-${incident.id}`, title: 'Checkout errors' },
    ]);
    expect(await tell('2026-11-16T11:00Z')).toBe(`message ${id}; ada 2026-11-16: ${id}`);
  });

  it('that migrates a database is severe too', async () => {
    const id = await world.open();
    const commit = 'a'.repeat(40);
    await sql`
      insert into backport_commits (repository, commit, reference, mirror, backport_id, place, is_merge, title, verdict,
        missing_files, judged_at)
      values ('acme/checkout', ${commit}, 'production', 'staging', ${id}, 0, false, 'Add an index', 'not-found', '{}', now())
    `.execute(database.db);
    await sql`
      insert into commit_fingerprints (repository, commit, version, parents, author, authored_at, message, lines,
        size, files, is_binary)
      values ('acme/checkout', ${commit}, 1, '{}', 'Ada', 0, 'Add an index', '', 1,
        '{src/a.ts,src/migrations/0007-index.sql}', false)
    `.execute(database.db);
    const backport = (await plan('2026-11-16T10:01Z')).messages[0]?.view.backport;
    const judged = backport === undefined ? null : await backportSeverity(database.db, backport);

    expect(judged).toEqual({
      severity: 'high',
      reason: 'migrates a database: it touches src/migrations/0007-index.sql',
    });
  });

  it('that was there before anybody looked, or could be told for a week, is told to nobody', async () => {
    await world.open({ imported: true });
    await world.open({ opened_at: new Date('2026-10-01T10:00Z') });

    expect(await tell('2026-11-17T14:00Z')).toBe('');
  });

  it('is told of until its message says that it is home, and when it is missing again', async () => {
    const id = await world.open();
    await tell('2026-11-16T14:00Z');
    await tell('2026-11-16T14:01Z');
    await alter(id, {
      state: 'live',
      landed_at: new Date('2026-11-16T15:00Z'),
      live_at: new Date('2026-11-16T15:00Z'),
    });
    const home = [await tell('2026-11-16T15:01Z'), await tell('2026-11-16T15:02Z'), await tell('2026-11-20T12:00Z')];
    await alter(id, { state: 'open', landed_at: null, live_at: null });

    expect([...home, await tell('2026-11-23T12:00Z')]).toEqual([
      `message ${id}`,
      '',
      '',
      `message ${id}; ada 2026-11-23: ${id}`,
    ]);
  });
});

describe('nobody hears of a backport', () => {
  it('that is snoozed, until that ends: then its owner does, and the rest of the ladder follows', async () => {
    const id = await world.open();
    await tell('2026-11-16T14:00Z');
    await say(id, 'snoozed', '2026-11-16T15:00Z', { until: new Date('2026-11-19T10:00Z') });
    await alter(id, { snoozed_until: new Date('2026-11-19T10:00Z'), snoozed_by: 'UADA', snoozes: 1 });
    const silent = [await tell('2026-11-16T15:01Z'), await tell('2026-11-18T12:00Z')];
    const next = await database.db.selectFrom('nags').select(['next_at', 'next_person']).execute();

    expect(next).toEqual([{ next_at: new Date('2026-11-19T10:00Z'), next_person: 'UADA' }]);
    expect([
      ...silent,
      await tell('2026-11-19T10:00Z'),
      await tell('2026-11-19T13:59Z'),
      await tell('2026-11-19T14:00Z'),
    ]).toEqual([
      `message ${id}`,
      `message ${id}`,
      `message ${id}; ada 2026-11-19: ${id}`,
      '',
      `message ${id}; thread ${id} payments-team, waited`,
    ]);
  });

  it('that is snoozed until the next release, until there is one', async () => {
    const id = await world.open();
    await say(id, 'snoozed', '2026-11-16T12:00Z');
    await alter(id, { snoozed_release: true, snoozed_by: 'UADA', snoozes: 1 });
    const silent = [await tell('2026-11-16T16:00Z'), await tell('2026-11-17T16:00Z')];
    await sql`
      insert into changes (at, occurred_at, kind, status, environment, service, services, title, actors, recorded_at, events)
      values ('2026-11-18T09:30Z', '2026-11-18T09:30Z', 'deploy', 'succeeded', 'production', 'checkout', '{checkout}',
        'deploy', '{}', '2026-11-18T09:30Z', '[]')
    `.execute(database.db);

    expect([...silent, await tell('2026-11-18T10:00Z')]).toEqual(['', '', `message ${id}; ada 2026-11-18: ${id}`]);
  });

  it('that is waived, until that ends; a waiver that needs a second person asks for one', async () => {
    const waived = { waived_by: 'UADA', waived_reason: 'rewritten', waived_until: new Date('2026-11-18T10:00Z') };
    const id = await world.open({ ...waived, state: 'waived', recorded_at: new Date('2026-11-16T10:00Z') });
    const other = await world.open({ ...waived, owner: 'grace-h', waived_until: new Date('2026-12-18T10:00Z') });
    const first = await tell('2026-11-16T14:00Z');

    expect([first, await tell('2026-11-18T10:00Z')]).toEqual([
      `message ${other}; lea 2026-11-16: ${other}`,
      `message ${other}; message ${id}; ada 2026-11-18: ${id}; thread ${other} payments-team, waited`,
    ]);
  });

  it('of which somebody said that it is not useful; the team does when it is not theirs', async () => {
    const id = await world.open();
    const other = await world.open();
    await say(id, 'useless', '2026-11-16T10:30Z', { cause: 'not-a-hotfix' });
    await say(other, 'useless', '2026-11-16T10:30Z', { cause: 'wrong-owner' });
    const first = await tell('2026-11-16T10:31Z');
    await say(other, 'handed-over', '2026-11-16T10:45Z', { handed_to: 'UGRACE' });
    await alter(other, { owner: 'UGRACE' });

    expect([first, await tell('2026-11-17T16:00Z')]).toEqual([
      `message ${other}; thread ${other} payments-team, wrong-owner`,
      `message ${other}; grace 2026-11-17: ${other}`,
    ]);
  });

  it('whose rule finds too much that is not useful', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 10; index += 1) ids.push(await world.open({ rule: 'merge', opened_at: told }));
    await tell('2026-11-16T10:30Z');
    const before = await ruleRates(database.db, new Date('2026-11-16T11:00Z'));
    const [first = '', second = ''] = ids;
    await say(first, 'useless', '2026-11-16T11:00Z', { cause: 'not-relevant' });
    await say(first, 'useless', '2026-11-16T11:10Z', { cause: 'already-done' });
    const tenth = await ruleRates(database.db, new Date('2026-11-16T11:30Z'));
    await say(second, 'useless', '2026-11-16T11:40Z', { cause: 'not-a-hotfix' });
    const after = await ruleRates(database.db, new Date('2026-11-16T12:00Z'));
    const later = await ruleRates(database.db, new Date('2027-03-16T12:00Z'));
    await world.open({ rule: 'merge', opened_at: told });
    const other = await world.open({ rule: 'deploy', opened_at: told });
    const { cards, escalations, messages } = await plan('2026-11-17T14:00Z');
    const of = (rates: typeof before) => rates.find(({ rule }) => rule === 'merge');

    expect([of(before), of(tenth), of(after), of(later)]).toEqual([
      { rule: 'merge', told: 10, useless: 0, demoted: false },
      { rule: 'merge', told: 10, useless: 1, demoted: false },
      { rule: 'merge', told: 10, useless: 2, demoted: true },
      { rule: 'merge', told: 0, useless: 0, demoted: false },
    ]);
    // Those that have a message keep it.
    expect([cards.flatMap(({ views }) => views).map(({ backport }) => backport.id), escalations]).toEqual([
      [other],
      [],
    ]);
    expect(messages.map(({ view }) => view.backport.id).toSorted()).toEqual([...ids, other].toSorted());
  });
});

describe('people', () => {
  it('hear of all in one message a day, also of what comes later that day, and when Slack was down', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 10; index += 1) {
      ids.push(await world.open({ opened_at: new Date(Date.UTC(2026, 10, 16, 9, index * 30)) }));
    }
    // Slack is down: what is planned is not told.
    for (const at of ['2026-11-16T13:00Z', '2026-11-16T14:30Z', '2026-11-16T17:00Z', '2026-11-16T22:00Z'])
      await plan(at);
    const cards = (await plan('2026-11-17T09:00Z')).cards;
    await tell('2026-11-17T09:00Z');
    const late = await world.open({ opened_at: new Date('2026-11-17T09:05Z') });
    const sameDay = await tell('2026-11-17T17:00Z');

    expect(cards.map(({ person, day, views, total }) => [person.name, day, views.length, total])).toEqual([
      ['ada', '2026-11-17', 10, 10],
    ]);
    expect(sameDay).not.toContain('ada 2026');
    expect((await plan('2026-11-18T09:00Z')).cards.map(({ day, total }) => [day, total])).toEqual([['2026-11-18', 11]]);
    expect(late).not.toBe('');
    expect(await database.db.selectFrom('nag_cards').select(['person', 'day']).orderBy('day').execute()).toEqual([
      { person: 'UADA', day: '2026-11-17' },
      { person: 'UADA', day: '2026-11-18' },
    ]);
  });

  it('keep for a week what they were told, as it is now', async () => {
    const [home, waits] = [await world.open(), await world.open()];
    await tell('2026-11-16T14:00Z');
    await alter(home, { state: 'live', landed_at: told, live_at: told });
    await tell('2026-11-16T15:00Z');
    const kept = async (now: string) =>
      (await plan(now)).toldCards.map(({ person, day, views, total }) => [
        `${person.slackId} ${day}`,
        views.map(({ backport }) => `${backport.id} ${backport.state}`),
        total,
      ]);

    expect(await kept('2026-11-17T09:00Z')).toEqual([['UADA 2026-11-16', [`${home} live`, `${waits} open`], 2]]);

    await alter(waits, { state: 'live', landed_at: told, live_at: told });
    await tell('2026-11-17T09:10Z');

    expect(await kept('2026-11-17T09:20Z')).toEqual([['UADA 2026-11-16', [`${home} live`, `${waits} live`], 2]]);
    expect(await kept('2026-11-23T14:01Z')).toEqual([]);
  });

  it('are told how many wait still of more than a message holds', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 60; count += 1) ids.push(await world.open());
    await tell('2026-11-16T14:00Z');
    for (const id of [...ids.slice(0, 5), ...ids.slice(-3)])
      await alter(id, { state: 'live', landed_at: told, live_at: told });
    const [card] = (await plan('2026-11-16T15:00Z')).toldCards;

    expect([card?.views.length, card?.total]).toEqual([50, 57]);
  });

  it('are not told twice by two processes, nor by one that stopped before it could say that it told them', async () => {
    const id = await world.open();
    const now = '2026-11-16T14:00Z';
    const [one, other] = await Promise.all([plan(now), plan(now)]);
    const again = await plan('2026-11-16T14:05Z');
    await Promise.all([
      tellAll(world.dependencies, one, new Date(now)),
      tellAll(world.dependencies, other, new Date(now)),
    ]);
    const keys = [one, other, again].map(({ cards }) => cards.map(({ person, day }) => `${person.slackId} ${day}`));

    expect(keys).toEqual([['UADA 2026-11-16'], ['UADA 2026-11-16'], ['UADA 2026-11-16']]);
    expect((await plan('2026-11-16T14:06Z')).cards).toEqual([]);
    expect(
      await database.db.selectFrom('nag_steps').select(['backport_id', 'step', 'occasion']).orderBy('step').execute(),
    ).toEqual([
      { backport_id: id, step: 'channel', occasion: '' },
      { backport_id: id, step: 'owner', occasion: 'to:UADA' },
    ]);
  });

  it('who got a message that is planned no more meanwhile have been told all the same', async () => {
    const id = await world.open();
    const planned = await plan('2026-11-16T14:00Z');
    await alter(id, { state: 'live', landed_at: told, live_at: told });
    await plan('2026-11-16T14:01Z');
    await tellAll(world.dependencies, planned, new Date('2026-11-16T14:02Z'));
    await alter(id, { state: 'open', landed_at: null, live_at: null });
    await world.open();

    expect((await plan('2026-11-16T15:00Z')).cards).toEqual([]);
    const steps = await database.db.selectFrom('nag_steps').select('occasion').where('step', '=', 'owner').execute();
    expect(steps).toEqual([{ occasion: 'to:UADA' }]);
  });

  it('who have left are replaced by the team at once; they are asked about when it matters', async () => {
    const id = await world.open();
    await tell('2026-11-16T10:01Z');
    world.people.set('UADA', { active: false });

    expect([await tell('2026-11-16T11:00Z'), await tell('2026-11-16T14:00Z'), await tell('2026-11-16T14:01Z')]).toEqual(
      ['', `message ${id}; thread ${id} payments-team, left`, ''],
    );
  });

  it('are told where they are, and not while they want to be left alone', async () => {
    const id = await world.open();
    world.people.set('UADA', { timezone: 'America/New_York', dndUntil: new Date('2026-11-16T20:00Z') });

    expect([await tell('2026-11-16T14:00Z'), await tell('2026-11-16T18:30Z'), await tell('2026-11-16T20:00Z')]).toEqual(
      [`message ${id}`, '', `message ${id}; ada 2026-11-16: ${id}`],
    );
  });

  it('are asked about once a day, and before they are told', async () => {
    await world.open();
    await tell('2026-11-16T10:01Z');
    await tell('2026-11-16T10:02Z');
    await tell('2026-11-16T14:00Z');

    expect(world.asked).toEqual(['UADA', 'ULEA', 'UADA']);
  });

  it('are told nothing while Slack cannot be asked about them', async () => {
    await world.open();
    const dependencies = { ...world.dependencies, availability: () => Promise.reject(new Error('Slack is down')) };

    await expect(planNags(dependencies, new Date('2026-11-16T14:00Z'))).rejects.toThrow('Slack is down');
    expect(await database.db.selectFrom('nag_cards').selectAll().execute()).toEqual([]);
  });
});

it('ten thousand are planned, told and listed in a few queries', async () => {
  await sql`
    insert into backports (state, service, reference, mirror, repository, title, why, owner, imported, opened_at, recorded_at)
    select 'open', 'checkout', 'production', 'staging', 'acme/checkout', 'Fix ' || n, 'is missing',
      (array['ada-l', 'grace-h', 'mary'])[1 + n % 3], false, '2026-11-16T10:00Z', '2026-11-16T10:00Z'
    from generate_series(1, 10000) as n
  `.execute(database.db);
  await sql`
    insert into backport_commits (repository, commit, reference, mirror, backport_id, place, is_merge, title, verdict,
      missing_files, judged_at)
    select repository, lpad(to_hex(id), 40, '0'), reference, mirror, id, 0, false, title, 'not-found', '{}', opened_at
    from backports
  `.execute(database.db);
  let queries = 0;
  const db = database.db.withPlugin({
    transformQuery: ({ node }) => {
      queries += 1;
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  });
  const planned = await planNags({ ...world.dependencies, db }, new Date('2026-11-16T14:00Z'));

  expect(planned.messages).toHaveLength(10_000);
  expect(new Set(planned.cards.map(({ person, views, total }) => `${person.name} ${views.length} ${total}`))).toEqual(
    new Set(['ada 50 3333', 'grace 50 6667']),
  );

  await tellAll({ db }, { ...planned, messages: [] }, new Date('2026-11-16T14:00Z'));

  expect(queries).toBeLessThan(40);

  queries = 0;
  const asked = { service: null, hidden: [], offset: 8, limit: 8 };
  const mine = await pageOf({ ...world.dependencies, db }, { ...asked, mine: 'UADA' }, new Date('2026-11-16T14:00Z'));
  const all = await pageOf({ ...world.dependencies, db }, { ...asked, mine: null }, new Date('2026-11-16T14:00Z'));

  expect([mine, all].map(({ views, total }) => [views.length, total])).toEqual([
    [8, 3333],
    [8, 10_000],
  ]);
  expect(queries).toBeLessThan(40);
});

describe('a backport of a restricted service', () => {
  it('is told to those who own it, and to nobody else, whoever made it', async () => {
    const id = await world.open();
    world.restricted.add('checkout');
    // In its own channel, whose people see it: nobody else can be asked.
    const team = `message ${id}; thread ${id} payments-team, unknown`;
    expect([
      await tell('2026-11-16T10:01Z'),
      await tell('2026-11-16T14:00Z'),
      await tell('2026-11-17T10:00Z'),
      await tell('2026-11-19T10:00Z'),
    ]).toEqual([`message ${id}`, team, `message ${id}`, `message ${id}`]);
    expect(await database.db.selectFrom('nag_cards').selectAll().execute()).toEqual([]);

    world.seeing.add('ULEA');
    expect(await tell('2026-11-20T10:00Z')).toContain(`lea 2026-11-20: ${id}`);
  });

  it('is no more in the message of somebody who owns it no more', async () => {
    const id = await world.open();
    world.restricted.add('checkout').add('ledger');
    world.seeing.add('UADA');
    await tell('2026-11-16T10:01Z');
    expect(await tell('2026-11-16T14:00Z')).toContain(`ada 2026-11-16: ${id}`);
    const shown = async () => (await plan('2026-11-16T15:00Z')).toldCards.map(({ views }) => views.length);
    expect(await shown()).toEqual([1]);

    world.seeing.delete('UADA');
    expect(await shown()).toEqual([0]);
  });

  it('is not told by its incident where a backport of another service fixes that', async () => {
    const { id: incident } = await database.db
      .insertInto('incidents')
      .values({
        title: 'Salaries are late',
        symptom: '',
        severity: null,
        environment: 'production',
        services: ['payroll'],
        started_at: told,
        opened_at: told,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await world.open({ incident_id: incident });
    const shown = async () => (await plan('2026-11-16T10:01Z')).messages.map(({ view }) => view.incident?.title);
    expect(await shown()).toEqual(['Salaries are late']);

    world.restricted.add('payroll');
    expect(await shown()).toEqual([undefined]);
  });
});
