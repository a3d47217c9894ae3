import { subMinutes } from 'date-fns';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serverError } from '../playground/slack/faults.ts';
import { incidentOfRow } from '../src/incidents/incident-rows.ts';
import { sayVerdict } from '../src/incidents/verdict.ts';
import { renderIncidentCard } from '../src/slack/messages/incident-card.ts';
import { aCard } from './incident-cards.ts';
import { insertIncident } from './incidents.ts';
import { type SlackIncidents, startSlackIncidents } from './slack-incidents.ts';

let world: SlackIncidents;

beforeAll(async () => {
  world = await startSlackIncidents();
});
afterAll(() => world.stop());
beforeEach(() => world.clear());

let made = 0;

function refused(error: string) {
  return { status: 200, headers: {}, response: { ok: false, error } };
}

/** A channel made for an incident, with its incident. */
async function incidentChannel(name = 'checkout-errors', options: { private?: boolean } = {}) {
  made += 1;
  const channel = await world.slack.createChannel(`inc-${made}-${name}`, { user: 'ada', ...options });
  if (options.private === true) await world.slack.inviteBot(channel.name, { user: 'ada' });
  else await world.heardOfOurJoining(channel.id);
  await world.settled();
  const incident = (await world.incidents()).find((each) => each.channel_id === channel.id);
  if (incident === undefined) throw new Error('no incident was opened');
  return { channel: channel.name, id: incident.id };
}

describe('a channel made for an incident', () => {
  it('is joined, and has an incident that knows what is affected', async () => {
    const { channel, id } = await incidentChannel('checkout-errors');

    expect(
      world.slack.calls.some(({ method, response }) => method === 'conversations.join' && response['ok'] === true),
    ).toBe(true);
    expect(await world.incidents()).toMatchObject([
      {
        id,
        channel_name: channel,
        services: ['checkout'],
        environment: 'production',
        private: false,
        resolved_at: null,
      },
    ]);
  });

  it('is not one whose name says something else, of which nothing is asked', async () => {
    const calls = world.slack.calls.length;
    await world.slack.createChannel('lunch', { user: 'ada' });
    await world.settled();

    expect(await world.incidents()).toEqual([]);
    expect(world.slack.calls.length).toBe(calls);
  });

  it('may be private: then we are invited', async () => {
    const { id } = await incidentChannel('ledger-leak', { private: true });

    expect(await world.incidents()).toMatchObject([{ id, private: true, services: ['ledger'] }]);
  });

  it('may have been another before', async () => {
    await world.slack.createChannel('checkout-talk', { user: 'ada' });
    await world.slack.renameChannel('checkout-talk', 'incident-checkout', { user: 'ada' });
    await world.settled();

    expect(await world.incidents()).toMatchObject([{ channel_name: 'incident-checkout', services: ['checkout'] }]);
  });

  it('stays the incident’s when it is renamed, and says so in the timeline', async () => {
    const { channel, id } = await incidentChannel();
    await world.slack.renameChannel(channel, 'post-mortem-checkout', { user: 'ada' });
    await world.settled();

    expect(await world.incidents()).toMatchObject([{ id, channel_name: 'post-mortem-checkout' }]);
    expect(await world.entries(id)).toContainEqual(['channel', expect.stringContaining('post-mortem-checkout'), null]);
  });

  it('tells by its topic what is affected', async () => {
    const { channel, id } = await incidentChannel('payments');
    await world.slack.setTopic(channel, 'ledger answers slowly', { user: 'ada' });
    await world.settled();

    expect(await world.incidents()).toMatchObject([{ id, services: ['ledger'] }]);
  });

  it('may be archived: its incident goes on without it, and comes back with it', async () => {
    const { channel, id } = await incidentChannel();
    await world.slack.archiveChannel(channel, { user: 'ada' });
    await world.settled();

    expect(await world.incidents()).toMatchObject([{ id, channel_closed: 'archived', resolved_at: null }]);

    await world.slack.unarchiveChannel(channel, { user: 'ada' });
    await world.settled();

    expect(await world.incidents()).toMatchObject([{ id, channel_closed: null }]);
    expect(world.slack.workspace.channels.find((each) => each.name === channel)?.bot).toBe(true);
  });

  it('may lose its bot, and get it back', async () => {
    const { channel, id } = await incidentChannel();
    await world.slack.removeBot(channel, { user: 'ada' });
    await world.settled();

    expect(await world.incidents()).toMatchObject([{ id, channel_closed: 'the bot was removed' }]);

    await world.slack.inviteBot(channel, { user: 'ada' });
    await world.settled();

    expect(await world.incidents()).toMatchObject([{ id, channel_closed: null }]);
  });

  it('may be deleted', async () => {
    const { channel, id } = await incidentChannel();
    await world.slack.deleteChannel(channel, { user: 'ada' });
    await world.settled();

    expect(await world.incidents()).toMatchObject([{ id, channel_closed: 'deleted' }]);
  });

  it('has its incident also while Slack lets us in nowhere', async () => {
    const over = world.slack.outage('conversations.join', serverError);
    await world.slack.createChannel('inc-checkout', { user: 'ada' });
    await world.settled();
    over();

    expect(await world.incidents()).toMatchObject([{ channel_name: 'inc-checkout', services: ['checkout'] }]);
  });

  it('is none when we are invited to one of another name', async () => {
    await world.slack.inviteBot('random', { user: 'ada' });
    await world.settled();
    await world.slack.removeBot('random', { user: 'ada' });
    await world.settled();

    expect(await world.incidents()).toEqual([]);
  });

  it('is one incident, however often Slack tells of it', async () => {
    const { channel } = await incidentChannel();
    const event = { type: 'channel_created', channel: { id: world.channelId(channel), name: channel } };
    await world.slack.event(event, { id: 'EvAGAIN' });
    await world.slack.event(event, { id: 'EvAGAIN', retry: 1 });
    await world.slack.event(event);
    await world.settled();

    expect(await world.incidents()).toHaveLength(1);
  });
});

