import { createEmulator } from 'emulate';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { answerFromHistory } from './github/history.ts';
import type { JsonObject } from './json.ts';
import { createPulls, objectIn } from './github/pulls.ts';
import { type Role, answerPermission, isLogin } from './github/roles.ts';
import type { Repository } from './repositories.ts';
import type { GitHubDelivery } from './story/telling.ts';
import { developers, owner, type Login, type RepositoryName } from './story/day.ts';

export interface GitHubOptions {
  readonly repositories: ReadonlyMap<RepositoryName, Repository>;
  readonly webhookSecret: string;
  /** The only token that its API accepts. */
  readonly token: string;
  /** What each may do in all repositories. Who is not named may write, and the owner of the organisation everything. */
  readonly roles?: ReadonlyMap<Login, Role>;
  /** The real time, unless given. */
  readonly now?: () => Date;
}

/** A delivery and what became of it. */
export interface SentDelivery {
  readonly id: number;
  readonly delivery: GitHubDelivery;
  readonly sentAt: Date;
  readonly ms: number;
  /** Null when nobody answered. */
  readonly status: number | null;
}

export interface GitHub {
  /** What an app sets as `GITHUB_API_URL`. */
  readonly apiUrl: string;
  /** Requests to the API, oldest first: `GET /repos/…`. */
  readonly calls: readonly string[];
  readonly sent: readonly SentDelivery[];
  /** Where webhooks go. */
  readonly connect: (webhookUrl: string) => void;
  /** Posts a delivery with its signature, and keeps what was answered. Never throws. */
  readonly deliver: (delivery: GitHubDelivery) => Promise<SentDelivery>;
  /** Does what somebody does on its pages: `PUT /repos/acme/checkout/pulls/813/merge`. Gives the answer's status. */
  readonly act: (by: Login, request: string, body?: JsonObject) => Promise<number>;
  readonly close: () => Promise<void>;
}

/** A GitHub on 127.0.0.1 with no account: emulate's API, its history answered from the story's real repositories. */
export async function startGitHub(options: GitHubOptions): Promise<GitHub> {
  const { repositories, webhookSecret, token, roles = new Map(), now = () => new Date() } = options;
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: { [token]: { login: 'ada', scopes: ['repo', 'admin:org', 'admin:repo_hook'] } },
      github: {
        users: Object.entries(developers).map(([login, { name, email }]) => ({ login, name, email })),
        orgs: [{ login: owner, name: 'Acme', members: [{ login: 'ada', role: 'admin' }] }],
        repos: [...repositories.values()].map(({ name }) => ({ owner, name, default_branch: 'main' })),
      },
    },
  });
  const calls: string[] = [];
  const sent: SentDelivery[] = [];
  let webhookUrl: string | null = null;
  const answerAboutPulls = createPulls({ repositories, roles, now });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    calls.push(`${request.method} ${url.pathname}${url.search}`);
    if (
      !/^(?:token|bearer) /i.test(request.headers.authorization ?? '') ||
      !request.headers.authorization?.endsWith(` ${token}`)
    ) {
      answer(response, 401, { message: 'Bad credentials' });
      return;
    }
    const path = url.pathname.replace(/^\/api\/v3/, '');
    const permission = request.method === 'GET' ? answerPermission(path, { repositories, roles }) : null;
    if (permission !== null) {
      answer(response, permission.status, permission.body);
      return;
    }
    const body = await textOfBody(request);
    const login = request.headers[actingLogin];
    const opened = await answerAboutPulls({
      method: request.method ?? 'GET',
      path,
      query: url.searchParams,
      body: objectIn(body),
      by: isLogin(login) ? login : 'ada',
    });
    if (opened !== null) {
      answer(response, opened.status, opened.body);
      // In their order, as what happened.
      for (const each of opened.deliveries ?? []) await deliver(each);
      return;
    }
    const known = await answerFromHistory(
      { method: request.method ?? 'GET', path, query: url.searchParams },
      { repositories, sent },
    );
    if (known?.redeliver !== undefined) void deliver(known.redeliver);
    if (known !== null) answer(response, known.status, known.body);
    else await pass(`${emulator.url}${path}${url.search}`, request, { body, response });
  }

  async function deliver(delivery: GitHubDelivery): Promise<SentDelivery> {
    const began = performance.now();
    const sentAt = new Date();
    const status = webhookUrl === null ? null : await post(webhookUrl, delivery, webhookSecret);
    const done = { id: 9_000_000 + sent.length, delivery, sentAt, ms: performance.now() - began, status };
    sent.push(done);
    return done;
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => answer(response, 500, { message: String(error) }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The emulated GitHub has no port.');

  return {
    apiUrl: `http://127.0.0.1:${address.port}`,
    calls,
    sent,
    connect: (url) => {
      webhookUrl = url;
    },
    deliver,
    act: async (by, request, body = {}) => {
      const [method = '', path = ''] = request.split(' ');
      const acted = await answerAboutPulls({ method, path, query: new URLSearchParams(), body, by });
      for (const each of acted?.deliveries ?? []) await deliver(each);
      return acted?.status ?? 404;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await emulator.close();
    },
  };
}

/** GitHub gives a receiver ten seconds and does not try again. */
async function post(url: string, delivery: GitHubDelivery, secret: string): Promise<number | null> {
  const mac = createHmac('sha256', secret).update(delivery.body).digest('hex');
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'GitHub-Hookshot/044aadd',
        'x-github-delivery': delivery.guid,
        'x-github-event': delivery.event,
        'x-github-hook-id': '1',
        'x-hub-signature-256': `sha256=${mac}`,
      },
      body: delivery.body,
      signal: AbortSignal.timeout(10_000),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return null;
  }
}

/** Whoever does it, where that is not the token's owner: people of the story have no tokens. */
const actingLogin = 'x-acting-login';

async function textOfBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

async function pass(
  url: string,
  request: IncomingMessage,
  { body, response }: { readonly body: string; readonly response: ServerResponse },
): Promise<void> {
  const method = request.method ?? 'GET';
  const passed = await fetch(url, {
    method,
    headers: {
      authorization: request.headers.authorization ?? '',
      'content-type': request.headers['content-type'] ?? 'application/json',
    },
    ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
  });
  response.writeHead(passed.status, { 'content-type': passed.headers.get('content-type') ?? 'application/json' });
  response.end(Buffer.from(await passed.arrayBuffer()));
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
