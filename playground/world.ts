import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { channels, people } from './cast.ts';
import { startGitHub, type GitHub } from './github.ts';
import type { StoryDelivery } from './story/telling.ts';
import { parseObject, textOf } from './json.ts';
import { startPage, type Page } from './page/server.ts';
import { makeRepositories, type Repository } from './repositories.ts';
import { runCommand, startService, type Ended, type RunningService } from './service.ts';
import { startSlack, type Slack } from './slack.ts';
import { tellStory } from './story.ts';
import { developers, owner, type RepositoryName } from './story/day.ts';
import { sendAs, systemNames } from './systems.ts';

/** Webhooks come several at a time. */
const atOnce = 8;

export interface World {
  /** The end of the story. */
  readonly now: Date;
  readonly slack: Slack;
  readonly github: GitHub;
  readonly service: RunningService;
  readonly page: Page;
  /** Its repository, as the day left it. */
  readonly checkout: Repository;
  /**
   * Sends what of the story happened before `until` and was not sent yet, all of it without `until`; gives how many
   * deliveries were sent by now, and how many of them were not answered with 2xx.
   */
  readonly tell: (until?: Date) => Promise<{ readonly sent: number; readonly refused: number }>;
  /** A token of the service with which to report and to read. */
  readonly token: () => Promise<string>;
  /** `sincewhen <args>` beside the service. */
  readonly sincewhen: (...args: readonly string[]) => Promise<Ended>;
  /** Of its private database. */
  readonly dataDirectory: string;
  /** YAML, or JSON, as that is YAML too. The service looks at it every two seconds. */
  readonly settingsFile: string;
  /** When the service has been there, at the latest. */
  readonly startedAt: Date;
  /** Stops everything in reverse order and removes its files. */
  readonly close: () => Promise<void>;
}

/** The service among an emulated Slack and GitHub, all on 127.0.0.1, with files in a temporary folder of its own. */
export async function startWorld({ now, port }: { now: Date; port: number }): Promise<World> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'sincewhen-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  // PostgreSQL refuses to run as root, so its own user must be able to pass through here.
  await chmod(folder, 0o755);

  const repositories = await makeRepositories(join(folder, 'git'), now);
  const systemSecrets = new Map(systemNames.map((name) => [name, secret()]));
  const secrets = { webhook: secret(), signing: secret(), bot: `xoxb-${secret()}`, token: `ghp_${secret()}` };
  const github = await startGitHub({ repositories, webhookSecret: secrets.webhook, token: secrets.token });
  started.defer(() => github.close());
  const manifest = await readManifest();
  const slack = await startSlack({
    signingSecret: secrets.signing,
    botToken: secrets.bot,
    people,
    channels,
    scopes: manifest.scopes,
    events: manifest.events,
  });
  started.defer(() => slack.close());

  const settings = join(folder, 'sincewhen.yml');
  await writeFile(settings, settingsFor(slack));
  const dataDirectory = join(folder, 'data');
  const sincewhen = (...args: readonly string[]) =>
    runCommand({ DATA_DIR: dataDirectory, SINCEWHEN_CONFIG: settings }, args);
  const service = await startService({
    DATA_DIR: dataDirectory,
    SINCEWHEN_CONFIG: settings,
    SLACK_BOT_TOKEN: secrets.bot,
    SLACK_SIGNING_SECRET: secrets.signing,
    SLACK_API_URL: slack.apiUrl,
    GITHUB_WEBHOOK_SECRET: secrets.webhook,
    GITHUB_TOKEN: secrets.token,
    GITHUB_API_URL: github.apiUrl,
    GIT_BASE_URL: pathToFileURL(join(folder, 'git')).href,
    ...Object.fromEntries([...systemSecrets].map(([name, own]) => [`${name.toUpperCase()}_WEBHOOK_SECRET`, own])),
  });
  started.defer(() => service.stop());
  const startedAt = new Date();
  slack.connect(`${service.url}/slack/events`);
  github.connect(`${service.url}/ingest/github`);
  const page = await startPage(slack, { port, shortcuts: manifest.shortcuts });
  started.defer(() => page.close());

  async function send(delivery: StoryDelivery): Promise<number | null> {
    if (delivery.source === 'github') return (await github.deliver(delivery)).status;
    return sendAs(delivery, `${service.url}/ingest/${delivery.source}`, systemSecrets.get(delivery.source) ?? '');
  }

  let token: Promise<string> | null = null;
  let untold = tellStory(repositories, now);
  const told = { sent: 0, refused: 0 };

  const running = started.move();
  return {
    now,
    slack,
    github,
    service,
    page,
    checkout: repositoryIn(repositories, 'checkout'),
    token: () => (token ??= makeToken(sincewhen)),
    sincewhen,
    dataDirectory,
    settingsFile: settings,
    startedAt,
    tell: async (until) => {
      const waiting = untold.filter(({ at }) => until === undefined || at < until);
      untold = untold.filter((each) => !waiting.includes(each));
      const sendNext = async () => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          told.sent += 1;
          const status = await send(next);
          if (status === null || status >= 300) told.refused += 1;
        }
      };
      await Promise.all(Array.from({ length: atOnce }, sendNext));
      return { ...told };
    },
    close: () => running.disposeAsync(),
  };
}