describe('/incident in its channel', () => {
  it('alone says how it stands, only to who asks', async () => {
    const { channel, id } = await incidentChannel();

    expect(await world.type('/incident', '', { channel })).toContain(`INC-${id}`);
    expect(world.told('grace', channel)).toEqual([]);
    expect(JSON.stringify(world.lastTold('ada', channel).blocks)).toContain('incident_resolve');
  });

  it('note puts a person’s words into the timeline, as they read', async () => {
    const { channel, id } = await incidentChannel();
    const words = `<@${world.idOf('grace')}> sagt: *Überlast* &amp; 両替できない <!channel>`;

    const answer = await world.type('/incident', `note ${words}`, { channel });

    expect(await world.entries(id)).toContainEqual([
      'note',
      '@Grace sagt: *Überlast* & 両替できない @channel',
      world.idOf('ada'),
    ]);
    expect(answer).toContain('Noted');
    expect(answer).not.toContain('<!channel>');
  });

  it('corrects when it began, in the asker’s time zone', async () => {
    const { channel, id } = await incidentChannel();

    await world.type('/incident', 'start-time 20 minutes ago', { channel });

    const [row] = await world.incidents();
    expect(row).toMatchObject({ id, start_is_said: true });
    expect(Math.abs((row?.started_at.getTime() ?? 0) - subMinutes(new Date(), 20).getTime())).toBeLessThan(10_000);
  });

  it('corrects what is affected, how severe it is and what it is called', async () => {
    const { channel } = await incidentChannel();

    await world.type('/incident', 'services ledger search in staging', { channel });
    await world.type('/incident', 'severity SEV2', { channel });
    await world.type('/incident', 'title "Payments fail"', { channel });

    expect(await world.incidents()).toMatchObject([
      { services: ['ledger', 'search'], environment: 'staging', severity: 'error', title: 'Payments fail' },
    ]);
  });

  it('offers what was probably meant, and does nothing', async () => {
    const { channel, id } = await incidentChannel();

    const answer = await world.type('/incident', 'services chekout', { channel });

    expect(answer).toContain('/incident services checkout');
    expect((await world.entries(id)).map(([kind]) => kind)).not.toContain('scope');
  });

  it('says which change caused it, called by its version', async () => {
    const { channel, id } = await incidentChannel();
    const change = await world.deployed('checkout', '1.42.0', subMinutes(new Date(), 15));

    expect(await world.type('/incident', 'cause checkout v1.42.0 the pool ran dry', { channel })).toContain('caused');

    expect(await world.incidents()).toMatchObject([{ id, cause_id: change, cause_note: 'the pool ran dry' }]);
    expect(world.modal('ada')).toBeNull();
  });

  it('asks why in a form where nobody wrote it', async () => {
    const { channel, id } = await incidentChannel();
    const change = await world.deployed('checkout', '1.42.0', subMinutes(new Date(), 15));

    expect(await world.type('/incident', 'cause checkout v1.42.0', { channel })).toBe('');

    expect(await world.incidents()).toMatchObject([{ id, cause_id: null }]);
    await world.slack.submit(world.openModal('ada'), { user: 'ada', entered: { reason: 'ended' } });
    expect(await world.incidents()).toMatchObject([
      { id, cause_id: change, cause_note: 'it ended when this was taken back' },
    ]);
  });

  it('shows what it read before it keeps it, where it is not sure which words are the reason', async () => {
    const { channel, id } = await incidentChannel();
    const change = await world.deployed('checkout', '1.42.0', subMinutes(new Date(), 15));

    await world.type('/incident', 'not checkout went on without it', { channel });

    expect(await world.entries(id)).not.toContainEqual(expect.arrayContaining(['verdict']));
    const view = world.openModal('ada');
    expect(JSON.stringify(view.blocks)).toContain('went on without it');
    await world.slack.submit(view, { user: 'ada', entered: {} });
    expect(await world.entries(id)).toContainEqual(['verdict', 'went on without it', world.idOf('ada')]);
    expect(change).not.toBe('');
  });

  it('has a button and what to type where Slack opens no form any more', async () => {
    const { channel, id } = await incidentChannel();
    await world.deployed('checkout', '1.42.0', subMinutes(new Date(), 15));
    world.slack.failNext('views.open', refused('expired_trigger_id'));

    const answer = await world.type('/incident', 'not 1.42.0', { channel });

    expect(answer).toContain('Nothing is noted yet');
    expect(answer).toContain(`/incident INC-${id} not 1.42.0: rolled back`);
    await world.press(world.lastTold('ada', channel), 'Say why…');
    await world.slack.submit(world.openModal('ada'), { user: 'ada', entered: { reason: 'went-on' } });
    expect(await world.entries(id)).toContainEqual(['verdict', 'rolled back, and it went on', world.idOf('ada')]);
  });

  it.each([
    ['its place among the suspects', { kind: 'flag', title: 'new-ledger', to: undefined }, 'not new-ledger', 'not 1: '],
    ['its version', {}, 'not checkout', 'not 1.42.0: '],
  ])('then names the change by %s', async (_, more, typed, example) => {
    const { channel, id } = await incidentChannel();
    await world.deployed('checkout', '1.42.0', subMinutes(new Date(), 15), more);
    world.slack.failNext('views.open', refused('expired_trigger_id'));

    expect(await world.type('/incident', typed, { channel })).toContain(`/incident INC-${id} ${example}`);
  });

  it('keeps the reason while one chooses between changes of one name', async () => {
    const { channel, id } = await incidentChannel();
    await world.deployed('checkout', '1.42.0', subMinutes(new Date(), 15));
    await world.deployed('ledger', '1.42.0', subMinutes(new Date(), 14));

    expect(await world.type('/incident', 'cause 1.42.0: its retries', { channel })).toContain('2 changes are called');
    await world.press(world.lastTold('ada', channel), 'incident_verdict');
    await world.slack.submit(world.openModal('ada'), { user: 'ada', entered: {} });

    expect(await world.entries(id)).toContainEqual(['verdict', 'its retries', world.idOf('ada')]);
  });

  it('offers the suspects where no change is called that', async () => {
    const { channel, id } = await incidentChannel();
    await world.deployed('checkout', '1.42.0', subMinutes(new Date(), 15));

    expect(await world.type('/incident', 'cause 9.9.9', { channel })).toContain('1.42.0');

    expect(await world.incidents()).toMatchObject([{ id, cause_id: null }]);
    await world.press(world.lastTold('ada', channel), 'incident_verdict');
    expect(JSON.stringify(world.openModal('ada').blocks)).toContain('1.42.0');
  });

  it('mitigated is said once; the second is told who did', async () => {
    const { channel } = await incidentChannel();

    expect(await world.type('/incident', 'mitigated on the old pool', { channel })).toContain('is mitigated');
    expect(await world.type('/incident', 'mitigated', { channel, user: 'grace' })).toContain(`<@${world.idOf('ada')}>`);
  });

  it('join makes another incident one with it', async () => {
    const { channel, id } = await incidentChannel();
    const page = await insertIncident(world.database.db, { title: 'p99 of checkout' });

    expect(await world.type('/incident', `join INC-${page.id}`, { channel })).toContain('are one now');

    expect((await world.incidents()).find((each) => each.id === page.id)?.merged_into).toBe(id);
  });

  it('part gives an alert that is another fault an incident of its own', async () => {
    const { channel, id } = await incidentChannel();
    const signalId = await world.alerted('Search is slow', id);
    await world.type('/incident', 'part', { channel });

    await world.press(world.lastTold('ada', channel), 'incident_part');

    expect(world.lastTold('ada', channel).text).toContain('Search is slow');
    const joined = await world.database.db.selectFrom('incident_signals').selectAll().execute();
    expect(joined).toMatchObject([{ signal_id: signalId, said_by: world.idOf('ada') }]);
    expect(joined[0]?.incident_id).not.toBe(id);
  });

  it('start points to the one that is there', async () => {
    const { channel } = await incidentChannel();

    expect(await world.type('/incident', 'start Something else', { channel })).toContain(
      'This channel is for one incident',
    );
    expect(await world.incidents()).toHaveLength(1);
  });

  it('helps', async () => {
    const { channel } = await incidentChannel();

    expect(await world.type('/incident', 'help', { channel })).toContain('/incident resolve');
  });

  it('refuses guests politely and does nothing for them', async () => {
    const { channel, id } = await incidentChannel();

    const answer = await world.type('/incident', 'note I was here', { channel, user: 'guest' });

    expect(answer).toContain('full members');
    expect((await world.entries(id)).map(([kind]) => kind)).not.toContain('note');
  });

  it('acts once on two copies of a command', async () => {
    const { channel, id } = await incidentChannel();
    const form = {
      command: '/incident',
      text: 'note once',
      team_id: world.slack.workspace.team.id,
      channel_id: world.channelId(channel),
      channel_name: channel,
      user_id: world.idOf('ada'),
      trigger_id: 'T.twice',
      response_url: 'http://127.0.0.1:9/nowhere',
    };

    await Promise.all([world.post(form), world.post(form)]);
    await world.settled();

    expect((await world.entries(id)).filter(([kind]) => kind === 'note')).toHaveLength(1);
  });
});

