import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { LogLevel, WebClient } from '@slack/web-api';
import { addSeconds } from 'date-fns';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startSlack, type Slack } from '../playground/slack.ts';
import { rateLimited, serverError } from '../playground/slack/faults.ts';
import { channelOf } from '../playground/slack/workspace.ts';
import { section } from '../src/slack/messages/blocks.ts';
import { type Post, type PostDependencies, channelTakesMessages, keepPosted } from '../src/slack/posts.ts';
import { turnOf } from '../src/slack/turns.ts';
import type { SlackMessage } from '../src/slack/send.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';

let database: TestDatabase;
let slack: Slack;
let channel: string;
let time = new Date();
let count = 0;
const logged: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  slack = await startSlack({
    signingSecret: 'a-signing-secret',
    botToken: 'xoxb-bot',
    people: [{ name: 'ada', realName: 'Ada', timezone: 'Europe/London', membership: 'member' }],
    channels: [
      { name: 'incidents', topic: '', bot: true },
      { name: 'uninvited', topic: '', bot: false },
    ],
  });
  channel = channelOf(slack.workspace, 'incidents')?.id ?? '';
});
afterAll(async () => {
  await slack.close();
  await database.close();
});
beforeEach(async () => {
  slack.workspace.messages.length = 0;
  logged.length = 0;
  count += 1;
  time = new Date();
  await database.db.deleteFrom('slack_pauses').execute();
});

function dependencies(): PostDependencies {
  return {
    db: database.db,
    client: new WebClient('xoxb-bot', {
      slackApiUrl: slack.apiUrl,
      logLevel: LogLevel.ERROR,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    }),
    log: pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }),
    now: () => time,
  };
}

function keep(given: Partial<Post> & { readonly says?: string } = {}) {
  const { says = 'A card', ...post } = given;
  return keepPosted(dependencies(), { key: `test:${count}`, channel, message: saying(says), ...post });
}

function saying(text: string): SlackMessage {
  return { text, blocks: [section(text)] };
}

function wait(seconds: number) {
  time = addSeconds(time, seconds);
}

function texts() {
  return slack.messages('incidents', 'ada').map(({ text }) => text);
}

function callsOf(method: string) {
  return slack.calls.filter((call) => call.method === method).length;
}

it('posts once, and says nothing again while nothing differs', async () => {
  const first = await keep();
  wait(60);
  const before = slack.calls.length;
  const second = await keep();

  expect(first).toMatchObject({ outcome: 'shown', wrote: true });
  expect(second).toEqual({ ...first, wrote: false });
  expect(slack.calls.length).toBe(before);
  expect(texts()).toEqual(['A card']);
});

it('edits in place what reads differently', async () => {
  await keep();
  wait(5);
  const edited = await keep({ says: 'Another card' });

  expect(edited).toMatchObject({ outcome: 'shown', wrote: true });
  expect(texts()).toEqual(['Another card']);
});

it('posts one message when two processes are told to at the same time', async () => {
  const kept = await Promise.all([keep(), keep(), keep(), keep()]);

  expect(kept.filter((each) => each.outcome === 'shown' && each.wrote)).toHaveLength(1);
  expect(new Set(kept.map((each) => (each.outcome === 'shown' ? each.ts : each.outcome)))).toHaveProperty('size', 1);
  expect(texts()).toEqual(['A card']);
});

it('finds the message that Slack took before its answer was lost', async () => {
  slack.loseNextAnswer('chat.postMessage');
  const lost = await keep();
  expect(lost).toMatchObject({ outcome: 'later' });
  wait(10);
  const found = await keep();

  expect(found).toMatchObject({ outcome: 'shown' });
  expect(texts()).toEqual(['A card']);
});