/** By the command that people use. */
async function makeToken(sincewhen: World['sincewhen']): Promise<string> {
  const { stdout } = await sincewhen('token', 'create', '--scope', 'ingest', '--scope', 'read', '--json');
  return textOf(parseObject(stdout)?.['token']);
}

function repositoryIn(repositories: ReadonlyMap<RepositoryName, Repository>, name: RepositoryName): Repository {
  const repository = repositories.get(name);
  if (repository === undefined) throw new Error(`The story has no repository ${name}.`);
  return repository;
}

function secret(): string {
  return randomBytes(16).toString('hex');
}

const Manifest = z.object({
  features: z.object({
    shortcuts: z
      .array(z.object({ name: z.string(), type: z.enum(['global', 'message']), callback_id: z.string() }))
      .default([]),
  }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({ event_subscriptions: z.object({ bot_events: z.array(z.string()) }) }),
});

/** The bot may do, offers and is told here what its manifest says, and no more. */
async function readManifest() {
  const written = await readFile(new URL('../manifest.yml', import.meta.url), 'utf8');
  const { features, oauth_config, settings } = Manifest.parse(parse(written));
  return {
    scopes: oauth_config.scopes.bot,
    events: settings.event_subscriptions.bot_events,
    shortcuts: features.shortcuts.map(({ name, type, callback_id: callbackId }) => ({ name, type, callbackId })),
  };
}

const digestZone = 'Europe/London';

/** Told on the day of the week that it is in so many days. */
export function digestIn(days: number, time: string, now = new Date()) {
  const then = new Date(now.getTime() + days * 86_400_000);
  const day = then.toLocaleDateString('en-GB', { weekday: 'long', timeZone: digestZone }).toLowerCase();
  return { day, time, timezone: digestZone, channel: '#prod-changes' };
}

/**
 * Who is who, and what systems call the services: `Checkout API` in PagerDuty and `ledger-database-prod` in HCP
 * Terraform. Everything else the service learns.
 */
function settingsFor(slack: Slack): string {
  const members = slack.workspace.people.filter(({ membership }) => membership === 'member');
  const emails = new Map<string, string>(Object.entries(developers).map(([login, { email }]) => [login, email]));
  return JSON.stringify({
    incidents: { channel: '#incidents' },
    digest: digestIn(2, '09:00'),
    people: members.map(({ name, id }) => ({ name, slack: id, github: name, email: emails.get(name) })),
    intended: [
      { facet: 'env', key: 'NODE_ENV', must: 'differ', reason: 'it names the environment' },
      { facet: 'env', key: 'DATABASE_URL', must: 'differ', reason: 'separate databases', owner: '@ada' },
      {
        facet: 'env',
        key: 'POOL_SIZE',
        must: 'mirror >= 25% of reference',
        reason: 'staging has a quarter of the load',
      },
    ],
    services: {
      checkout: {
        repository: `${owner}/checkout`,
        aliases: ['Checkout API'],
        depends_on: ['ledger'],
        owners: ['@grace'],
        channel: '#prod-changes',
      },
      search: { owners: ['@ada'] },
      web: { owners: ['@ada'] },
      ledger: { repository: `${owner}/ledger`, aliases: ['ledger-database'], owners: ['@grace'] },
    },
  });
}