describe('/incident elsewhere', () => {
  it('lists the last five that are open, without the private ones, with a button each', async () => {
    for (let count = 1; count <= 7; count += 1) await insertIncident(world.database.db, { title: `Fault ${count}` });
    await insertIncident(world.database.db, { title: 'Secret', private: true });
    await insertIncident(world.database.db, { title: 'Over', resolved_at: new Date() });

    const answer = await world.type('/incident', '', { channel: 'random' });

    expect(answer.match(/"incident_choose"/g)).toHaveLength(5);
    expect(answer).toContain('2 more incidents are open');
    expect(answer).not.toMatch(/Secret|Over/);
  });

  it('does what was asked with the one that is chosen, in place of the list', async () => {
    const { id } = await insertIncident(world.database.db);
    await world.type('/incident', 'note the pool is full', { channel: 'random' });
    const list = world.lastTold('ada', 'random');

    await world.press(list, 'incident_choose');

    expect(await world.entries(id)).toContainEqual(['note', 'the pool is full', world.idOf('ada')]);
    expect(world.told('ada', 'random')).toMatchObject([{ ts: list.ts, text: expect.stringContaining('Noted') }]);
  });

  it('does it with the one that is named', async () => {
    const { id } = await insertIncident(world.database.db);

    await world.type('/incident', `INC-${id} severity SEV3`, { channel: 'random' });

    expect(await world.incidents()).toMatchObject([{ severity: 'warning' }]);
  });

  it('knows nothing of a private one', async () => {
    const { id } = await incidentChannel('ledger-leak', { private: true });

    await world.type('/incident', `INC-${id}`, { channel: 'random' });
    const { text } = world.lastTold('ada', 'random');
    await world.type('/incident', 'INC-999999', { channel: 'random' });

    expect(text.replaceAll(`INC-${id}`, 'INC-999999')).toBe(world.lastTold('ada', 'random').text);
  });

  it('says what to do where none is open', async () => {
    expect(await world.type('/incident', 'resolve', { channel: 'random' })).toContain('/incident start');
  });

  it('start opens a modal that says where the card goes, and the incident', async () => {
    await world.type('/incident', 'start Checkout answers 500', { channel: 'random' });
    const view = world.openModal('ada');

    expect(JSON.stringify(view.blocks)).toContain('Its card goes to #ops');
    await world.slack.submit(view, { user: 'ada', entered: { severity: 'critical' } });
    await world.settled();

    expect(await world.incidents()).toMatchObject([
      {
        title: 'Checkout answers 500',
        severity: 'critical',
        services: ['checkout'],
        environment: 'production',
        channel_id: null,
      },
    ]);
    expect(JSON.stringify(world.openModal('ada').blocks)).toContain('is open');
  });
});

