import { afterEach, beforeEach, expect, it } from 'vitest';
import { rateLimited, serverError } from './faults.ts';
import { startTestWorkspace, type TestWorkspace } from './test-workspace.ts';

let workspace: TestWorkspace;

beforeEach(async () => {
  workspace = await startTestWorkspace();
});
afterEach(() => workspace.close());

const hello = { channel: '#incidents', text: 'hello' };

it('is out for one method until the outage is lifted', async () => {
  const { slack, client } = workspace;
  const lift = slack.outage('chat.postMessage', serverError);
  const post = () => client.chat.postMessage(hello);

  await expect(post()).rejects.toMatchObject({ statusCode: 500 });
  await expect(post()).rejects.toMatchObject({ statusCode: 500 });
  await expect(client.auth.test()).resolves.toMatchObject({ ok: true });
  lift();
  await expect(post()).resolves.toMatchObject({ ok: true });
  expect(slack.messages('incidents', 'ada')).toHaveLength(1);
});

it('is out for everything, its own addresses too', async () => {
  const { slack, client } = workspace;
  const lift = slack.outage('all', 'closed');
  const lifted = () => fetch(slack.apiUrl.replace('api/', 'response/1'), { method: 'POST' });

  await expect(client.chat.postMessage(hello)).rejects.toThrow('fetch failed');
  await expect(lifted()).rejects.toThrow('fetch failed');
  lift();
  expect((await lifted()).status).toBe(404);
  expect(slack.calls.map(({ status }) => status)).toEqual([null]);
});

it('says when to come back', async () => {
  const { slack, client } = workspace;
  slack.failNext('chat.postMessage', rateLimited(7));

  await expect(client.chat.postMessage(hello)).rejects.toMatchObject({ retryAfter: 7 });
});

it('does what was asked and loses the answer', async () => {
  const { slack, client } = workspace;
  slack.loseNextAnswer('chat.postMessage');

  await expect(client.chat.postMessage(hello)).rejects.toThrow('fetch failed');
  await client.chat.postMessage(hello);

  expect(slack.messages('incidents', 'ada').map(({ text }) => text)).toEqual(['hello', 'hello']);
  expect(slack.calls).toMatchObject([
    { status: null, response: { ok: true } },
    { status: 200, response: { ok: true } },
  ]);
});
