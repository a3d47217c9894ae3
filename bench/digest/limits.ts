import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** Slack takes about a message a second in a channel, with short bursts, and some hundreds a minute in a workspace. */
const perChannel = 1000;
const burst = 3;
const perMinute = 300;
/** What Slack asks for where a workspace has had its messages. */
const minute = 60_000;

export interface Limits extends AsyncDisposable {
  readonly apiUrl: string;
  /** How many writes were refused (429) until now. */
  refused(): number;
  /** From now on writes to these channels end so: taken late, or refused with a time to wait (in seconds). Null: as others. */
  treat(channels: ReadonlySet<string>, how: { readonly late: number } | { readonly wait: number } | null): void;
}

/** What stands between an app and the emulated Slack, so that it is limited as Slack's documentation says. */
export async function startLimits(slackUrl: string): Promise<Limits> {
  const written = new Map<string, number[]>();
  let [refused, treated] = [0, new Set<string>() as ReadonlySet<string>];
  let how: Parameters<Limits['treat']>[1] = null;

  /** Seconds to wait; 0: it is taken. */
  function waitOf(channel: string, now: number): number {
    if (how !== null && 'wait' in how && treated.has(channel)) return how.wait;
    const all = (written.get('all') ?? []).filter((at) => at > now - minute);
    const here = (written.get(channel) ?? []).filter((at) => at > now - perChannel * burst);
    if (all.length >= perMinute) return Math.ceil(((all[0] ?? now) + minute - now) / 1000);
    if (here.length >= burst) return 1;
    written.set('all', [...all, now]).set(channel, [...here, now]);
    return 0;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = (request.url ?? '').replace('/api/', '');
    const body = await bodyOf(request);
    if (method === 'chat.postMessage') {
      const channel = channelIn(body.toString());
      const wait = waitOf(channel, Date.now());
      if (wait > 0) {
        refused += 1;
        response.writeHead(429, { 'content-type': 'application/json', 'retry-after': String(wait) });
        response.end('{"ok":false,"error":"ratelimited"}');
        return;
      }
      if (how !== null && 'late' in how && treated.has(channel)) await pause(how.late);
    }
    const { authorization = '', 'content-type': type = '' } = request.headers;
    const answered = await fetch(`${slackUrl}${method}`, {
      method: 'POST',
      headers: { authorization, 'content-type': type },
      body: new Uint8Array(body),
    });
    response.writeHead(answered.status, { 'content-type': 'application/json' }).end(await answered.text());
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    refused: () => refused,
    treat: (channels, given) => {
      [treated, how] = [channels, given];
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The client sends forms; what is sent as JSON is none of its. */
function channelIn(body: string): string {
  return new URLSearchParams(body).get('channel') ?? /"channel":"([^"]+)"/.exec(body)?.[1] ?? '';
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