describe('resolving', () => {
  it('asks for the cause with the suspects first, and measures', async () => {
    const { channel, id } = await incidentChannel();
    const cause = await world.deployed('checkout', '1.42.0', subMinutes(new Date(), 2));
    await world.type('/incident', 'start-time 1 minute ago', { channel });
    const fix = await world.deployed('checkout', '1.41.3', new Date());

    await world.type('/incident', 'resolve', { channel });
    const view = world.openModal('ada');
    expect(JSON.stringify(view.blocks)).toContain('Suspects, the likeliest first');
    const { errors } = await world.slack.submit(view, {
      user: 'ada',
      entered: { cause, fix: [fix], note: 'Retries filled the pool' },
    });
    await world.settled();

    expect(errors).toEqual({});
    expect(await world.incidents()).toMatchObject([{ id, cause_id: cause, cause_note: 'Retries filled the pool' }]);
    expect((await world.incidents())[0]?.resolved_at).not.toBeNull();
    expect(JSON.stringify(world.openModal('ada').blocks)).toMatch(/[Rr]esolved after/);
  });

  it('with a cause asks how one knows, and keeps it with the cause', async () => {
    const { channel, id } = await incidentChannel();
    const cause = await world.deployed('checkout', '1.42.0', subMinutes(new Date(), 15));
    await world.type('/incident', 'resolve', { channel });
    const view = world.openModal('ada');

    const { errors } = await world.slack.submit(view, { user: 'ada', entered: { cause } });

    expect(errors).toEqual({ note: 'Say in a few words how you know.' });
    expect(await world.incidents()).toMatchObject([{ id, resolved_at: null, cause_id: null }]);
    await world.slack.submit(view, { user: 'ada', entered: { cause, note: 'Retries filled the pool' } });
    expect(await world.entries(id)).toContainEqual(['verdict', 'Retries filled the pool', world.idOf('ada')]);
  });

  it('offers the backport of a fix that went past staging', async () => {
    const { channel } = await incidentChannel();
    const fix = await world.deployed('checkout', '1.41.4', new Date(Date.now() + 1000), {
      repository: 'acme/checkout',
      branch: 'hotfix/pool',
      commit: 'a'.repeat(40),
      diffUrl: 'https://github.com/acme/checkout/compare/v1.41.3...v1.41.4',
    });

    await world.type('/incident', 'resolve', { channel });
    await world.slack.submit(world.openModal('ada'), {
      user: 'ada',
      entered: { fix: [fix], note: 'the pool is back' },
    });

    const view = world.openModal('ada');
    expect(JSON.stringify(view.blocks)).toContain('Create the backport');
    expect(JSON.stringify(view.blocks)).toContain('https://github.com/acme/checkout/compare/hotfix/pool');
    const { error } = await world.slack.click({ view }, { user: 'ada', action: 'incident_backport' });
    expect(error).toBeNull();
  });

  it('of two people at once keeps what the first said, and tells the second who it was without losing their words', async () => {
    const { channel, id } = await incidentChannel();
    await world.type('/incident', 'resolve', { channel });
    await world.type('/incident', 'resolve', { channel, user: 'grace' });
    const [first, second] = [world.openModal('ada'), world.openModal('grace')];

    await Promise.all([
      world.slack.submit(first, { user: 'ada', entered: { note: 'the pool' } }),
      world.slack.submit(second, { user: 'grace', entered: { note: 'the disk' } }),
    ]);
    await world.settled();

    const resolved = (await world.entries(id)).filter(([kind]) => kind === 'resolved');
    expect(resolved).toHaveLength(1);
    const winner = resolved[0]?.[2] === world.idOf('ada') ? 'ada' : 'grace';
    const loser = winner === 'ada' ? 'grace' : 'ada';
    const told = world.openModal(loser);
    expect(JSON.stringify(told.blocks)).toContain(`<@${world.idOf(winner)}> resolved`);

    const wrote = loser === 'ada' ? 'the pool' : 'the disk';
    expect(JSON.stringify(told.blocks)).toContain(wrote);
    await world.slack.submit(told, { user: loser, entered: {} });
    expect(await world.entries(id)).toContainEqual(['note', wrote, world.idOf(loser)]);
  });

  it('is told, not asked again, when it has been done', async () => {
    const { channel } = await incidentChannel();
    await world.type('/incident', 'resolve', { channel });
    await world.slack.submit(world.openModal('ada'), { user: 'ada', entered: {} });

    const answer = await world.type('/incident', 'resolve', { channel, user: 'grace' });

    expect(answer).toContain(`<@${world.idOf('ada')}>`);
    expect(world.modal('grace')).toBeNull();
    expect(await world.type('/incident', 'reopen', { channel })).toContain('open again');
  });

  it('keeps what was written when the database is away', async () => {
    const { channel } = await incidentChannel();
    await world.type('/incident', 'resolve', { channel });
    const view = world.openModal('ada');
    await world.database.db.schema.alterTable('incident_entries').renameTo('away').execute();

    const failed = await world.slack.submit(view, { user: 'ada', entered: { note: 'the pool' } });
    await world.database.db.schema.alterTable('away').renameTo('incident_entries').execute();
    const again = await world.slack.submit(view, { user: 'ada', entered: { note: 'the pool' } });

    expect(Object.values(failed.errors)).toEqual([expect.stringContaining('nothing was saved')]);
    expect(again.errors).toEqual({});
    expect((await world.incidents())[0]?.resolved_at).not.toBeNull();
  });
});

