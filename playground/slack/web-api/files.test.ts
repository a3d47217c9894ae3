import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestWorkspace, type TestWorkspace } from '../test-workspace.ts';

let workspace: TestWorkspace;

beforeEach(async () => {
  workspace = await startTestWorkspace();
});
afterEach(() => workspace.close());

it('shows an uploaded file as a message', async () => {
  const { slack, client, channelId, kinds } = workspace;
  const { message } = await slack.say('how did it go?', { user: 'ada', channel: 'incidents' });

  await client.files.uploadV2({
    channel_id: channelId('incidents'),
    thread_ts: message.ts,
    initial_comment: 'The timeline',
    filename: 'timeline.md',
    title: 'Timeline of incident 7',
    content: '# Timeline\n14:02 Zürich deployed',
  });

  expect(slack.messages('incidents', 'ada').at(-1)).toMatchObject({
    text: 'The timeline',
    threadTs: message.ts,
    files: [
      { name: 'timeline.md', title: 'Timeline of incident 7', text: '# Timeline\n14:02 Zürich deployed', size: 33 },
    ],
  });
  await expect.poll(kinds).toContain('message.channels file_share');
});

it.each([
  ['where the bot is not', () => workspace.channelId('random'), 'not_in_channel'],
  ['to a person', () => workspace.idOf('ada'), 'invalid_arguments'],
  ['where nothing is', () => 'C0UNKNOWN00', 'channel_not_found'],
])('refuses to share a file %s', async (_, channel, error) => {
  const upload = workspace.client.files.uploadV2({ channel_id: channel(), filename: 'a.md', content: 'a' });

  await expect(upload).rejects.toThrow(error);
});

it('refuses to share what was not uploaded', async () => {
  const { client, channelId } = workspace;
  const { file_id: id = '' } = await client.files.getUploadURLExternal({ filename: 'a.md', length: 1 });

  await expect(
    client.files.completeUploadExternal({ files: [{ id }], channel_id: channelId('incidents') }),
  ).rejects.toThrow('file_not_found');
});
