import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestWorkspace, type TestWorkspace } from '../test-workspace.ts';

let workspace: TestWorkspace;

beforeEach(async () => {
  workspace = await startTestWorkspace();
});
afterEach(() => workspace.close());

it('posts where the bot is, to people by their id, and nowhere else', async () => {
  const { slack, client, channelId, idOf } = workspace;
  const { id: secret } = await slack.createChannel('inc-7', { user: 'ada', private: true });
  await slack.archiveChannel('war-room', { user: 'ada' });
  const post = (channel: string) => client.chat.postMessage({ channel, text: 'hello' });

  await expect(post('#incidents')).resolves.toMatchObject({ channel: channelId('incidents') });
  await expect(post(idOf('ada'))).resolves.toMatchObject({ channel: expect.stringMatching(/^D/) });
  await expect(post(channelId('random'))).rejects.toThrow('not_in_channel');
  await expect(post(channelId('war-room'))).rejects.toThrow('is_archived');
  await expect(post(secret)).rejects.toThrow('channel_not_found');
  await expect(post('C0UNKNOWN00')).rejects.toThrow('channel_not_found');
});

it('posts to any public channel with the scope for it', async () => {
  await using heard = await startTestWorkspace({ scopes: ['chat:write', 'chat:write.public'] });

  await expect(heard.client.chat.postMessage({ channel: '#random', text: 'hello' })).resolves.toMatchObject({
    ok: true,
  });
});

it('updates its own messages, by the channel’s id', async () => {
  const { slack, client, kinds, channelId } = workspace;
  const channel = channelId('incidents');
  const { ts = '' } = await client.chat.postMessage({ channel, text: 'investigating' });
  const { message } = await slack.say('it is DNS', { user: 'ada', channel });
  const update = (args: { channel: string; ts: string }) => client.chat.update({ ...args, text: 'resolved' });

  await expect(update({ channel, ts })).resolves.toMatchObject({ ts, text: 'resolved' });
  await expect(update({ channel, ts: message.ts })).rejects.toThrow('cant_update_message');
  await expect(update({ channel, ts: '1.000001' })).rejects.toThrow('message_not_found');
  await expect(update({ channel: '#incidents', ts })).rejects.toThrow('channel_not_found');
  await slack.archiveChannel(channel, { user: 'ada' });
  await expect(update({ channel, ts })).rejects.toThrow('is_inactive');
  expect(slack.messages(channel, 'ada')[0]).toMatchObject({ text: 'resolved', edited: expect.any(String) });
  await expect.poll(kinds).toContain('message.channels message_changed');
});

it('keeps metadata that an update does not mention', async () => {
  const { slack, client, channelId } = workspace;
  const channel = channelId('incidents');
  const metadata = { event_type: 'incident', event_payload: { id: 7 } };
  const { ts = '' } = await client.chat.postMessage({ channel, text: 'open', metadata });

  await client.chat.update({ channel, ts, text: 'closed' });

  expect(slack.messages(channel, 'ada')[0]).toMatchObject({ text: 'closed', metadata });
});

it('deletes its own messages, and their pins', async () => {
  const { slack, client, channelId } = workspace;
  const channel = channelId('incidents');
  const { ts = '' } = await client.chat.postMessage({ channel, text: 'oops' });
  await client.pins.add({ channel, timestamp: ts });

  await client.chat.delete({ channel, ts });

  expect(slack.messages(channel, 'ada')).toEqual([]);
  expect(slack.workspace.pins).toEqual([]);
});

it('links to messages', async () => {
  const { slack, client, channelId } = workspace;
  const channel = channelId('incidents');
  const { message } = await slack.say('it is DNS', { user: 'ada', channel });
  const { message: reply } = await slack.say('always', { user: 'ada', channel, threadTs: message.ts });
  const link = async (message_ts: string) => (await client.chat.getPermalink({ channel, message_ts })).permalink;

  expect(await link(message.ts)).toBe(`https://acme.slack.com/archives/${channel}/p${message.ts.replace('.', '')}`);
  expect(await link(reply.ts)).toMatch(new RegExp(`\\?thread_ts=${message.ts}&cid=${channel}$`));
});

it('pins, lists what is pinned and unpins', async () => {
  const { slack, client, channelId, bot } = workspace;
  const channel = channelId('incidents');
  const { message } = await slack.say('rolled back', { user: 'ada', channel });
  const pin = { channel, timestamp: message.ts };

  await client.pins.add(pin);
  const { items } = await client.pins.list({ channel });

  expect(items).toMatchObject([
    { type: 'message', created_by: bot, message: { ts: message.ts, pinned_to: [channel] } },
  ]);
  expect(slack.pinned('incidents')).toMatchObject([{ text: 'rolled back' }]);
  await expect(client.pins.add(pin)).rejects.toThrow('already_pinned');
  await client.pins.remove(pin);
  await expect(client.pins.remove(pin)).rejects.toThrow('no_pin');
  await expect(client.pins.add({ ...pin, timestamp: '1.000001' })).rejects.toThrow('message_not_found');
  await expect(client.pins.add({ ...pin, channel: channelId('random') })).rejects.toThrow('not_in_channel');
});

it('knows who reacted', async () => {
  const { slack, client, channelId, idOf, bot } = workspace;
  const channel = channelId('incidents');
  const { message } = await slack.say('rolled back', { user: 'ada', channel });
  await slack.react(message, 'pushpin', { user: 'grace' });
  const reaction = { channel, timestamp: message.ts, name: 'pushpin' };
  await client.reactions.add(reaction);

  const got = await client.reactions.get({ channel, timestamp: message.ts });

  expect(got.message?.reactions).toEqual([{ name: 'pushpin', count: 2, users: [idOf('grace'), bot] }]);
  await expect(client.reactions.add(reaction)).rejects.toThrow('already_reacted');
});