/** A card on which one suspect can be decided about. */
async function cardOf(channel: string, value: string) {
  const { message } = await world.slack.say('card', { user: 'grace', channel });
  const elements = ['incident_caused', 'incident_dismissed'].map((action) => ({
    type: 'button',
    action_id: action,
    text: { type: 'plain_text', text: action },
    value,
  }));
  return { ...message, blocks: [{ type: 'actions', block_id: 'b', elements }] };
}

describe('a verdict', () => {
  it('is shown whole before it is said, with who said otherwise', async () => {
    const { channel, id } = await incidentChannel();
    await world.deployed('checkout', '1.42.0', subMinutes(new Date(), 15));
    await world.type('/incident', 'not 1.42.0 off in production', { channel, user: 'grace' });

    await world.type('/incident', 'suspect 1.42.0', { channel });
    const view = world.openModal('ada');
    expect(JSON.stringify(view.blocks)).toContain('it was not this (off in production)');
    await world.slack.submit(view, { user: 'ada', entered: { reason: 'else', why: 'errors name its code' } });

    expect(await world.entries(id)).toEqual(
      expect.arrayContaining([
        ['verdict', 'off in production', world.idOf('grace')],
        ['verdict', 'errors name its code', world.idOf('ada')],
      ]),
    );
  });

  it('says of one before it that nobody gave a reason', async () => {
    const { channel, id } = await incidentChannel();
    const changeId = await world.deployed('checkout', '1.42.0', subMinutes(new Date(), 15));
    await sayVerdict(world.database.db, id, { changeId, verdict: 'caused', why: '' }, 'api:ci', new Date());

    await world.press(await cardOf(channel, `${id}:${changeId}`), 'incident_dismissed');

    expect(JSON.stringify(world.openModal('ada').blocks)).toContain('said: it was this (no reason given)');
  });

  it('takes two presses: what is ready, and that it is so', async () => {
    const { channel, id } = await incidentChannel();
    const change = await world.deployed('checkout', '1.42.0', subMinutes(new Date(), 15));
    const card = await cardOf(channel, `${id}:${change}`);

    await world.press(card, 'incident_dismissed');
    await world.slack.submit(world.openModal('ada'), { user: 'ada', entered: { reason: 'elsewhere' } });

    expect(world.modal('ada')).toBeNull();
    expect(await world.entries(id)).toContainEqual([
      'verdict',
      'it runs elsewhere, or does not reach this service',
      world.idOf('ada'),
    ]);
  });

  it.each([
    ['nothing, which Slack itself sees', {}, 'reason'],
    ['something else that is not said', { reason: 'else' }, 'why'],
    ['a dot', { reason: 'else', why: '.' }, 'why'],
  ])('for the reason of %s is asked again, at the field', async (_, entered, at) => {
    const { channel, id } = await incidentChannel();
    const change = await world.deployed('checkout', '1.42.0', subMinutes(new Date(), 15));
    await world.press(await cardOf(channel, `${id}:${change}`), 'incident_caused');
    const view = world.openModal('ada');

    const { errors } = await world.slack.submit(view, { user: 'ada', entered });

    expect(Object.keys(errors)).toEqual([at]);
    expect(await world.incidents()).toMatchObject([{ cause_id: null }]);
    const again = await world.slack.submit(view, { user: 'ada', entered: { reason: 'began' } });
    expect(again.errors).toEqual({});
    expect(await world.incidents()).toMatchObject([{ cause_id: change }]);
  });

  it('of two people at once is kept once, and the second is told who was first', async () => {
    const { channel, id } = await incidentChannel();
    const change = await world.deployed('checkout', '1.42.0', subMinutes(new Date(), 15));
    const card = await cardOf(channel, `${id}:${change}`);
    await world.press(card, 'incident_caused');
    await world.press(card, 'incident_caused', { user: 'grace' });
    const [first, second] = [world.openModal('ada'), world.openModal('grace')];

    await world.slack.submit(first, { user: 'ada', entered: { reason: 'began' } });
    const { errors } = await world.slack.submit(second, { user: 'grace', entered: { reason: 'named' } });

    expect(errors).toEqual({});
    expect((await world.entries(id)).filter(([kind]) => kind === 'verdict')).toHaveLength(1);
    expect(JSON.stringify(world.openModal('grace').blocks)).toContain(`<@${world.idOf('ada')}> said: it was this`);
  });

  it('is kept once when it is submitted twice, and when the button is pressed again', async () => {
    const { channel, id } = await incidentChannel();
    const change = await world.deployed('checkout', '1.42.0', subMinutes(new Date(), 15));
    const card = await cardOf(channel, `${id}:${change}`);
    await world.press(card, 'incident_caused');
    const view = world.openModal('ada');
    const entered = { reason: 'began' };
    await Promise.all([1, 2].map(() => world.slack.submit(view, { user: 'ada', entered })));

    await world.press(card, 'incident_caused');
    const again = world.openModal('ada');
    expect(JSON.stringify(again.blocks)).toContain('it was this (it began when this went live)');
    await world.slack.submit(again, { user: 'ada', entered });

    expect((await world.entries(id)).filter(([kind]) => kind === 'verdict')).toHaveLength(1);
    expect(JSON.stringify(world.openModal('ada').blocks)).toContain('stands already');
  });

  it('for which Slack opens no form any more is answered with what to do', async () => {
    const { channel, id } = await incidentChannel();
    const change = await world.deployed('checkout', '1.42.0', subMinutes(new Date(), 15));
    world.slack.failNext('views.open', refused('expired_trigger_id'));

    await world.press(await cardOf(channel, `${id}:${change}`), 'incident_caused');

    expect(world.lastTold('ada', channel).text).toContain('Please press it again');
    expect(await world.incidents()).toMatchObject([{ cause_id: null }]);
  });

  it('is kept of an incident that was resolved while its form was open', async () => {
    const { channel, id } = await incidentChannel();
    const change = await world.deployed('checkout', '1.42.0', subMinutes(new Date(), 15));
    await world.press(await cardOf(channel, `${id}:${change}`), 'incident_caused');
    const view = world.openModal('ada');
    await world.type('/incident', 'resolve', { channel, user: 'grace' });
    await world.slack.submit(world.openModal('grace'), { user: 'grace', entered: {} });

    const { errors } = await world.slack.submit(view, { user: 'ada', entered: { reason: 'named' } });

    expect(errors).toEqual({});
    expect(world.modal('ada')).toBeNull();
    const [incident] = await world.incidents();
    expect(incident).toMatchObject({ cause_id: change, cause_note: 'errors, logs or traces name what it changed' });
    expect(incident?.resolved_at).not.toBeNull();
  });
});

