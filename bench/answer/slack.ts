import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';

export const signingSecret = 'bench-signing-secret';
export const botToken = 'xoxb-bench';

export interface SlackDouble {
  readonly apiUrl: string;
  /** Sends a signed slash command and resolves with the milliseconds until its answer came to the response URL. */
  ask(appUrl: string, text: string): Promise<{ readonly milliseconds: number; readonly answer: string }>;
  close(): Promise<void>;
}

/** Just enough of Slack to ask: it knows one member, and hears answers at response URLs. */
export async function startSlackDouble(): Promise<SlackDouble> {
  const waiting = new Map<string, (body: string) => void>();
  let asked = 0;
  const server = createServer((request, response) => {
    void answerRequest(request, response);
  });
  async function answerRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const path = request.url ?? '';
    if (path.startsWith('/answer/')) waiting.get(path)?.(body);
    const answer = path.startsWith('/api/') ? reply(path) : { ok: true };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return {
    apiUrl: `${base}/api/`,
    async ask(appUrl, text) {
      asked += 1;
      const path = `/answer/${asked}`;
      const answered = new Promise<string>((resolve) => waiting.set(path, resolve));
      const begun = performance.now();
      const response = await fetch(`${appUrl}/slack/events`, command(text, `${base}${path}`, asked));
      if (response.status !== 200) throw new Error(`the command was answered ${response.status}`);
      const answer = await answered;
      waiting.delete(path);
      return { milliseconds: performance.now() - begun, answer };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const user = {
  id: 'U1',
  team_id: 'T1',
  name: 'ada',
  real_name: 'Ada',
  tz: 'Europe/London',
  deleted: false,
  is_bot: false,
  is_restricted: false,
  is_ultra_restricted: false,
  profile: {},
};

function reply(path: string): object {
  if (path.startsWith('/api/users.info')) return { ok: true, user };
  return {
    ok: true,
    url: 'https://bench.slack.com/',
    team: 'Bench',
    team_id: 'T1',
    user: 'bot',
    user_id: 'UB',
    bot_id: 'B1',
  };
}

function command(text: string, responseUrl: string, number: number): RequestInit {
  const body = new URLSearchParams({
    command: '/since',
    text,
    response_url: responseUrl,
    trigger_id: `trigger-${number}`,
    user_id: 'U1',
    user_name: 'ada',
    team_id: 'T1',
    team_domain: 'bench',
    channel_id: 'C1',
    channel_name: 'ops',
    api_app_id: 'A1',
  }).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const hash = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${hash}`,
    },
    body,
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