it('finds a lost line of a thread', async () => {
  const card = await keep();
  const threadTs = card.outcome === 'shown' ? card.ts : '';
  const line = { key: `line:${count}`, threadTs, says: 'A line' };
  wait(5);
  slack.loseNextAnswer('chat.postMessage');
  await keep(line);
  wait(10);
  const found = await keep(line);

  expect(found).toMatchObject({ outcome: 'shown' });
  expect(texts()).toEqual(['A card', 'A line']);
});

it('waits until a message that Slack may still be taking would show', async () => {
  slack.loseNextAnswer('chat.postMessage');
  await keep();
  await database.db.deleteFrom('slack_pauses').execute();
  wait(1);
  const before = callsOf('conversations.history');

  expect(await keep()).toEqual({ outcome: 'later', at: addSeconds(time, 2) });
  expect(callsOf('conversations.history')).toBe(before);
});

it('posts what Slack did not take before it went away', async () => {
  slack.failNext('chat.postMessage', { status: 503, headers: {}, response: {} });
  expect(await keep()).toEqual({ outcome: 'later', at: addSeconds(time, 5) });
  expect(texts()).toEqual([]);
  wait(6);

  expect(await keep()).toMatchObject({ outcome: 'shown', wrote: true });
  expect(texts()).toEqual(['A card']);
});

it('leaves Slack alone with everything while it does not answer', async () => {
  slack.failNext('chat.postMessage', serverError);
  await keep();
  const before = slack.calls.length;

  const elsewhere = channelOf(slack.workspace, 'uninvited')?.id ?? '';
  expect(await keep({ key: `other:${count}`, channel: elsewhere })).toMatchObject({ outcome: 'later' });
  expect(slack.calls.length).toBe(before);
});

