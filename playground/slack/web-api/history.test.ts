import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestWorkspace, type TestWorkspace } from '../test-workspace.ts';

let workspace: TestWorkspace;
let channel: string;
const ts: string[] = [];

beforeAll(async () => {
  workspace = await startTestWorkspace();
  channel = workspace.channelId('incidents');
  for (const text of ['one', 'two', 'three', 'four', 'five']) {
    const { message } = await workspace.slack.say(text, { user: 'ada', channel });
    ts.push(message.ts);
  }
  await workspace.slack.say('a reply', { user: 'grace', channel, threadTs: ts[1] ?? null });
});
afterAll(() => workspace.close());

async function read(args: object) {
  const { messages = [] } = await workspace.client.conversations.history({ channel, ...args });
  return messages.map(({ text }) => text);
}

interface Window {
  oldest?: number;
  latest?: number;
  limit?: number;
  inclusive?: boolean;
}

it.each<[string, Window, string[]]>([
  ['newest first, without replies', {}, ['five', 'four', 'three', 'two', 'one']],
  ['the newest of many', { limit: 2 }, ['five', 'four']],
  ['between two, without them', { oldest: 1, latest: 3 }, ['three']],
  ['between two, with them', { oldest: 1, latest: 3, inclusive: true }, ['four', 'three', 'two']],
  ['one, from above', { latest: 2, inclusive: true, limit: 1 }, ['three']],
  ['one, from below', { oldest: 2, inclusive: true, limit: 1 }, ['three']],
  ['the first after one', { oldest: 1, limit: 2 }, ['four', 'three']],
])('reads %s', async (_, { oldest, latest, ...rest }, texts) => {
  const window = {
    ...(oldest === undefined ? {} : { oldest: ts[oldest] }),
    ...(latest === undefined ? {} : { latest: ts[latest] }),
  };

  expect(await read({ ...window, ...rest })).toEqual(texts);
});

it('reads every message once, whatever the size of a page', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 7 }), fc.boolean(), async (limit, fromOldest) => {
      const seen: string[] = [];
      let cursor: string | undefined = '';
      do {
        const page = await workspace.client.conversations.history({
          channel,
          limit,
          ...(fromOldest ? { oldest: '1' } : {}),
          ...(cursor === '' ? {} : { cursor }),
        });
        seen.push(...(page.messages ?? []).map(({ text = '' }) => text));
        cursor = page.response_metadata?.next_cursor ?? '';
      } while (cursor !== '');
      expect(seen).toHaveLength(5);
      expect(new Set(seen)).toEqual(new Set(['one', 'two', 'three', 'four', 'five']));
    }),
    { numRuns: 14 },
  );
});

it('reads a thread from its first message on', async () => {
  const { client, idOf } = workspace;
  const { messages } = await client.conversations.replies({ channel, ts: ts[1] ?? '' });

  expect(messages).toMatchObject([
    { text: 'two', reply_count: 1, reply_users: [idOf('grace')] },
    { text: 'a reply', thread_ts: ts[1], parent_user_id: idOf('ada') },
  ]);
  await expect(client.conversations.replies({ channel, ts: '1.000001' })).rejects.toThrow('thread_not_found');
});

it('gives metadata back when it is asked for', async () => {
  const { client } = workspace;
  const metadata = { event_type: 'incident', event_payload: { id: 7 } };
  const { ts: posted = '' } = await client.chat.postMessage({ channel, text: 'incident 7', metadata });
  const only = { channel, latest: posted, inclusive: true, limit: 1 };

  const [plain] = (await client.conversations.history(only)).messages ?? [];
  const [full] = (await client.conversations.history({ ...only, include_all_metadata: true })).messages ?? [];

  expect(plain).not.toHaveProperty('metadata');
  expect(full).toMatchObject({ text: 'incident 7', metadata });
});

it('reads only where the bot is', async () => {
  const { slack, client, channelId } = workspace;
  await slack.archiveChannel('war-room', { user: 'ada' });

  await expect(client.conversations.history({ channel: channelId('random') })).rejects.toThrow('not_in_channel');
  await expect(client.conversations.history({ channel: channelId('war-room') })).rejects.toThrow('channel_not_found');
});
