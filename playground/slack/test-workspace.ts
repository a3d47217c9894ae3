import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { WebClient } from '@slack/web-api';
import { isObject, parseObject, textOf, type JsonObject } from '../json.ts';
import { startSlack, type Slack } from '../slack.ts';
import { subscriptionOf } from './event-rules.ts';
import { channelOf, personOf } from './workspace.ts';

/** An emulated Slack with an app that only writes down which events it was sent. */
export interface TestWorkspace extends AsyncDisposable {
  readonly slack: Slack;
  /** The app's. It does not repeat calls. */
  readonly client: WebClient;
  /** Events since the last `forget`, oldest first. */
  readonly events: () => readonly JsonObject[];
  /** What the manifest calls them. */
  readonly kinds: () => readonly string[];
  readonly forget: () => void;
  readonly app: Awaited<ReturnType<typeof startReceiver>>;
  readonly bot: string;
  readonly idOf: (person: string) => string;
  readonly channelId: (name: string) => string;
  readonly close: () => Promise<void>;
}

/** `incidents` with the bot, `random` without it, and the private `war-room` with it. */
export async function startTestWorkspace(
  allowed: { scopes?: readonly string[]; events?: readonly string[] } = {},
): Promise<TestWorkspace> {
  const slack = await startSlack({
    signingSecret: 'a-signing-secret',
    botToken: 'xoxb-bot',
    people: [
      { name: 'ada', realName: 'Ada', timezone: 'Europe/London', membership: 'member' },
      { name: 'grace', realName: 'Grace', timezone: 'America/New_York', membership: 'member' },
    ],
    channels: [
      { name: 'incidents', topic: '', bot: true },
      { name: 'random', topic: '', bot: false },
      { name: 'war-room', topic: '', bot: true, private: true, people: ['ada'] },
    ],
    ...allowed,
  });
  const app = await startReceiver();
  slack.connect(app.url);
  const events = () => app.bodies.map((body) => body['event']).filter(isObject);
  const close = async () => {
    app.close();
    await slack.close();
  };
  return {
    slack,
    app,
    client: new WebClient('xoxb-bot', {
      slackApiUrl: slack.apiUrl,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    }),
    events,
    kinds: () =>
      events().map((event) =>
        [subscriptionOf(event), textOf(event['subtype'])].filter((word) => word !== '').join(' '),
      ),
    forget: () => void app.bodies.splice(0),
    bot: slack.workspace.app.botUser,
    idOf: (person) => personOf(slack.workspace, person).id,
    channelId: (name) => channelOf(slack.workspace, name)?.id ?? '',
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A process of the app: it takes whatever it is sent. */
export async function startReceiver() {
  const bodies: JsonObject[] = [];
  const answers: JsonObject[] = [];
  const server = createServer((request, response) => {
    void take(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    bodies.push(bodyIn(await text(request)));
    const answer = answers.shift();
    if (answer === undefined) response.end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  return {
    url: `http://127.0.0.1:${address.port}/slack/events`,
    /** What it was sent: events, commands and interactions. */
    bodies,
    /** What it says to the next requests, and then nothing more. */
    answers,
    close: () => {
      server.close();
    },
  };
}

/** An event is JSON, a command a form, and an interaction JSON in a form. */
function bodyIn(written: string): JsonObject {
  const fields = new URLSearchParams(written);
  return parseObject(fields.get('payload') ?? written) ?? Object.fromEntries(fields);
}