describe('a press', () => {
  it('that Slack no longer opens a modal for is answered with what to do', async () => {
    const { channel } = await incidentChannel();
    world.slack.failNext('views.open', refused('expired_trigger_id'));

    expect(await world.type('/incident', 'resolve', { channel })).toContain('Please press it again');
    expect(world.modal('ada')).toBeNull();
  });

  it('in the menu of a card says which services are affected', async () => {
    const { channel, id } = await incidentChannel('payments');
    const row = (await world.incidents())[0];
    if (row === undefined) throw new Error('no incident');
    const card = renderIncidentCard(aCard({ incident: incidentOfRow(row), choices: ['checkout', 'ledger'] }));
    const { message } = await world.slack.say('card', { user: 'grace', channel });
    const shown = { ...message, blocks: card.blocks.map((block) => ({ ...block })) };

    await world.press(shown, 'incident_services', { values: ['ledger'] });

    expect(await world.incidents()).toMatchObject([{ id, services: ['ledger'], scope_is_said: true }]);
  });

  it('on a button that says nothing is answered, and does nothing', async () => {
    const { channel, id } = await incidentChannel();
    const before = await world.entries(id);

    await world.press(await cardOf(channel, 'DROP TABLE'), 'incident_caused');

    expect(world.lastTold('ada', channel).text).toContain('can no longer read that button');
    expect(await world.entries(id)).toEqual(before);
  });

  it('of a guest is refused politely', async () => {
    const { channel, id } = await incidentChannel();
    await world.type('/incident', '', { channel });
    await world.press(world.lastTold('ada', channel), 'incident_resolve', { user: 'guest' });

    expect(world.modal('guest')).toBeNull();
    expect(world.lastTold('guest', channel).text).toContain('full members');
    expect(await world.incidents()).toMatchObject([{ id, resolved_at: null }]);
  });
});

describe('correcting', () => {
  it('says only what was altered, so that alerts go on correcting the rest', async () => {
    const { channel, id } = await incidentChannel();
    await world.type('/incident', 'correct', { channel });

    await world.slack.submit(world.openModal('ada'), { user: 'ada', entered: { severity: 'warning' } });

    expect(await world.incidents()).toMatchObject([
      { id, severity: 'warning', scope_is_said: false, start_is_said: false, title_is_said: false },
    ]);
  });

  it('says at the field what is wrong with it', async () => {
    const { channel } = await incidentChannel();
    await world.type('/incident', 'correct', { channel });
    const tomorrow = String(Math.floor(Date.now() / 1000) + 86_400);

    const { errors } = await world.slack.submit(world.openModal('ada'), { user: 'ada', entered: { start: tomorrow } });

    expect(errors).toEqual({ start: 'It cannot have begun in the future.' });
  });
});

