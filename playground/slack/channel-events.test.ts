import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestWorkspace, type TestWorkspace } from './test-workspace.ts';

let workspace: TestWorkspace;

beforeEach(async () => {
  workspace = await startTestWorkspace();
});
afterEach(() => workspace.close());

const ada = { user: 'ada' };

it('tells the app what becomes of a public channel that it is not in', async () => {
  const { slack, events, kinds, idOf } = workspace;
  const { id } = await slack.createChannel('inc-7', ada);
  await slack.renameChannel(id, 'inc-7-payments', ada);
  await slack.setTopic(id, 'Payments are slow', ada);
  await slack.archiveChannel(id, ada);
  await slack.unarchiveChannel(id, ada);
  await slack.deleteChannel(id, ada);

  expect(kinds()).toEqual([
    'channel_created',
    'channel_rename',
    'channel_archive',
    'channel_unarchive',
    'channel_deleted',
  ]);
  expect(events()).toMatchObject([
    { channel: { id, name: 'inc-7', is_channel: true, is_private: false, creator: idOf('ada') } },
    { channel: { id, name: 'inc-7-payments', name_normalized: 'inc-7-payments', created: expect.any(Number) } },
    { channel: id, user: idOf('ada'), is_moved: 0 },
    { channel: id, user: idOf('ada') },
    { channel: id, actor_id: idOf('ada') },
  ]);
  expect(events().every((event) => /^\d{10}\.\d{6}$/.test(String(event['event_ts'])))).toBe(true);
});

it('tells the app of a private channel only while it is a member', async () => {
  const { slack, events, kinds, bot, idOf } = workspace;
  const { id } = await slack.createChannel('inc-8', { user: 'ada', private: true });
  await slack.renameChannel(id, 'inc-8-secret', ada);
  const before = kinds();
  await slack.inviteBot(id, ada);
  await slack.renameChannel(id, 'inc-8-known', ada);
  await slack.archiveChannel(id, ada);
  const archived = kinds();
  await slack.unarchiveChannel(id, ada);

  expect(before).toEqual([]);
  expect(archived).toEqual([
    'member_joined_channel',
    'message.groups channel_join',
    'group_rename',
    'message.groups channel_name',
    'group_archive',
    'message.groups channel_archive',
  ]);
  expect(events()[0]).toMatchObject({ user: bot, channel: id, channel_type: 'G', inviter: idOf('ada') });
  expect(events()[1]).toMatchObject({ user: bot, inviter: idOf('ada') });
  expect(events()[3]).toMatchObject({ old_name: 'inc-8-secret', name: 'inc-8-known', channel_type: 'group' });
  expect(kinds()).toEqual(archived);
});

it('puts the bot out of a channel that is archived', async () => {
  const { slack, client, channelId } = workspace;
  const channel = channelId('incidents');
  await slack.archiveChannel('incidents', ada);
  await slack.unarchiveChannel('incidents', ada);

  const { channel: told } = await client.conversations.info({ channel });

  expect(told).toMatchObject({ is_archived: false, is_member: false });
});

it.each([
  ['incidents', 'channel_left'],
  ['war-room', 'group_left'],
])('tells the app that it was removed from #%s by %s, and nothing more', async (name, kind) => {
  const { slack, events, kinds, idOf, channelId } = workspace;
  await slack.removeBot(name, ada);
  await slack.say('are you still there?', { user: 'ada', channel: name });

  expect(kinds()).toEqual([kind]);
  expect(events()[0]).toMatchObject({ channel: channelId(name), actor_id: idOf('ada') });
});

it('tells who joins and leaves where the bot is', async () => {
  const { slack, events, kinds, idOf, channelId } = workspace;
  await slack.joinChannel('war-room', { user: 'grace', inviter: 'ada' });
  await slack.leaveChannel('war-room', { user: 'grace' });

  expect(kinds()).toEqual([
    'member_joined_channel',
    'message.groups channel_join',
    'member_left_channel',
    'message.groups channel_leave',
  ]);
  expect(events()[0]).toMatchObject({ user: idOf('grace'), inviter: idOf('ada'), channel_type: 'G' });
  expect(events()[2]).toMatchObject({ user: idOf('grace'), channel: channelId('war-room') });
});

it('writes a new topic into the channel', async () => {
  const { slack, events, kinds, idOf } = workspace;
  await slack.setTopic('incidents', 'Payments are slow', ada);

  expect(kinds()).toEqual(['message.channels channel_topic']);
  expect(events()[0]).toMatchObject({
    user: idOf('ada'),
    topic: 'Payments are slow',
    text: `<@${idOf('ada')}> set the channel topic: Payments are slow`,
  });
});

it('sends only what the manifest subscribes to and the scopes allow', async () => {
  await using limited = await startTestWorkspace({
    events: ['channel_created', 'channel_archive', 'message.groups', 'member_joined_channel'],
    scopes: ['channels:read', 'groups:history'],
  });
  const { slack, kinds } = limited;
  await slack.createChannel('inc-9', ada);
  await slack.renameChannel('inc-9', 'inc-9-late', ada);
  await slack.say('not subscribed', { user: 'ada', channel: 'incidents' });
  await slack.say('subscribed', { user: 'ada', channel: 'war-room' });
  await slack.joinChannel('war-room', { user: 'grace' });

  expect(kinds()).toEqual(['channel_created', 'message.groups', 'message.groups channel_join']);
});

it('refuses names that Slack refuses', async () => {
  const { slack } = workspace;

  await expect(slack.createChannel('Inc 7', ada)).rejects.toThrow('invalid_name_specials');
  await expect(slack.createChannel('incidents', ada)).rejects.toThrow('name_taken');
});