it('finds a message that another process posted before it was killed', async () => {
  const key = `killed:${count}`;
  const script = join(import.meta.dirname, 'post-and-hang.ts');
  const child = spawn(process.execPath, [script, database.url, slack.apiUrl, channel, key, 'A card'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const waiting = keep({ key });
  child.kill('SIGKILL');
  await once(child, 'exit');

  time = addSeconds(new Date(), 10);
  await waiting;
  const found = await keep({ key });
  expect(found).toMatchObject({ outcome: 'shown' });
  expect(texts()).toEqual(['A card']);
});

it('comes back when Slack says so, and keeps everything else from it until then', async () => {
  slack.failNext('chat.postMessage', rateLimited(30));
  expect(await keep()).toEqual({ outcome: 'later', at: addSeconds(time, 30) });
  const before = slack.calls.length;
  wait(29);
  expect(await keep({ key: `other:${count}` })).toMatchObject({ outcome: 'later' });
  expect(slack.calls.length).toBe(before);
  wait(2);

  expect(await keep()).toMatchObject({ outcome: 'shown', wrote: true });
  expect(texts()).toEqual(['A card']);
});

it('edits again what a limit or an outage kept from being edited', async () => {
  await keep();
  wait(5);
  slack.failNext('chat.update', rateLimited(2));
  await keep({ says: 'Edited' });
  wait(3);
  slack.loseNextAnswer('chat.update');
  await keep({ says: 'Edited' });
  wait(6);

  expect(await keep({ says: 'Edited' })).toMatchObject({ outcome: 'shown', wrote: true });
  expect(texts()).toEqual(['Edited']);
});

it('writes to a channel once a second, each message in its turn', async () => {
  const posts = ['a', 'b', 'c'].map((name) => ({ key: `${name}:${count}`, says: name }));
  const first = await Promise.all(posts.map((post) => keep(post)));
  const turns = first.flatMap((each) => (each.outcome === 'later' ? [each.at.getTime() - time.getTime()] : []));
  expect(new Set(turns)).toEqual(new Set([1000, 2000]));
  expect(texts()).toHaveLength(1);
  wait(1);
  await Promise.all(posts.map((post) => keep(post)));
  expect(texts()).toHaveLength(2);
  wait(1);
  await Promise.all(posts.map((post) => keep(post)));

  expect(texts().toSorted()).toEqual(['a', 'b', 'c']);
});

it('writes once a second also where several come late for their turns', async () => {
  const posts = ['a', 'b', 'c'].map((name) => ({ key: `${name}:${count}`, says: name }));
  for (const post of posts) await keep(post);
  wait(7);
  for (const post of posts) await keep(post);
  expect(texts()).toEqual(['a', 'b']);
  wait(1);
  await keep(posts[2]);

  expect(texts()).toEqual(['a', 'b', 'c']);
});

it('shows what is new before what is only edited, which is not forgotten', async () => {
  const posts = ['a', 'b', 'c'].map((name) => ({ key: `${name}:${count}`, says: name }));
  for (const post of posts) {
    await keep(post);
    wait(1);
  }
  for (const post of posts) await keep({ ...post, says: `${post.says}, edited` });
  expect(await keep({ says: 'New' })).toEqual({ outcome: 'later', at: addSeconds(time, 1) });
  wait(1);
  await Promise.all([keep({ says: 'New' }), ...posts.map((post) => keep({ ...post, says: `${post.says}, edited` }))]);
  expect(texts()).toEqual(['a, edited', 'b', 'c', 'New']);
  for (let second = 0; second < 2; second += 1) {
    wait(1);
    for (const post of posts) await keep({ ...post, says: `${post.says}, edited` });
  }

  expect(texts()).toEqual(['a, edited', 'b, edited', 'c, edited', 'New']);
});

it.each(['is_archived', 'is_inactive', 'not_in_channel', 'channel_not_found'])(
  'remembers that a channel takes nothing (%s), until it does again',
  async (error) => {
    slack.failNext('chat.postMessage', { status: 200, headers: {}, response: { ok: false, error } });
    expect(await keep()).toEqual({ outcome: 'refused', why: error, closed: true });
    wait(600);
    const before = slack.calls.length;
    expect(await keep()).toEqual({ outcome: 'refused', why: error, closed: true });
    expect(slack.calls.length).toBe(before);
    await channelTakesMessages(database.db, channel);

    expect(await keep()).toMatchObject({ outcome: 'shown', wrote: true });
    expect(texts()).toEqual(['A card']);
  },
);

it('asks a channel again after an hour', async () => {
  const uninvited = channelOf(slack.workspace, 'uninvited')?.id ?? '';
  expect(await keep({ channel: uninvited })).toEqual({ outcome: 'refused', why: 'not_in_channel', closed: true });
  const before = callsOf('chat.postMessage');
  wait(3601);
  await keep({ channel: uninvited });

  expect(callsOf('chat.postMessage')).toBe(before + 1);
});

it('does not post again what a person has deleted', async () => {
  await keep();
  wait(5);
  slack.failNext('chat.update', { status: 200, headers: {}, response: { ok: false, error: 'message_not_found' } });
  expect(await keep({ says: 'Edited' })).toEqual({ outcome: 'refused', why: 'message_not_found', closed: false });
  wait(36_000);
  await channelTakesMessages(database.db, channel);

  expect(await keep({ says: 'Edited again' })).toMatchObject({ outcome: 'refused', closed: false });
  expect(texts()).toEqual(['A card']);
});

it('posts, and tells the operator, where it may not look for what was lost', async () => {
  slack.failNext('chat.postMessage', serverError);
  await keep();
  wait(10);
  slack.failNext('conversations.history', {
    status: 200,
    headers: {},
    response: { ok: false, error: 'missing_scope' },
  });

  expect(await keep()).toMatchObject({ outcome: 'shown', wrote: true });
  expect(texts()).toEqual(['A card']);
  expect(logged.join('')).toContain('missing_scope');
});

it('waits when Slack cannot be asked what it shows', async () => {
  slack.loseNextAnswer('chat.postMessage');
  await keep();
  wait(10);
  slack.failNext('conversations.history', { status: 503, headers: {}, response: {} });
  expect(await keep()).toMatchObject({ outcome: 'later' });
  wait(10);

  expect(await keep()).toMatchObject({ outcome: 'shown' });
  expect(texts()).toEqual(['A card']);
});

it('waits for whoever runs it when its token is not taken', async () => {
  slack.failNext('chat.postMessage', { status: 200, headers: {}, response: { ok: false, error: 'invalid_auth' } });
  expect(await keep()).toEqual({ outcome: 'later', at: addSeconds(time, 60) });
  wait(60);

  expect(await keep()).toMatchObject({ outcome: 'shown', wrote: true });
});

it('shows the text alone when Slack does not take the blocks', async () => {
  slack.failNext('chat.postMessage', {
    status: 200,
    headers: {},
    response: { ok: false, error: 'msg_blocks_too_long' },
  });

  expect(await keep()).toMatchObject({ outcome: 'shown', wrote: true });
  expect(texts()).toEqual(['A card']);
});

it('pins it, a second later, once', async () => {
  const posted = await keep({ pin: true });
  expect(posted).toMatchObject({ outcome: 'shown', again: addSeconds(time, 1) });
  const before = callsOf('pins.add');
  wait(1);
  expect(await keep({ pin: true })).toMatchObject({ outcome: 'shown', again: null });
  wait(60);
  await keep({ pin: true });

  expect(callsOf('pins.add')).toBe(before + 1);
});

it('does without its pin where it may not pin', async () => {
  await keep({ pin: true });
  wait(1);
  slack.failNext('pins.add', { status: 200, headers: {}, response: { ok: false, error: 'missing_scope' } });
  const before = callsOf('pins.add');

  expect(await keep({ pin: true })).toMatchObject({ outcome: 'shown', again: null });
  wait(60);
  await keep({ pin: true });
  expect(callsOf('pins.add')).toBe(before + 1);
});

it('holds up nothing that somebody waits for where Slack limits what nobody waits for', async () => {
  slack.failNext('chat.postMessage', rateLimited(30));
  expect(await keep({ key: `background:${count}`, background: true })).toMatchObject({ outcome: 'later' });
  wait(2);

  expect(await keep()).toMatchObject({ outcome: 'shown', wrote: true });
  expect(await keep({ key: `other background:${count}`, background: true })).toMatchObject({ outcome: 'later' });
});

it('holds up what nobody waits for where Slack limits what somebody waits for', async () => {
  slack.failNext('chat.postMessage', rateLimited(30));
  expect(await keep()).toMatchObject({ outcome: 'later' });
  const before = slack.calls.length;

  expect(await keep({ key: `background:${count}`, background: true })).toEqual({
    outcome: 'later',
    at: addSeconds(time, 30),
  });
  expect(slack.calls.length).toBe(before);
});

it('writes what nobody waits for in all channels at a pace that leaves room for the rest', async () => {
  const turn = (each: number, given: { readonly turnAt?: Date; readonly background?: boolean } = {}) => {
    const waiting = { key: `turn:${count}:${each}`, channel: `C${each}`, turnAt: null, isNew: true, background: true };
    return turnOf(database.db, 'chat.postMessage', { ...waiting, ...given }, time);
  };
  const turns = [];
  for (let each = 0; each < 23; each += 1) turns.push(await turn(each));

  expect(turns.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => null));
  expect(turns.slice(20).map((at) => (at?.getTime() ?? 0) - time.getTime())).toEqual([400, 800, 1200]);
  expect(await turn(30, { background: false })).toBeNull();
  wait(1);
  for (const [each, free] of [
    [20, true],
    [21, true],
    [22, false],
  ] as const)
    expect((await turn(each, { turnAt: turns[each] ?? time })) === null).toBe(free);
});

it('holds up nothing that somebody waits for where Slack says nothing of what nobody waits for', async () => {
  slack.failNext('chat.postMessage', serverError);
  expect(await keep({ key: `background:${count}`, background: true })).toMatchObject({ outcome: 'later' });
  wait(2);

  expect(await keep()).toMatchObject({ outcome: 'shown', wrote: true });
});
