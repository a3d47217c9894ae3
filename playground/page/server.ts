import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { isObject, parseObject, type JsonObject } from '../json.ts';
import type { Slack } from '../slack.ts';
import { act } from './acts.ts';
import { drawScreen } from './chat.ts';
import type { Shortcut } from './shortcuts.ts';

export interface Page {
  /** `http://127.0.0.1:…/playground`. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Serves the page on 127.0.0.1 only, to browsers that mean this machine. Port 0: any free one. */
export async function startPage(
  slack: Slack,
  { port, shortcuts }: { port: number; shortcuts: readonly Shortcut[] },
): Promise<Page> {
  const files = await readFiles();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (!isOurs(request)) return send(response, text(403, 'This page is for 127.0.0.1 only.'));
    if (pathname === '/playground/changes') return follow(slack, request, response);
    answer(request, pathname, searchParams)
      .then((each) => send(response, each))
      .catch((error: unknown) => send(response, text(500, error instanceof Error ? error.message : String(error))));
  });

  async function answer(request: IncomingMessage, path: string, query: URLSearchParams): Promise<Answer> {
    if (request.method === 'POST')
      return json(await act(slack, path.replace('/playground/', ''), await readBody(request)));
    const file = files.get(path);
    if (file !== undefined) return file;
    if (path === '/') return { ...text(302, ''), type: '/playground' };
    if (path !== '/playground/screen') return text(404, 'There is only /playground here.');
    const look = {
      viewer: query.get('viewer') ?? slack.workspace.people[0]?.name ?? '',
      place: query.get('place') ?? '',
    };
    return json({ ...drawScreen(slack.workspace, look, { now: new Date(), shortcuts }) });
  }

  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The playground has no port.');
  return {
    url: `http://127.0.0.1:${address.port}/playground`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Another site's page must not drive this one, whatever name it gives to 127.0.0.1. */
function isOurs({ headers, method }: IncomingMessage): boolean {
  const host = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(headers.host ?? '');
  const origin = headers.origin === undefined || headers.origin === `http://${headers.host}`;
  return host && origin && (method !== 'POST' || headers['content-type'] === 'application/json');
}

async function readFiles(): Promise<ReadonlyMap<string, Answer>> {
  const library = await readFile(createRequire(import.meta.url).resolve('slack-blocks-to-jsx/dist/style.css'), 'utf8');
  // The library scopes by an id, which a page with many messages cannot give to each, and sets the theme per message.
  const scoped = library.replaceAll('#slack_blocks_to_jsx', ':is(#slack_blocks_to_jsx, .slack_blocks_to_jsx)');
  return new Map([
    [
      '/playground',
      { status: 200, type: 'text/html', body: await readFile(new URL('./page.html', import.meta.url), 'utf8') },
    ],
    ['/playground/page.js', await script('./client.js')],
    ['/playground/values.js', await script('./values.js')],
    [
      '/playground/page.css',
      {
        status: 200,
        type: 'text/css',
        body: `${scoped}\n${await readFile(new URL('./page.css', import.meta.url), 'utf8')}`,
      },
    ],
  ]);
}

async function script(path: string): Promise<Answer> {
  return { status: 200, type: 'text/javascript', body: await readFile(new URL(path, import.meta.url), 'utf8') };
}

/** Tells the browser that something changed; it then asks for the screen again. */
function follow(slack: Slack, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 500\n\n');
  const tell = () => response.write('data: changed\n\n');
  slack.workspace.changes.on('changed', tell);
  request.on('close', () => slack.workspace.changes.off('changed', tell));
}

async function readBody(request: IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const body = parseObject(Buffer.concat(chunks).toString('utf8'));
  if (!isObject(body)) throw new Error('The page sends JSON objects.');
  return body;
}

function json(body: JsonObject): Answer {
  return { status: 200, type: 'application/json', body: JSON.stringify(body) };
}

function text(status: number, body: string): Answer {
  return { status, type: 'text/plain', body };
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  if (status === 302) {
    response.writeHead(302, { location: type }).end();
    return;
  }
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:",
  });
  response.end(body);
}
