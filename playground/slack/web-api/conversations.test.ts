import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestWorkspace, type TestWorkspace } from '../test-workspace.ts';

let workspace: TestWorkspace;

beforeEach(async () => {
  workspace = await startTestWorkspace();
});
afterEach(() => workspace.close());

const ada = { user: 'ada' };

it('lets the bot join a public channel, and says so to the app', async () => {
  const { client, kinds, events, bot, channelId } = workspace;
  const channel = channelId('random');

  const joined = await client.conversations.join({ channel });
  const again = await client.conversations.join({ channel });

  await expect.poll(kinds).toEqual(['member_joined_channel', 'message.channels channel_join']);
  expect(joined.channel).toMatchObject({ id: channel, is_member: true });
  expect(again).toMatchObject({ ok: true, warning: 'already_in_channel' });
  expect(events()[0]).toMatchObject({ user: bot, channel, channel_type: 'C' });
  expect(events()[0]).not.toHaveProperty('inviter');
});

it('keeps the bot out of private and archived channels', async () => {
  const { slack, client, channelId } = workspace;
  const { id } = await slack.createChannel('inc-7', { user: 'ada', private: true });
  await slack.archiveChannel('random', ada);
  const join = (channel: string) => client.conversations.join({ channel });

  await expect(join(id)).rejects.toThrow('method_not_supported_for_channel_type');
  await expect(join(channelId('random'))).rejects.toThrow('is_archived');
  await expect(join('C0UNKNOWN00')).rejects.toThrow('channel_not_found');
});

it('says what a channel is', async () => {
  const { slack, client, channelId, idOf } = workspace;
  const { id } = await slack.createChannel('inc-7', ada);
  await slack.setTopic(id, 'Payments are slow', ada);

  const open = await client.conversations.info({ channel: id });
  const hidden = await client.conversations.info({ channel: channelId('war-room') });

  expect(open.channel).toMatchObject({
    name: 'inc-7',
    is_private: false,
    is_archived: false,
    is_member: false,
    creator: idOf('ada'),
    created: expect.any(Number),
    topic: { value: 'Payments are slow' },
  });
  expect(hidden.channel).toMatchObject({ name: 'war-room', is_private: true, is_member: true });
});

it('hides private channels that the bot is not in', async () => {
  const { slack, client, channelId } = workspace;
  const channel = channelId('war-room');
  await slack.removeBot('war-room', ada);

  await expect(client.conversations.info({ channel })).rejects.toThrow('channel_not_found');
  await expect(client.conversations.history({ channel })).rejects.toThrow('channel_not_found');
  const { channels } = await client.conversations.list({ types: 'public_channel,private_channel' });
  expect(channels?.map(({ name }) => name)).toEqual(['incidents', 'random']);
});

it('lists who is in a channel, page by page', async () => {
  const { client, channelId, bot, idOf } = workspace;
  const channel = channelId('incidents');

  const first = await client.conversations.members({ channel, limit: 2 });
  const rest = await client.conversations.members({
    channel,
    limit: 2,
    cursor: first.response_metadata?.next_cursor ?? '',
  });

  expect([first.members, rest.members]).toEqual([[idOf('ada'), idOf('grace')], [bot]]);
  expect(rest.response_metadata?.next_cursor).toBe('');
});

it('lets the bot run a channel of its own', async () => {
  const { slack, client, kinds, idOf } = workspace;
  const { channel } = await client.conversations.create({ name: 'inc-7' });
  const id = channel?.id ?? '';
  await client.conversations.invite({ channel: id, users: `${idOf('ada')},${idOf('grace')}` });
  await client.conversations.setTopic({ channel: id, topic: 'Payments' });
  await client.conversations.rename({ channel: id, name: 'inc-7-payments' });
  await client.conversations.archive({ channel: id });

  await expect.poll(kinds).toContain('channel_archive');
  expect(slack.workspace.channels.at(-1)).toMatchObject({
    name: 'inc-7-payments',
    topic: 'Payments',
    people: [idOf('ada'), idOf('grace')],
    archived: true,
    bot: false,
  });
  await expect(client.conversations.unarchive({ channel: id })).rejects.toThrow('not_in_channel');
  await expect(client.conversations.create({ name: 'Inc 8' })).rejects.toThrow('invalid_name_specials');
});