describe('📌', () => {
  it('puts the message into the timeline at its own time and in its author’s name, once, until it is taken away', async () => {
    const { channel, id } = await incidentChannel();
    const { message } = await world.slack.say('failing *over* to <https://pool.example.com|pool 2>', {
      user: 'grace',
      channel,
    });
    await world.slack.react(message, 'pushpin', { user: 'ada' });
    await world.slack.react(message, 'pushpin', { user: 'grace' });
    await world.settled();

    const text = 'failing *over* to pool 2 (https://pool.example.com)';
    expect(await world.entries(id)).toContainEqual(['note', text, world.idOf('grace')]);
    const [entry] = await world.database.db
      .selectFrom('incident_entries')
      .selectAll()
      .where('kind', '=', 'note')
      .execute();
    expect(entry?.at.getTime()).toBe(Math.round(Number(message.ts) * 1000));

    await world.slack.unreact(message, 'pushpin', { user: 'ada' });
    await world.settled();
    expect(await world.entries(id)).toContainEqual(['note', text, world.idOf('grace')]);

    await world.slack.unreact(message, 'pushpin', { user: 'grace' });
    await world.settled();
    expect((await world.entries(id)).filter(([kind]) => kind === 'note')).toEqual([]);
  });

  it('also takes an answer in a thread', async () => {
    const { channel, id } = await incidentChannel();
    const { message: first } = await world.slack.say('what now?', { user: 'grace', channel });
    const { message } = await world.slack.say('restart it', { user: 'ada', channel, threadTs: first.ts });
    await world.slack.react(message, 'pushpin', { user: 'grace' });
    await world.settled();

    expect(await world.entries(id)).toContainEqual(['note', 'restart it', world.idOf('ada')]);
  });

  it('follows what becomes of the message', async () => {
    const { channel, id } = await incidentChannel();
    const { message } = await world.slack.say('p99 is 4 s', { user: 'grace', channel });
    await world.slack.react(message, 'pushpin', { user: 'ada' });
    await world.slack.edit(message, 'p99 is 40 s, 両方');
    await world.settled();
    expect(await world.entries(id)).toContainEqual(['note', 'p99 is 40 s, 両方', world.idOf('grace')]);

    await world.slack.remove(message);
    await world.settled();
    expect((await world.entries(id)).filter(([kind]) => kind === 'note')).toEqual([]);
  });

  it('follows the first message of a thread, which leaves a stone behind', async () => {
    const { channel, id } = await incidentChannel();
    const { message } = await world.slack.say('what now?', { user: 'grace', channel });
    await world.slack.say('restart it', { user: 'ada', channel, threadTs: message.ts });
    await world.slack.react(message, 'pushpin', { user: 'ada' });
    await world.settled();
    expect((await world.entries(id)).filter(([kind]) => kind === 'note')).toHaveLength(1);

    await world.slack.remove(message);
    await world.settled();
    expect((await world.entries(id)).filter(([kind]) => kind === 'note')).toEqual([]);
  });

  it('on what is deleted at the same moment keeps nothing of it', async () => {
    const { channel, id } = await incidentChannel();
    const { message } = await world.slack.say('what now?', { user: 'grace', channel });
    await world.slack.say('restart it', { user: 'ada', channel, threadTs: message.ts });
    await world.slack.react(message, 'pushpin', { user: 'ada' });
    await world.slack.remove(message);
    await world.settled();

    expect((await world.entries(id)).filter(([kind]) => kind === 'note')).toEqual([]);
  });

  it('of a guest is refused politely', async () => {
    const { channel, id } = await incidentChannel();
    await world.slack.joinChannel(channel, { user: 'guest' });
    const { message } = await world.slack.say('p99 is 4 s', { user: 'grace', channel });
    await world.slack.react(message, 'pushpin', { user: 'guest' });
    await world.settled();

    expect((await world.entries(id)).filter(([kind]) => kind === 'note')).toEqual([]);
    expect(world.lastTold('guest', channel).text).toContain('full members');
  });

  it('means nothing in other channels', async () => {
    const { message } = await world.slack.say('lunch?', { user: 'grace', channel: 'ops' });
    await world.slack.react(message, 'pushpin', { user: 'ada' });
    await world.settled();

    expect(world.told('ada', 'ops')).toEqual([]);
  });
});

it('reads nothing of what is written in a channel', async () => {
  const { channel } = await incidentChannel();
  await world.settled();
  const before = await world.database.db.selectFrom('slack_requests').selectAll().execute();

  await world.slack.say('the password is in the vault', { user: 'ada', channel });
  const { message } = await world.slack.say('👀', { user: 'ada', channel });
  await world.slack.react(message, 'eyes', { user: 'grace' });
  await world.settled();

  expect(await world.database.db.selectFrom('slack_requests').selectAll().execute()).toEqual(before);
});

