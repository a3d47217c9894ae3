import { afterEach, beforeEach, expect, it } from 'vitest';
import { startReceiver, startTestWorkspace, type TestWorkspace } from './test-workspace.ts';

let workspace: TestWorkspace;

beforeEach(async () => {
  workspace = await startTestWorkspace();
});
afterEach(() => workspace.close());

const ada = { user: 'ada' };
const here = { user: 'ada', channel: 'incidents' };

it('tells of what people write where the bot is, and of a mention twice', async () => {
  const { slack, events, kinds, idOf, channelId } = workspace;
  await slack.say('nobody hears this', { user: 'ada', channel: 'random' });
  const { message } = await slack.say('checkout is slow', here);
  await slack.mention('what changed?', { user: 'ada', channel: 'war-room' });
  await slack.dm('hello', ada);

  expect(kinds()).toEqual(['message.channels', 'message.groups', 'app_mention', 'message.im']);
  expect(events()[0]).toMatchObject({
    user: idOf('ada'),
    text: 'checkout is slow',
    channel: channelId('incidents'),
    channel_type: 'channel',
    ts: message.ts,
    event_ts: message.ts,
  });
  expect(events()[2]).not.toHaveProperty('channel_type');
});

it('tells of an edit with what stood there before', async () => {
  const { slack, events, kinds, forget, idOf } = workspace;
  const { message } = await slack.say('checkout is slow', here);
  forget();

  await slack.edit(message, 'checkout is down');

  expect(kinds()).toEqual(['message.channels message_changed']);
  const [event] = events();
  expect(event).toMatchObject({
    hidden: true,
    channel_type: 'channel',
    message: { ts: message.ts, text: 'checkout is down', user: idOf('ada'), edited: { user: idOf('ada') } },
    previous_message: { ts: message.ts, text: 'checkout is slow' },
  });
  expect(event?.['ts']).not.toBe(message.ts);
  expect(event?.['previous_message']).not.toHaveProperty('edited');
});

it('tells of a deletion', async () => {
  const { slack, events, kinds, forget } = workspace;
  const { message } = await slack.say('wrong channel', here);
  forget();

  await slack.remove(message);

  expect(kinds()).toEqual(['message.channels message_deleted']);
  expect(events()[0]).toMatchObject({ deleted_ts: message.ts, previous_message: { text: 'wrong channel' } });
  expect(slack.messages('incidents', 'ada')).toEqual([]);
});

it('leaves a stone where a thread began', async () => {
  const { slack, events, forget, idOf } = workspace;
  const { message } = await slack.say('checkout is slow', here);
  await slack.say('looking', { user: 'grace', channel: 'incidents', threadTs: message.ts });
  const reply = events().at(-1);
  forget();

  await slack.remove(message);

  expect(reply).toMatchObject({ thread_ts: message.ts, parent_user_id: idOf('ada') });
  expect(events()).toMatchObject([
    { subtype: 'message_changed', message: { subtype: 'tombstone', ts: message.ts, user: 'USLACKBOT' } },
  ]);
});

it('tells of reactions', async () => {
  const { slack, events, kinds, forget, idOf, channelId } = workspace;
  const { message } = await slack.say('rolled back', here);
  const { message: elsewhere } = await slack.say('lunch?', { user: 'ada', channel: 'random' });
  forget();

  await slack.react(message, 'pushpin', { user: 'grace' });
  await slack.react(elsewhere, 'pushpin', { user: 'grace' });
  await slack.unreact(message, 'pushpin', { user: 'grace' });

  expect(kinds()).toEqual(['reaction_added', 'reaction_removed']);
  expect(events()[0]).toEqual({
    type: 'reaction_added',
    user: idOf('grace'),
    reaction: 'pushpin',
    item: { type: 'message', channel: channelId('incidents'), ts: message.ts },
    item_user: idOf('ada'),
    event_ts: expect.any(String),
  });
  await expect(slack.unreact(message, 'pushpin', { user: 'grace' })).rejects.toThrow('grace has not put :pushpin:');
});

it('tells of pins, and a test can ask for them', async () => {
  const { slack, events, kinds, forget, idOf } = workspace;
  const { message } = await slack.say('rolled back', here);
  forget();

  await slack.pin(message, ada);
  const held = slack.pinned('incidents').map(({ text }) => text);
  await slack.unpin(message, ada);

  expect(held).toEqual(['rolled back']);
  expect(slack.pinned('incidents')).toEqual([]);
  expect(kinds()).toEqual(['pin_added', 'pin_removed']);
  expect(events()[0]).toMatchObject({ user: idOf('ada'), item: { message: { text: 'rolled back' } }, pin_count: '1' });
});

it('tells the bot of its own messages, as its own', async () => {
  const { slack, client, events, bot } = workspace;
  await client.chat.postMessage({ channel: '#incidents', text: 'opened' });

  await expect.poll(() => events().length).toBe(1);
  expect(events()[0]).toMatchObject({ user: bot, bot_id: slack.workspace.app.botId, app_id: slack.workspace.app.id });
});

it('sends the very same event to another process', async () => {
  const { slack } = workspace;
  const other = await startReceiver();
  await slack.say('checkout is slow', here);
  const [sent] = slack.sentEvents;
  if (sent === undefined) throw new Error('nothing was sent');

  await slack.event(sent.event, { id: sent.id, to: other.url });
  other.close();

  expect(other.bodies).toMatchObject([{ event_id: sent.id, event: { text: 'checkout is slow' } }]);
});
