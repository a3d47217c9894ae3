import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestWorkspace, type TestWorkspace } from '../test-workspace.ts';

/** As a bot that may do everything about public channels and nothing about private ones. */
const publicOnly = ['channels:history', 'channels:read'];

let none: TestWorkspace;
let some: TestWorkspace;

beforeAll(async () => {
  [none, some] = await Promise.all([
    startTestWorkspace({ scopes: ['commands'] }),
    startTestWorkspace({ scopes: publicOnly }),
  ]);
});
afterAll(async () => {
  await Promise.all([none.close(), some.close()]);
});

it.each([
  ['chat.postMessage', 'chat:write'],
  ['chat.postEphemeral', 'chat:write'],
  ['chat.update', 'chat:write'],
  ['chat.delete', 'chat:write'],
  ['conversations.history', 'channels:history'],
  ['conversations.info', 'channels:read'],
  ['conversations.info', 'groups:read'],
  ['conversations.join', 'channels:join'],
  ['conversations.list', 'channels:read'],
  ['conversations.members', 'channels:read'],
  ['conversations.replies', 'groups:history'],
  ['conversations.setTopic', 'channels:manage'],
  ['files.getUploadURLExternal', 'files:write'],
  ['files.completeUploadExternal', 'files:write'],
  ['pins.add', 'pins:write'],
  ['pins.list', 'pins:read'],
  ['pins.remove', 'pins:write'],
  ['reactions.add', 'reactions:write'],
  ['reactions.get', 'reactions:read'],
  ['usergroups.list', 'usergroups:read'],
  ['users.info', 'users:read'],
])('refuses %s without %s', async (method, scope) => {
  const channel = none.channelId('incidents');

  await expect(none.client.apiCall(method, { channel, user: none.idOf('ada') })).rejects.toMatchObject({
    data: { error: 'missing_scope', needed: expect.stringContaining(scope), provided: 'commands' },
  });
});

it('refuses private channels to a bot that may read public ones', async () => {
  const { client, channelId } = some;

  await expect(client.conversations.info({ channel: channelId('war-room') })).rejects.toMatchObject({
    data: { error: 'missing_scope', needed: 'groups:read', provided: publicOnly.join(',') },
  });
  await expect(client.conversations.history({ channel: channelId('war-room') })).rejects.toMatchObject({
    data: { error: 'missing_scope', needed: 'groups:history' },
  });
  await expect(client.conversations.list({ types: 'private_channel' })).rejects.toThrow('missing_scope');
  await expect(client.conversations.history({ channel: channelId('incidents') })).resolves.toMatchObject({ ok: true });
});

it('knows no method about channels that the workspace does not answer itself', async () => {
  await expect(none.client.apiCall('conversations.kick')).rejects.toThrow('unknown_method');
});
