import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSlack, type Slack } from '../../playground/slack.ts';
import { migrate } from '../../src/database/migrate.ts';
import { openDatabase } from '../../src/database/pool.ts';
import { createToken } from '../../src/timeline/tokens.ts';
import { pino } from 'pino';
import { fill } from '../answer/fill.ts';
import { freshDatabase } from '../database.ts';
import { run } from '../service.ts';

export const secret = 'bench-secret';
const signingSecret = 'bench-signing-secret';
const botToken = 'xoxb-bench';

export interface IncidentWorld {
  readonly slack: Slack;
  /** Of the service. */
  readonly address: string;
  /** Pages about a service, as PagerDuty sends them; resolves when it was taken. */
  page(number: number, service: string): Promise<void>;
  /** A deploy that has just succeeded. */
  deploy(service: string, version: string): Promise<void>;
  close(): Promise<void>;
}

/** The service on a history of `changes`, beside an emulated Slack in which anybody may make channels. */
export async function startIncidentWorld(
  server: string,
  { changes, report }: { readonly changes: number; readonly report: (text: string) => void },
): Promise<IncidentWorld> {
  const url = await freshDatabase(server, 'bench_incidents');
  await makeTables(url);
  await fill(url, changes, (done) => report(`filled ${done.toLocaleString('en')} changes`));
  return startWorld(url, { settings: () => "incidents: { channel: '#incidents' }\n" });
}

interface WorldOptions {
  /** Of the service, as a file. */
  readonly settings: (slack: Slack) => string;
  /** Beside `#incidents`, each with the bot in it. */
  readonly channels?: readonly string[];
  /** By which way the service reaches Slack; it belongs to whoever made it. */
  readonly apiUrl?: (slack: Slack) => Promise<string>;
}

/** The service on a database that is there, beside an emulated Slack. */
export async function startWorld(url: string, options: WorldOptions): Promise<IncidentWorld> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'sincewhen-bench-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const slack = await startSlack({
    signingSecret,
    botToken,
    people: [{ name: 'ada', realName: 'Ada', timezone: 'Europe/London', membership: 'member' }],
    channels: ['incidents', ...(options.channels ?? [])].map((name) => ({ name, topic: '', bot: true })),
  });
  started.defer(() => slack.close());
  const settings = join(folder, 'sincewhen.yml');
  await writeFile(settings, options.settings(slack));
  const variables = {
    DATABASE_URL: url,
    PORT: '0',
    LOG_LEVEL: 'warn',
    SINCEWHEN_CONFIG: settings,
    SLACK_BOT_TOKEN: botToken,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_API_URL: (await options.apiUrl?.(slack)) ?? slack.apiUrl,
    GITHUB_WEBHOOK_SECRET: secret,
    PAGERDUTY_WEBHOOK_SECRET: secret,
  };
  const token = await ingestToken(url);
  const service = await run('src/main.ts', variables);
  started.defer(() => service.stop());
  const address = `http://127.0.0.1:${service.port}`;
  slack.connect(`${address}/slack/events`);
  const running = started.move();
  return {
    slack,
    address,
    async page(number, name) {
      const body = JSON.stringify(pagerDutyPage(number, name));
      const signature = createHmac('sha256', secret).update(body).digest('hex');
      await take(`${address}/ingest/pagerduty`, body, { 'x-pagerduty-signature': `v1=${signature}` });
    },
    async deploy(name, version) {
      const deployed = { kind: 'deploy', environment: 'production', service: name, to: version, status: 'succeeded' };
      const body = JSON.stringify({ ...deployed, title: `${name} ${version}`, occurred_at: new Date().toISOString() });
      await take(`${address}/api/changes`, body, { authorization: `Bearer ${token}` });
    },
    close: () => running.disposeAsync(),
  };
}

async function makeTables(url: string): Promise<void> {
  await using database = await openDatabase({ url, dataDir: '', size: 1, log: pino({ enabled: false }) });
  await migrate(database.db);
}

async function take(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  const answer = await response.text();
  if (response.status !== 202) throw new Error(`${url} answered ${response.status}: ${answer}`);
}

async function ingestToken(url: string): Promise<string> {
  const database = await openDatabase({ url, dataDir: '', size: 1, log: pino({ enabled: false }) });
  try {
    return (await createToken(database.db, { name: 'bench', scopes: ['ingest'], now: new Date() })).token;
  } finally {
    await database.stop();
  }
}

function pagerDutyPage(number: number, service: string) {
  const now = new Date().toISOString();
  return {
    event: {
      id: `01BENCH${String(number).padStart(12, '0')}`,
      event_type: 'incident.triggered',
      resource_type: 'incident',
      occurred_at: now,
      agent: null,
      client: null,
      data: {
        id: `QBENCH${number}`,
        type: 'incident',
        html_url: `https://acme.pagerduty.com/incidents/QBENCH${number}`,
        number,
        status: 'triggered',
        incident_key: `bench-${number}`,
        created_at: now,
        title: `${service} is down`,
        service: {
          id: `P${service}`,
          summary: service,
          type: 'service_reference',
          html_url: 'https://acme.pagerduty.com/s',
        },
        assignees: [],
        urgency: 'high',
      },
    },
  };
}
