import { App, HTTPReceiver, type BlockAction } from '@slack/bolt';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startSlack, type Slack } from './slack.ts';
import { personOf } from './slack/workspace.ts';

const signingSecret = 'a-signing-secret';
let slack: Slack;
let server: Server;
let app: App;
const seen: string[] = [];

beforeAll(async () => {
  slack = await startSlack({
    signingSecret,
    botToken: 'xoxb-bot',
    patience: 300,
    scopes: ['app_mentions:read', 'channels:read', 'chat:write', 'users:read'],
    people: [
      { name: 'ada', realName: 'Ada', timezone: 'Europe/London', membership: 'member' },
      { name: 'grace', realName: 'Grace', timezone: 'America/New_York', membership: 'member' },
      { name: 'kay', realName: 'Kay', timezone: 'Europe/Paris', membership: 'external' },
    ],
    channels: [
      { name: 'incidents', topic: '', bot: true, people: ['ada', 'grace', 'kay'] },
      { name: 'quiet', topic: '', bot: false },
    ],
  });
  const receiver = new HTTPReceiver({ signingSecret });
  app = new App({
    token: 'xoxb-bot',
    receiver,
    deferInitialization: true,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
  });
  listen(app);
  await app.init();
  server = createServer(receiver.requestListener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  slack.connect(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/slack/events`);
});

afterAll(async () => {
  server.close();
  await slack.close();
});

function listen(bolt: App): void {
  bolt.command('/since', async ({ ack, respond, command }) => {
    await ack();
    if (command.text === 'spam') for (let use = 0; use < 6; use++) await respond(`answer ${use}`);
    else if (command.text === 'illegal')
      await respond({ text: 'x', blocks: [{ type: 'header', text: { type: 'plain_text', text: 'h'.repeat(200) } }] });
    else
      await respond({
        text: `asked ${command.text}`,
        blocks: [
          { type: 'section', text: { type: 'mrkdwn', text: `*asked* ${command.text}` } },
          {
            type: 'actions',
            elements: [
              { type: 'button', action_id: 'widen', text: { type: 'plain_text', text: 'Widen' }, value: '24h' },
              { type: 'button', action_id: 'share', text: { type: 'plain_text', text: 'Share' } },
              { type: 'button', action_id: 'filter', text: { type: 'plain_text', text: 'Filter' } },
            ],
          },
        ],
      });
  });
  bolt.command('/slow', () => Promise.resolve());
  bolt.action<BlockAction>('widen', async ({ ack, respond, action }) => {
    await ack();
    await respond({ text: `widened to ${action.type === 'button' ? action.value : ''}`, replace_original: true });
  });
  bolt.action<BlockAction>('share', async ({ ack, respond }) => {
    await ack();
    await respond({ text: 'shared', response_type: 'in_channel' });
  });
  bolt.action<BlockAction>('filter', async ({ ack, client, body }) => {
    await ack();
    await client.views.open({
      trigger_id: body.trigger_id,
      view: {
        type: 'modal',
        callback_id: 'filter',
        title: { type: 'plain_text', text: 'Filter' },
        submit: { type: 'plain_text', text: 'Apply' },
        blocks: [
          {
            type: 'input',
            block_id: 'service',
            label: { type: 'plain_text', text: 'Service' },
            element: { type: 'plain_text_input', action_id: 'name' },
          },
        ],
      },
    });
  });
  bolt.view('filter', async ({ ack, view }) => {
    const name = view.state.values['service']?.['name']?.value;
    if (name === 'checkout') await ack();
    else await ack({ response_action: 'errors', errors: { service: `No service ${String(name)}.` } });
  });
  bolt.event('app_mention', async ({ event, say, context }) => {
    seen.push(`${event.text} retry ${context.retryNum ?? 0}`);
    await say({ text: 'mentioned', thread_ts: event.ts });
  });
  bolt.event('app_home_opened', async ({ event, client }) => {
    await client.views.publish({
      user_id: event.user,
      view: { type: 'home', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'Home' } }] },
    });
  });
}

const here = { user: 'ada', channel: 'incidents' };

function last(viewer: string, channel = 'incidents') {
  const message = slack.messages(channel, viewer).at(-1);
  if (message === undefined) throw new Error(`${viewer} sees nothing in ${channel}`);
  return message;
}

it('shows the answer to a slash command to its asker only', async () => {
  const reply = await slack.slash('/since', '2h', here);
  await expect.poll(() => last('ada').text).toBe('asked 2h');

  expect(reply).toMatchObject({ status: 200, error: null });
  expect(slack.messages('incidents', 'grace')).toEqual([]);
});

it('replaces a private message through the response address of its button', async () => {
  await slack.slash('/since', 'replace', here);
  await expect.poll(() => last('ada').text).toBe('asked replace');
  const before = slack.messages('incidents', 'ada').length;

  await slack.click({ message: last('ada') }, { user: 'ada', action: 'Widen' });

  await expect.poll(() => last('ada').text).toBe('widened to 24h');
  expect(slack.messages('incidents', 'ada')).toHaveLength(before);
});

it('posts to everybody where the bot was never invited, when the answer is shared', async () => {
  await slack.slash('/since', 'shared', { user: 'ada', channel: 'quiet' });
  await expect.poll(() => last('ada', 'quiet').text).toBe('asked shared');

  await slack.click({ message: last('ada', 'quiet') }, { user: 'ada', action: 'share' });

  await expect.poll(() => slack.messages('quiet', 'grace').map((each) => each.text)).toEqual(['shared']);
});

it('refuses the sixth use of a response address', async () => {
  await slack.slash('/since', 'spam', here);

  await expect.poll(() => last('ada').text).toBe('answer 4');
});

it('refuses blocks that Slack would refuse', async () => {
  const before = slack.messages('incidents', 'ada').length;

  await slack.slash('/since', 'illegal', here);

  await expect(
    app.client.chat.postMessage({
      channel: 'incidents',
      text: 'x',
      blocks: [{ type: 'header', text: { type: 'plain_text', text: 'h'.repeat(200) } }],
    }),
  ).rejects.toThrow('invalid_blocks');
  expect(slack.messages('incidents', 'ada')).toHaveLength(before);
});

it('tells the person when the app does not acknowledge in time', async () => {
  const reply = await slack.slash('/slow', '', here);

  expect(reply.error).toBe('operation_timeout');
  expect(last('ada')).toMatchObject({
    author: 'slackbot',
    text: expect.stringContaining('operation_timeout'),
  });
});

it('opens a modal, shows its errors and closes it when it is accepted', async () => {
  await slack.slash('/since', 'modal', here);
  await expect.poll(() => last('ada').text).toBe('asked modal');
  await slack.click({ message: last('ada') }, { user: 'ada', action: 'filter' });
  const stack = () => slack.workspace.modals.get(personOf(slack.workspace, 'ada').id) ?? [];
  await expect.poll(() => stack().length).toBe(1);
  const [view] = stack();
  if (view === undefined) throw new Error('no modal');

  const refused = await slack.submit(view, { user: 'ada', entered: { service: 'chekout' } });
  const open = stack().length;
  const accepted = await slack.submit(view, { user: 'ada', entered: { service: 'checkout' } });

  expect(refused.errors).toEqual({ service: 'No service chekout.' });
  expect(open).toBe(1);
  expect(accepted.errors).toEqual({});
  expect(stack()).toEqual([]);
});

it('delivers a mention, and again with Slack’s retry headers', async () => {
  await slack.mention('what changed?', here);
  await expect.poll(() => last('grace').text).toBe('mentioned');
  await slack.event(
    { type: 'app_mention', user: 'U1', text: 'again', ts: '1.1', channel: last('ada').channel },
    { retry: 2 },
  );

  await expect.poll(() => seen.at(-1)).toBe('again retry 2');
  expect(last('grace').threadTs).not.toBeNull();
});

it('publishes the Home tab of the person who opens it', async () => {
  await slack.openHome('grace');

  await expect.poll(() => slack.workspace.homes.get(personOf(slack.workspace, 'grace').id)?.blocks.length).toBe(1);
});

it('gives people the time zone and membership that the emulator lacks', async () => {
  const user = async (name: string) => (await app.client.users.info({ user: personOf(slack.workspace, name).id })).user;

  expect(await user('grace')).toMatchObject({ tz: 'America/New_York', is_stranger: false });
  expect(await user('kay')).toMatchObject({ is_stranger: true });
  expect((await user('kay'))?.team_id).not.toBe((await user('ada'))?.team_id);
});

it('holds the bot to the channels it was invited to and the scopes it asked for', async () => {
  await expect(app.client.chat.postMessage({ channel: '#quiet', text: 'x' })).rejects.toThrow('not_in_channel');
  await expect(app.client.pins.add({ channel: 'C1', timestamp: '1.1' })).rejects.toThrow('missing_scope');
  await expect(app.client.emoji.list()).rejects.toThrow('unknown_method');
});

it('fails the next call as told, once', async () => {
  slack.failNext('chat.postMessage', { status: 200, headers: {}, response: { ok: false, error: 'fatal_error' } });

  await expect(app.client.chat.postMessage({ channel: '#incidents', text: 'x' })).rejects.toThrow('fatal_error');
  await expect(app.client.chat.postMessage({ channel: '#incidents', text: 'x' })).resolves.toMatchObject({ ok: true });
});