describe('the menu of a message', () => {
  it('puts it into the timeline of its channel’s incident', async () => {
    const { channel, id } = await incidentChannel();
    const { message } = await world.slack.say('p99 is 4 s', { user: 'grace', channel });

    await world.slack.shortcut('incident_note_message', { user: 'ada', message });
    await world.settled();

    expect(await world.entries(id)).toContainEqual(['note', 'p99 is 4 s', world.idOf('grace')]);
    expect(world.lastTold('ada', channel).text).toContain('Noted');
  });

  it('asks elsewhere of which incident', async () => {
    const { id } = await insertIncident(world.database.db);
    await insertIncident(world.database.db, { title: 'Another' });
    const { message } = await world.slack.say('p99 is 4 s', { user: 'grace', channel: 'random' });

    await world.slack.shortcut('incident_note_message', { user: 'ada', message });
    await world.settled();
    await world.slack.submit(world.openModal('ada'), { user: 'ada', entered: { incident: id } });

    expect(await world.entries(id)).toContainEqual(['note', 'p99 is 4 s', world.idOf('grace')]);
  });

  it('starts an incident from a message, at its time, one however often it is tried', async () => {
    const { message } = await world.slack.say('checkout *answers* 500\nsince a minute', {
      user: 'grace',
      channel: 'random',
    });

    for (const user of ['ada', 'grace']) {
      await world.slack.shortcut('incident_start_from_message', { user, message });
      await world.settled();
      await world.slack.submit(world.openModal(user), { user, entered: {} });
    }

    const rows = await world.incidents();
    expect(rows).toMatchObject([{ title: 'checkout *answers* 500', services: ['checkout'] }]);
    expect(rows[0]?.started_at.getTime()).toBe(Math.round(Number(message.ts) * 1000));
    expect(JSON.stringify(world.openModal('grace').blocks)).toContain('was open already');
    expect(await world.entries(rows[0]?.id ?? '')).toContainEqual([
      'note',
      'checkout *answers* 500 since a minute',
      world.idOf('grace'),
    ]);
  });
});

describe('/since in its channel', () => {
  it('without words begins before the incident did, with its scope', async () => {
    const { channel } = await incidentChannel();
    const startedAt = (await world.incidents())[0]?.started_at.getTime() ?? 0;

    await world.type('/since', '', { channel });

    const [question] = world.ask.mock.lastCall ?? [];
    expect(question).toMatchObject({
      since: { type: 'instant', at: new Date(startedAt - 86_400_000) },
      environment: 'production',
      services: ['checkout', 'ledger'],
      notes: [expect.stringContaining('before INC-')],
    });
    expect(world.ask.mock.lastCall?.[1].fault).toMatchObject({ onset: new Date(startedAt), services: ['checkout'] });
  });

  it('knows a private incident by its name there and nowhere else', async () => {
    const { channel, id } = await incidentChannel('ledger-leak', { private: true });

    await world.type('/since', `INC-${id}`, { channel });
    expect(world.ask.mock.lastCall?.[1].channel).toBe(world.channelId(channel));
    await world.type('/since', `INC-${id}`, { channel: 'ops' });
    expect(world.ask.mock.lastCall?.[1].channel).toBe(world.channelId('ops'));
  });

  it('with a time is as anywhere', async () => {
    const { channel } = await incidentChannel();

    await world.type('/since', '2h', { channel });

    expect(world.ask.mock.lastCall?.[0]).toMatchObject({ services: [], notes: [] });
  });

  it('catchup says privately how it stands', async () => {
    const { channel, id } = await incidentChannel();

    expect(await world.type('/since', 'catchup', { channel })).toContain(`INC-${id}`);
    expect(world.ask).not.toHaveBeenCalled();
    expect(world.told('grace', channel)).toEqual([]);
  });
});

describe('/incident timeline', () => {
  it('is attached as a file in its channel', async () => {
    const { channel, id } = await incidentChannel();
    await world.type('/incident', 'note failing over', { channel });

    expect(await world.type('/incident', 'timeline', { channel })).toContain('in the channel as a file');

    const files = world.slack.messages(channel, 'grace').flatMap((message) => message.files);
    expect(files).toMatchObject([{ name: `inc-${id}.md`, text: expect.stringContaining('failing over') }]);
  });

  it('shows the asker the story so far, each moment by their own clock', async () => {
    const { channel } = await incidentChannel();
    await world.type('/incident', 'note failing over', { channel });

    const answer = await world.type('/incident', 'timeline', { channel });

    expect(answer).toMatch(/<!date\^\d+\^\{date_short_pretty\} \{time\}\|[^>]+>  \*The fault began\*/);
    expect(answer).toMatch(/<!date\^\d+\^[^>]+>  :pushpin: “failing over” · <@U\w+>/);
  });

  it('is text for the asker alone where Slack takes no file', async () => {
    const { channel } = await incidentChannel();
    world.slack.failNext('files.getUploadURLExternal', refused('missing_scope'));

    const answer = await world.type('/incident', 'timeline', { channel });

    expect(answer).toContain('missing_scope');
    expect(answer).toContain('Paste it into a canvas');
    expect(world.slack.messages(channel, 'grace').flatMap((message) => message.files)).toEqual([]);
  });

  it('is text, too, when Slack breaks off', async () => {
    const { channel } = await incidentChannel();
    const over = world.slack.outage('upload', serverError);
    const answer = await world.type('/incident', 'timeline', { channel });
    over();

    expect(answer).toContain('Paste it into a canvas');
  });

  it('is never put into another channel', async () => {
    const { id } = await incidentChannel();

    expect(await world.type('/incident', `timeline INC-${id}`, { channel: 'ops' })).toContain('as Markdown');
    expect(world.slack.messages('ops', 'grace')).toEqual([]);
  });
});
