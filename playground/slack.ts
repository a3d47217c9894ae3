import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { parseObject, type JsonObject } from './json.ts';
import { startEmulatedSlack } from './slack/emulator.ts';
import { createFaults, type ApiAnswer, type Failure } from './slack/faults.ts';
import { createInteractions, type Interactions } from './slack/interactions.ts';
import { createPeople, type People } from './slack/people.ts';
import { createResponseUrls } from './slack/response-url.ts';
import { createEventSender, type EventSender, type SentEvent } from './slack/sent-events.ts';
import { createWebApi, type Call } from './slack/web-api.ts';
import {
  channelOf,
  messagesFor,
  personOf,
  pinned,
  type ChannelSeed,
  type Message,
  type PersonSeed,
  type Workspace,
} from './slack/workspace.ts';
import { blockKitProblems } from '../src/slack/block-limits.ts';

export interface SlackOptions {
  readonly signingSecret: string;
  readonly botToken: string;
  readonly people: readonly PersonSeed[];
  readonly channels: readonly ChannelSeed[];
  /** The bot's scopes, as its manifest asks for them; absent: it may do everything. */
  readonly scopes?: readonly string[];
  /** The manifest's `bot_events`; absent: all. */
  readonly events?: readonly string[];
  /** Milliseconds that Slack waits for an acknowledgement. */
  readonly patience?: number;
}

export interface Slack extends Interactions, People {
  /** Ends in `/api/`: what an app sets as `SLACK_API_URL`. */
  readonly apiUrl: string;
  readonly workspace: Workspace;
  /** Every Web API call of the app, oldest first. */
  readonly calls: readonly Call[];
  /** Where the app's `/slack/events` listens. */
  readonly connect: (appUrl: string) => void;
  /** Sends any event; the same `id` again, or another address as `to`, makes it the same event elsewhere. */
  readonly event: EventSender['event'];
  /** Every event sent to the app, oldest first. */
  readonly sentEvents: readonly SentEvent[];
  readonly messages: (channel: string, viewer: string) => readonly Message[];
  /** Oldest pin first. */
  readonly pinned: (channel: string) => readonly Message[];
  /** The next call of this method fails so and does nothing. */
  readonly failNext: (method: string, failure: Failure) => void;
  /** The next call of this method takes effect, but the connection closes before its answer. */
  readonly loseNextAnswer: (method: string) => void;
  /** All calls of a method, or of `all`, fail so until the function that it gives is called. */
  readonly outage: (method: string, failure: Failure) => () => void;
  /** Blocks of this type are not taken, as of a plan or a client without them, until the function that it gives is called. */
  readonly refuseBlocks: (type: string) => () => void;
  readonly close: () => Promise<void>;
}

/** A Slack on 127.0.0.1 with no account: its Web API, and what Slack itself sends to an app. */
export async function startSlack(options: SlackOptions): Promise<Slack> {
  const { signingSecret, botToken, scopes = null, events = null, patience = 3000 } = options;
  const emulated = await startEmulatedSlack({ ...options, scopes });
  const { workspace } = emulated;
  const triggers = new Map<string, string>();
  const faults = createFaults();
  const problems = (payload: JsonObject) => [...blockKitProblems(payload), ...faults.refusedIn(payload)];
  let app: string | null = null;

  const sender = createEventSender({ workspace, signingSecret, patience, scopes, events, appUrl: () => app });
  const responseUrls = createResponseUrls(workspace, { problems, deliver: sender.deliver });
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      send(response, {
        status: 500,
        headers: {},
        response: { ok: false, error: 'internal_error', detail: String(error) },
      });
    });
  });
  const url = await listen(server);
  const api = createWebApi({
    emulated,
    botToken,
    scopes,
    triggers,
    faults,
    problems,
    deliver: sender.deliver,
    uploadUrlOf: (id) => `${url}/upload/${id}`,
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const [, area = '', name = ''] = pathname.split('/');
    const body = await bodyOf(request);
    const answer = await (area === 'api'
      ? api.call(request.headers, name, body)
      : handedOut(request, { area, id: name, body }));
    if (answer === 'closed') response.destroy();
    else send(response, answer);
  }

  /** The addresses that Slack hands out to an app. */
  async function handedOut(
    { headers }: IncomingMessage,
    { area, id, body }: { area: string; id: string; body: Buffer },
  ): Promise<Failure> {
    const failure = faults.next(area === 'response' ? 'response_url' : area);
    if (failure !== undefined) return failure;
    if (area === 'upload') return api.receiveUpload(headers, id, body);
    if (area !== 'response') return { status: 404, headers: {}, response: { ok: false, error: 'not_found' } };
    const used = responseUrls.use(id, parseObject(body.toString('utf8')) ?? {}, Date.now());
    return faults.losesAnswer('response_url') ? 'closed' : { ...used, headers: {}, response: used.body };
  }

  const interactions = createInteractions({
    emulated,
    responseUrls,
    signingSecret,
    patience,
    triggers,
    responseUrlOf: (id) => `${url}/response/${id}`,
    appUrl: () => {
      if (app === null) throw new Error('No app is connected to the emulated Slack yet: call connect() first.');
      return app;
    },
  });

  return {
    ...interactions,
    ...createPeople({ workspace, deliver: sender.deliver }),
    apiUrl: `${url}/api/`,
    workspace,
    calls: api.calls,
    connect: (appUrl) => {
      app = appUrl;
    },
    event: sender.event,
    sentEvents: sender.sent,
    messages: (channel, viewer) =>
      messagesFor(workspace, channelOf(workspace, channel)?.id ?? channel, personOf(workspace, viewer).id),
    pinned: (channel) => pinned(workspace, channel),
    failNext: faults.failNext,
    loseNextAnswer: faults.loseNextAnswer,
    outage: faults.outage,
    refuseBlocks: faults.refuseBlocks,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await emulated.close();
    },
  };
}

function send(response: ServerResponse, { status, headers, response: body }: ApiAnswer): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
    .end(JSON.stringify(body satisfies JsonObject));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The emulated Slack has no port.');
  return `http://127.0.0.1:${address.port}`;
}
