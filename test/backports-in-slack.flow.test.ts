import { addDays } from 'date-fns';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../playground/slack/workspace.ts';
import type { Backport } from '../src/domain/backports/backport.ts';
import type { NagView } from '../src/domain/nags/nag.ts';
import { renderNag } from '../src/slack/messages/nag.ts';
import { backportsInMemory } from './backports-port.ts';
import { aCommit, aPull, aView, proof } from './nag-views.ts';
import { type SlackIncidents, startSlackIncidents } from './slack-incidents.ts';

let world: SlackIncidents;
const { held, port } = backportsInMemory();

beforeAll(async () => {
  world = await startSlackIncidents({ backports: port });
});
afterAll(() => world.stop());
beforeEach(async () => {
  await world.clear();
  held.views = [aView({ owner: person('ada'), actor: { person: person('ada'), task: 'open' } })];
  held.rates = [];
  held.unknown = [];
  held.opened = null;
  held.followed.length = 0;
});

function person(name: string) {
  return { slackId: world.idOf(name), name };
}

function ask(text: string, user = 'ada') {
  return world.type('/backports', text, { user, channel: 'random' });
}

/** The message of the first backport, where everybody sees it. */
async function theMessage(): Promise<Message> {
  const [view] = held.views;
  if (view === undefined) throw new Error('there is no backport');
  const { text, blocks } = renderNag(view);
  const client = world.slack;
  await fetch(`${client.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: 'Bearer xoxb-bot', 'content-type': 'application/json' },
    body: JSON.stringify({ channel: world.channelId('ops'), text, blocks }),
  });
  const message = world.slack.messages('ops', 'ada').at(-1);
  if (message === undefined) throw new Error('it was not posted');
  return message;
}

const told = (user = 'ada') => world.lastTold(user, 'ops').text;
const now = (): Backport => {
  const [view] = held.views;
  if (view === undefined) throw new Error('there is no backport');
  return view.backport;
};

function become(backport: Partial<Backport>, more: Partial<Omit<NagView, 'backport'>> = {}): void {
  const [view] = held.views;
  if (view !== undefined) held.views = [{ ...view, ...more, backport: { ...view.backport, ...backport } }];
}

describe('/backports', () => {
  const many = (count: number, owner: string) =>
    Array.from({ length: count }, (_, index) =>
      aView({ backport: { id: String(100 + index), pullRequest: 100 + index }, owner: person(owner) }),
    );

  it('lists those of who asks, for nobody else to see', async () => {
    held.views = [...held.views, ...many(3, 'grace')];
    const answer = await ask('');

    expect(answer).toContain('1 backport is yours');
    expect(answer).toContain('#798');
    expect(answer).not.toContain('#100');
    expect(world.told('grace', 'random')).toEqual([]);
  });

  it('says when none is, and shows the others with one press', async () => {
    held.views = many(3, 'grace');

    expect(await ask('mine')).toContain('None of the 3 backports that are not done is yours');

    await world.press(world.lastTold('ada', 'random'), 'backports_all');

    expect(world.lastTold('ada', 'random').text).toContain('3 backports are not done');
    expect(world.told('ada', 'random')).toHaveLength(1);
  });

  it('lists those of a service, and teaches what it does not know', async () => {
    held.views = [...many(2, 'grace'), aView({ backport: { service: 'ledger', id: '9', pullRequest: 9 } })];

    expect(await ask('ledger')).toContain('1 backport of ledger is not done');
    expect(await ask('leger')).toContain('/backports ledger');
    expect(await ask('help')).toContain('/backports mine checkout');
  });

  it('turns pages in place, also when what was on one is done meanwhile', async () => {
    held.views = many(20, 'ada');
    await ask('all');

    expect(world.lastTold('ada', 'random').text).toContain('1–8 of 20');

    await world.press(world.lastTold('ada', 'random'), 'backports_next');

    expect(world.lastTold('ada', 'random').text).toContain('9–16 of 20');

    held.views = many(4, 'ada');
    await world.press(world.lastTold('ada', 'random'), 'backports_next');

    expect(world.lastTold('ada', 'random').text).toContain('4 backports are not done');
    expect(world.told('ada', 'random')).toHaveLength(1);
  });

  it('says at its foot how often each rule was not useful, and what cannot be known', async () => {
    held.rates = [
      { rule: 'deploy', told: 40, useless: 2, demoted: false },
      { rule: 'drift', told: 12, useless: 3, demoted: true },
    ];
    held.unknown = ['What staging lacks of acme/ledger is not known: it cannot be read'];
    const answer = await ask('all');

    expect(answer).toContain('deploy 5 % (2 of 40) · drift 25 % (3 of 12, so only listed)');
    expect(answer).toContain('What staging lacks of acme/ledger is not known');
  });

  it('does from its menu what the message does', async () => {
    await ask('');
    await world.press(world.lastTold('ada', 'random'), 'backport_about', { values: ['open:17'] });

    expect(world.lastTold('ada', 'random').text).toContain('I am opening the pull request');
  });

  it.each(['guest', 'partner'])('tells %s nothing', async (user) => {
    await world.type('/backports', 'all', { user, channel: 'ops' });

    expect(JSON.stringify(world.told(user, 'ops').map(({ text, blocks }) => [text, blocks]))).not.toContain('798');
    expect(world.lastTold(user, 'ops').text).toContain('Sorry');
  });
});

describe('the buttons of its message', () => {
  it('open the pull request once, and link it when it is there', async () => {
    const message = await theMessage();
    await world.press(message, 'backport_open');

    expect(told()).toContain('I am opening the pull request');
    expect(held.followed).toEqual(['17']);

    await world.press(message, 'backport_open', { user: 'grace' });

    expect(told('grace')).toContain('It is being opened already');

    become({}, { pull: aPull() });
    await world.press(message, 'backport_open');

    expect(told()).toContain('There is one already');
    expect(told()).toContain('PR #821');
  });

  it('say why no pull request can be opened', async () => {
    held.opened = { outcome: 'refused', why: 'No repository can be read.' };
    await world.press(await theMessage(), 'backport_open');

    expect(told()).toContain('I cannot open it.* No repository can be read.');
  });

  it.each(['guest', 'partner'])('do nothing for %s', async (user) => {
    await world.press(await theMessage(), 'backport_open', { user });

    expect(told(user)).toContain('Sorry');
    expect(held.views[0]?.pull).toBeNull();
  });

  it.each(['backport_open', 'backport_propose', 'backport_waive'])(
    'say that it is settled meanwhile: %s',
    async (action) => {
      const message = await theMessage();
      become({ state: 'live', liveAt: new Date() }, { evidence: proof });
      await world.press(message, action);

      expect(told()).toContain('That is settled meanwhile');
      expect(told()).toContain('home as `4f2a1c9`');
      expect(world.modal('ada')).toBeNull();
    },
  );

  it('say that it is gone', async () => {
    const message = await theMessage();
    held.views = [];
    await world.press(message, 'backport_open');

    expect(told()).toContain('I know that backport no more');
  });

  it('answer the question about a commit, that very commit', async () => {
    const asked = aCommit({ verdict: 'ask', by: proof.evidence.by, containment: 0.62 });
    become({ state: 'candidate', commits: [asked] }, { evidence: asked });
    const message = await theMessage();
    await world.press(message, 'backport_yes');

    expect(told()).toContain('4f2a1c9 is looked at, next to what else speaks for it');

    const other = aCommit({ verdict: 'ask', by: 'd'.repeat(40), containment: 0.7 });
    become({ commits: [other] });
    await world.press(message, 'backport_no', { user: 'grace' });

    expect(told('grace')).toContain('Nothing has changed.* Meanwhile another commit is asked about: ddddddd.');
  });
});

describe('it is already there', () => {
  const form = async () => {
    await world.press(await theMessage(), 'backport_propose');
    return world.openModal('ada');
  };

  it('takes a whole commit at once', async () => {
    const commit = 'abcdef1234'.repeat(4);
    await world.slack.submit(await form(), { user: 'ada', entered: { commit } });

    expect(now().proposed).toMatchObject({ commit, by: world.idOf('ada') });
    expect(JSON.stringify(world.openModal('ada').blocks)).toContain('abcdef1 is looked at');
    expect(held.followed).toEqual(['17']);
  });

  it('looks a short one up after Slack was answered, and tells where they were', async () => {
    await world.slack.submit(await form(), { user: 'ada', entered: { commit: 'abcdef1' } });
    await world.settled();

    expect(JSON.stringify(world.openModal('ada').blocks)).toContain('I look for that commit');
    // Without a repository to look in.
    expect(told()).toContain('Nothing has changed.* That is no commit');
  });

  it('tells in direct messages where nothing can be told', async () => {
    await ask('');
    await world.press(world.lastTold('ada', 'random'), 'backport_about', { values: ['propose:17'] });
    await world.slack.submit(world.openModal('ada'), { user: 'ada', entered: { commit: 'abcdef1' } });
    await world.settled();
    const [direct] = world.slack.workspace.people.flatMap((each) => (each.name === 'ada' ? [each.directChannel] : []));

    expect(world.slack.messages(direct ?? '', 'ada').at(-1)?.text).toContain('That is no commit');
  });

  it.each(['not a commit', 'abc', 'https://example.com/abcdef1', '<!channel>'])('refuses %s', async (commit) => {
    const { errors } = await world.slack.submit(await form(), { user: 'ada', entered: { commit } });

    expect(errors).toMatchObject({ commit: expect.stringContaining('That is no commit') });
    expect(now().proposed).toBeNull();
  });
});

describe('putting it off', () => {
  it('takes one press for a day, and for the next release', async () => {
    const message = await theMessage();
    await world.press(message, 'backport_snooze', { values: ['day:17'] });

    expect(now().snoozed?.until?.getTime()).toBeCloseTo(addDays(new Date(), 1).getTime(), -5);

    await world.press(message, 'backport_snooze', { values: ['release:17'] });

    expect(now()).toMatchObject({ snoozed: { until: null, by: world.idOf('ada') }, snoozes: 2 });
  });

  it('until a day lasts until its morning, where they are', async () => {
    await world.press(await theMessage(), 'backport_snooze', { values: ['date:17'], user: 'grace' });
    const day = addDays(new Date(), 6).toISOString().slice(0, 10);
    await world.slack.submit(world.openModal('grace'), { user: 'grace', entered: { until: 'date', day } });
    const until = now().snoozed?.until ?? null;

    expect(until?.toLocaleString('sv', { timeZone: 'America/New_York' })).toBe(`${day} 09:00:00`);
  });

  it.each<[string, Record<string, string>, string, RegExp]>([
    ['a day that is over', { day: '2020-01-01' }, 'day', /is over/],
    ['a day that is too far', { day: addDays(new Date(), 60).toISOString().slice(0, 10) }, 'day', /at most 30 days/],
  ])('refuses %s', async (_, wrong, field, why) => {
    await world.press(await theMessage(), 'backport_snooze', { values: ['date:17'] });
    const { errors } = await world.slack.submit(world.openModal('ada'), {
      user: 'ada',
      entered: { until: 'date', ...wrong },
    });

    expect(errors).toMatchObject({ [field]: expect.stringMatching(why) });
  });

  it('wants a reason from the fourth time on', async () => {
    become({ snoozes: 3 });
    await world.press(await theMessage(), 'backport_snooze', { values: ['day:17'] });
    const view = world.openModal('ada');

    expect(JSON.stringify(view.blocks)).toContain('It was put off 3 times. Why once more?');

    await world.slack.submit(view, { user: 'ada', entered: { reason: 'the window is on Monday' } });

    expect(now().snoozes).toBe(4);
  });

  it('ends with one press', async () => {
    become({ snoozed: { until: null, by: world.idOf('ada') }, snoozes: 1 });
    const message = await theMessage();
    await world.press(message, 'backport_wake');

    expect(told()).toContain('It is asked about again');
    expect(now().snoozed).toBeNull();

    await world.press(message, 'backport_wake', { user: 'grace' });

    expect(told('grace')).toContain('neither snoozed nor waived');
  });
});

describe('not needed', () => {
  const until = addDays(new Date(), 20).toISOString().slice(0, 10);
  const waive = async (entered: Record<string, string>) => {
    await world.press(await theMessage(), 'backport_waive');
    return world.slack.submit(world.openModal('ada'), { user: 'ada', entered });
  };

  it('takes why and until when', async () => {
    await waive({ reason: 'gone with the next release', until });

    expect(now()).toMatchObject({
      state: 'waived',
      waived: { by: world.idOf('ada'), reason: 'gone with the next release', second: null },
    });
    expect(now().waived?.until.toISOString().slice(0, 10)).toBe(until);
  });

  it.each<[string, Record<string, string>, string, RegExp]>([
    ['a reason without words', { reason: '…' }, 'reason', /Say why/],
    ['a day that is over', { until: '2020-01-01' }, 'until', /is over/],
    ['a day that is too far', { until: '2199-01-01' }, 'until', /at most 180 days/],
  ])('refuses %s at its field', async (_, wrong, field, why) => {
    const { errors } = await waive({ reason: 'gone', until, ...wrong });

    expect(errors).toMatchObject({ [field]: expect.stringMatching(why) });
    expect(now().waived).toBeNull();
  });

  it('takes two for what is of high risk', async () => {
    become({}, { severity: 'high', severityReason: 'is about security' });
    await waive({ reason: 'gone with the next release', until });

    expect(now()).toMatchObject({ state: 'open', waived: { second: null } });

    const message = await theMessage();
    await world.press(message, 'backport_second');

    expect(told()).toContain('cannot be the second person');

    await world.press(message, 'backport_second', { user: 'grace' });

    expect(now()).toMatchObject({ state: 'waived', waived: { second: world.idOf('grace') } });

    await world.press(message, 'backport_second', { user: 'grace' });

    expect(told('grace')).toContain('A second person has said so already');
  });
});

describe('not useful', () => {
  const say = async (cause: string) => world.press(await theMessage(), 'backport_useless', { values: [`${cause}:17`] });

  it.each(['not-a-hotfix', 'not-relevant'])('notes that it is %s', async (cause) => {
    await say(cause);

    expect(told()).toContain('It counts against the rule that found it');
  });

  it('asks by which commit it is done already', async () => {
    await say('already-done');

    expect(JSON.stringify(world.openModal('ada').blocks)).toContain('Which commit brought it to staging?');
  });

  it('asks whose it is when the owner is wrong', async () => {
    await say('wrong-owner');
    await world.slack.submit(world.openModal('ada'), { user: 'ada', entered: { owner: world.idOf('grace') } });

    expect(now().owner).toBe(world.idOf('grace'));
  });

  it('takes no guest for an owner, and nobody at all when it is not known', async () => {
    await say('wrong-owner');
    const { errors } = await world.slack.submit(world.openModal('ada'), {
      user: 'ada',
      entered: { owner: world.idOf('guest') },
    });

    expect(errors).toMatchObject({ owner: expect.stringContaining('full members') });

    await world.slack.submit(world.openModal('ada'), { user: 'ada', entered: {} });

    expect(now().owner).toBe('ada-l');
  });
});

it('reads no button that it did not make', async () => {
  const message = await theMessage();
  await world.post({
    payload: JSON.stringify({
      type: 'block_actions',
      user: { id: world.idOf('ada') },
      container: { message_ts: message.ts },
      channel: { id: message.channel },
      trigger_id: 't',
      actions: [{ type: 'button', action_id: 'backport_open', block_id: 'b', action_ts: '1', value: "17'; drop" }],
    }),
  });
  await world.settled();

  expect(held.views[0]?.pull).toBeNull();
});
