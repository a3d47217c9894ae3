import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { parseObject, textOf, type JsonObject } from './json.ts';
import { startEmulatedSlack, type EmulatedSlack } from './slack/emulator.ts';
import { createInteractions, type Interactions } from './slack/interactions.ts';
import { createResponseUrls } from './slack/response-url.ts';
import {
  completed,
  observe,
  readArguments,
  refuse,
  stubbed,
  withChannelId,
  type ApiAnswer,
  type Call,
} from './slack/web-api.ts';
import {
  channelOf,
  messagesFor,
  personOf,
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
  /** Milliseconds that Slack waits for an acknowledgement. */
  readonly patience?: number;
}

export interface Slack extends Interactions {
  /** Ends in `/api/`: what an app sets as `SLACK_API_URL`. */
  readonly apiUrl: string;
  readonly workspace: Workspace;
  /** Every Web API call of the app, oldest first. */
  readonly calls: readonly Call[];
  /** Where the app's `/slack/events` listens. */
  readonly connect: (appUrl: string) => void;
  readonly messages: (channel: string, viewer: string) => readonly Message[];
  /** The next call of this method gets this answer and does nothing. */
  readonly failNext: (method: string, answer: ApiAnswer) => void;
  readonly close: () => Promise<void>;
}

/** A Slack on 127.0.0.1 with no account: emulate's Web API, and what Slack itself sends to an app. */
export async function startSlack(options: SlackOptions): Promise<Slack> {
  const emulated = await startEmulatedSlack({ ...options, scopes: options.scopes ?? null });
  const { workspace } = emulated;
  const calls: Call[] = [];
  const faults = new Map<string, ApiAnswer[]>();
  const triggers = new Map<string, string>();
  let app: string | null = null;

  const responseUrls = createResponseUrls(workspace, {
    problems: blockKitProblems,
    postInChannel: async ({ channel, text, blocks }) =>
      textOf((await emulated.call('chat.postMessage', { channel, text, blocks }))['ts']),
  });

  async function api(request: IncomingMessage, method: string): Promise<ApiAnswer> {
    const raw = await bodyOf(request);
    const given = readArguments(request.headers['content-type'] ?? '', raw.toString('utf8'));
    const args = withChannelId(workspace, given ?? {});
    const answer = await answerCall({ request, raw, method, args, form: given !== undefined });
    calls.push({ method, args, status: answer.status, response: answer.response, at: new Date() });
    return answer;
  }

  async function answerCall({ request, raw, method, args, form }: CallFields): Promise<ApiAnswer> {
    const fault = faults.get(method)?.shift();
    if (fault !== undefined) return fault;
    if (request.headers.authorization !== `Bearer ${options.botToken}`) return ok({ ok: false, error: 'invalid_auth' });
    const refusal = refuse(workspace, { method, args, problems: blockKitProblems });
    if (refusal !== null) return ok(refusal);
    const stub = stubbed(workspace, method, args);
    if (stub !== undefined) return ok(stub);
    const person = textOf(args['user_id']) || (triggers.get(textOf(args['trigger_id'])) ?? '');
    const response = await pass(emulated, { request, method, body: form ? JSON.stringify(args) : raw, form });
    observe(workspace, { method, args, response, person });
    return ok(completed(workspace, method, response));
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const [, area, name = ''] = pathname.split('/');
    if (area === 'api') send(response, await api(request, name));
    else if (area === 'response' && request.method === 'POST') {
      const payload = parseObject((await bodyOf(request)).toString('utf8')) ?? {};
      const { status, body } = await responseUrls.use(name, payload, Date.now());
      send(response, { status, headers: {}, response: body });
    } else send(response, { status: 404, headers: {}, response: { ok: false, error: 'not_found' } });
  }

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

  const interactions = createInteractions({
    emulated,
    responseUrls,
    signingSecret: options.signingSecret,
    patience: options.patience ?? 3000,
    triggers,
    responseUrlOf: (id) => `${url}/response/${id}`,
    appUrl: () => {
      if (app === null) throw new Error('No app is connected to the emulated Slack yet: call connect() first.');
      return app;
    },
  });

  return {
    ...interactions,
    apiUrl: `${url}/api/`,
    workspace,
    calls,
    connect: (appUrl) => {
      app = appUrl;
    },
    messages: (channel, viewer) =>
      messagesFor(workspace, channelOf(workspace, channel)?.id ?? channel, personOf(workspace, viewer).id),
    failNext: (method, answer) => {
      faults.set(method, [...(faults.get(method) ?? []), answer]);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await emulated.close();
    },
  };
}

interface CallFields {
  readonly request: IncomingMessage;
  readonly raw: Buffer;
  readonly method: string;
  readonly args: JsonObject;
  readonly form: boolean;
}

/** On to the emulator. A method that it does not have is unknown, as Slack says it, not a 404 that clients repeat. */
async function pass(
  emulated: EmulatedSlack,
  { request, method, body, form }: { request: IncomingMessage; method: string; body: string | Buffer; form: boolean },
): Promise<JsonObject> {
  const response = await fetch(`${emulated.url}/api/${method}`, {
    method: 'POST',
    headers: {
      'content-type': form ? 'application/json' : (request.headers['content-type'] ?? ''),
      authorization: request.headers.authorization ?? '',
    },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
  const answer = parseObject(await response.text());
  return typeof answer?.['ok'] === 'boolean' ? answer : { ok: false, error: 'unknown_method', req_method: method };
}

function ok(response: JsonObject): ApiAnswer {
  return { status: 200, headers: {}, response };
}

function send(response: ServerResponse, { status, headers, response: body }: ApiAnswer): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
    .end(JSON.stringify(body));
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
