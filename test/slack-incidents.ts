import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type Kysely, sql } from 'kysely';
import { pino } from 'pino';
import { vi } from 'vitest';
import { startSlack } from '../playground/slack.ts';
import { type Message, type View, channelOf, personOf } from '../playground/slack/workspace.ts';
import type { Schema } from '../src/database/schema.ts';
import { entriesOf } from '../src/incidents/entries.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { createSlack } from '../src/slack/app.ts';
import { blockKitProblems } from '../src/slack/block-limits.ts';
import type { BackportPort } from '../src/slack/backports/port.ts';
import type { DigestPort } from '../src/slack/digest/port.ts';
import type { ParityPort } from '../src/slack/parity/port.ts';
import { type Ask, vocabularyOf } from '../src/timeline/ask.ts';
import { record } from '../src/timeline/record.ts';
import { anAnswer } from './answers.ts';
import { createTestDatabase, emptyTables } from './database.ts';
import { catalog, service } from './slack-catalog.ts';
import { incidentParts } from './incident-parts.ts';
import { manifest } from './manifest.ts';

export { catalog } from './slack-catalog.ts';

export type SlackIncidents = Awaited<ReturnType<typeof startSlackIncidents>>;

/**
 * The Slack app in this process, with what its manifest asks for and no more, on an emulated Slack and a database of its
 * own. ada and grace are members, guest is none. Cards go to #ops.
 */
export async function startSlackIncidents({
  parity,
  backports,
  digest,
  settings = () => '',
  asks,
  shared = true,
  scopes = [],
  more = [],
}: {
  readonly parity?: ParityPort;
  readonly backports?: BackportPort;
  readonly digest?: DigestPort;
  /** More of the settings, by the member ids of people. */
  readonly settings?: (idOf: (user: string) => string) => string;
  /** In place of one answer to every question. */
  readonly asks?: (db: Kysely<Schema>) => Ask;
  /** Whether another organisation reads #ops too. */
  readonly shared?: boolean;
  /** That the app was granted beyond its manifest. */
  readonly scopes?: readonly string[];
  /** Services that are known beside those of the catalog. */
  readonly more?: readonly string[];
} = {}) {
  const known = { ...catalog, services: [...catalog.services, ...more.map((name) => service(name))] };
  const database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
  const slack = await startSlack({
    signingSecret: 'a-signing-secret',
    botToken: 'xoxb-bot',
    scopes: [...manifest.scopes, ...scopes],
    events: manifest.events,
    people: [
      { name: 'ada', realName: 'Ada', timezone: 'Europe/London', membership: 'member' },
      { name: 'grace', realName: 'Grace', timezone: 'America/New_York', membership: 'member' },
      { name: 'guest', realName: 'Guest', timezone: 'Europe/Paris', membership: 'guest' },
      { name: 'partner', realName: 'Partner', timezone: 'Europe/Paris', membership: 'external' },
    ],
    channels: [
      { name: 'ops', topic: '', bot: true, people: ['ada', 'grace', 'guest', ...(shared ? ['partner'] : [])] },
      { name: 'random', topic: '', bot: false },
    ],
  });
  const idOf = (user: string) => personOf(slack.workspace, user).id;
  const seeded = new Set(slack.workspace.channels.map(({ id }) => id));
  const ask = vi.fn<Ask>(asks?.(database.db) ?? (() => Promise.resolve({ outcome: 'answer', answer: anAnswer() })));
  const logged: string[] = [];
  const app = await createSlack({
    access: { mode: 'http', botToken: 'xoxb-bot', signingSecret: 'a-signing-secret' },
    apiUrl: slack.apiUrl,
    ask,
    db: database.db,
    catalog: known,
    defaultEnvironment: 'production',
    ...incidentParts(database.db, known, `incidents: { channel: '#ops' }\n${settings(idOf)}`),
    ...(parity === undefined ? {} : { parity }),
    ...(backports === undefined ? {} : { backports }),
    ...(digest === undefined ? {} : { digest }),
    log: pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) }),
    now: () => new Date(),
    vocabulary: () => vocabularyOf(database.db, known),
  });
  const server = createServer((request, response) => app.requestListener?.(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const appUrl = `http://127.0.0.1:${address.port}/slack/events`;
  slack.connect(appUrl);

  /** Everything that was acknowledged has been done. */
  const settled = () => app.stop();

  /** What the bot told this person alone, oldest first; all of it within the limits of Slack. */
  function told(user: string, channel: string): readonly Message[] {
    const own = slack
      .messages(channel, user)
      .filter((message) => message.author === slack.workspace.app.botUser && message.onlyFor !== null);
    for (const { text, blocks } of own) {
      const problems = blockKitProblems({ text, blocks });
      if (problems.length > 0) throw new Error(problems.join('\n'));
    }
    return own;
  }

  /** The modal on top, within the limits of Slack. */
  function modal(user: string): View | null {
    const view = slack.workspace.modals.get(idOf(user))?.at(-1) ?? null;
    const { type, title, submit, close, callback_id, private_metadata } = view?.raw ?? {};
    const shown = { type, title, submit, close, callback_id, private_metadata, blocks: view?.blocks };
    const problems =
      view === null
        ? []
        : blockKitProblems(
            Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined && value !== null)),
          );
    if (problems.length > 0) throw new Error(problems.join('\n'));
    return view;
  }

  let deploys = 0;

  return {
    slack,
    database,
    ask,
    logged,
    idOf,
    settled,
    told,
    modal,
    channelId: (name: string) => channelOf(slack.workspace, name)?.id ?? '',
    /** Types a command, and waits until it has been answered. */
    type: async (
      command: '/backports' | '/incident' | '/parity' | '/since',
      text: string,
      at: { user?: string; channel: string },
    ): Promise<string> => {
      const place = { user: 'ada', ...at };
      const before = told(place.user, place.channel).length;
      await slack.slash(command, text, place);
      await settled();
      return told(place.user, place.channel)
        .slice(before)
        .map((message) => JSON.stringify([message.text, message.blocks]))
        .join('\n');
    },
    press: async (
      message: Message,
      action: string,
      more: { user?: string; blockId?: string; values?: readonly string[] } = {},
    ) => {
      await slack.click({ message }, { user: 'ada', action, ...more });
      await settled();
    },
    lastTold: (user: string, channel: string): Message => {
      const last = told(user, channel).at(-1);
      if (last === undefined) throw new Error(`${user} was told nothing`);
      return last;
    },
    openModal: (user: string): View => {
      const view = modal(user);
      if (view === null) throw new Error(`${user} has no modal open`);
      return view;
    },
    /** Slack tells us that we have joined a channel, some time after we did; we then look at it. */
    heardOfOurJoining: (channel: string): Promise<void> =>
      vi.waitFor(() => {
        const looked = slack.calls.some(
          ({ method, args }) => method === 'conversations.info' && args['channel'] === channel,
        );
        if (!looked) throw new Error('we have not heard of it');
      }),
    /** A slash command as Slack posts it. */
    post: (form: Readonly<Record<string, string>>): Promise<Response> => {
      const body = new URLSearchParams(form).toString();
      const timestamp = String(Math.floor(Date.now() / 1000));
      const signature = createHmac('sha256', 'a-signing-secret').update(`v0:${timestamp}:${body}`).digest('hex');
      return fetch(appUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': `v0=${signature}`,
        },
        body,
      });
    },
    incidents: () => database.db.selectFrom('incidents').selectAll().orderBy('id').execute(),
    entries: async (id: string) =>
      (await entriesOf(database.db, id)).map(({ kind, text, saidBy }) => [kind, text, saidBy] as const),
    /** The id of the change. */
    deployed: async (serviceName: string, to: string, at: Date, more: object = {}): Promise<string> => {
      deploys += 1;
      const event = {
        statement: {
          key: `deploy:${deploys}`,
          source: 'github',
          occurredAt: at.toISOString(),
          clock: 'source',
          phase: 'happened',
          kind: 'deploy',
          environmentName: 'production',
          serviceName,
          to,
          ...more,
        },
        identities: [{ type: 'deployment', value: String(deploys) }],
        mentions: [],
      } as const;
      const delivery = { replayed: `00000000-0000-7000-8000-${String(deploys).padStart(12, '0')}` };
      const batch = await database.db
        .transaction()
        .execute((trx) =>
          record(trx, [{ delivery, events: [event], signals: [] }], { catalog: known, now: new Date() }),
        );
      return batch.recorded[0]?.changeIds[0] ?? '';
    },
    /** An alert that a rule joined to the incident. The id of its signal. */
    alerted: async (title: string, incidentId: string): Promise<string> => {
      const at = new Date();
      const said = {
        key: title,
        source: 'grafana',
        subject: title,
        occurredAt: at.toISOString(),
        clock: 'source',
        title,
      };
      const { id } = await database.db
        .insertInto('signals')
        .values({
          source: 'grafana',
          subject: title,
          state: 'open',
          severity: 'critical',
          title,
          environment: 'production',
          services: ['search'],
          started_at: at,
          resolved_at: null,
          recorded_at: at,
          said: JSON.stringify([said]),
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      await database.db
        .insertInto('incident_signals')
        .values({ signal_id: id, incident_id: incidentId, why: 'opened it', said_by: null, joined_at: at })
        .execute();
      return id;
    },
    /** As after a new installation. */
    clear: async (): Promise<void> => {
      // What Slack still tells of them is then of channels that are not there.
      const { channels } = slack.workspace;
      channels.splice(0, Infinity, ...channels.filter(({ id, direct }) => direct || seeded.has(id)));
      await settled();
      await emptyTables(
        database.db,
        `overrides, frozen_deploys, incidents, incident_entries, incident_signals, signals, changes,
        identities, mentions, delivery_keys, slack_posts, slack_pauses, services, parity_posts,
        parity_alarms, parity_first_looks, subscriptions, digests, digest_channels, digest_words`,
      );
      await sql`delete from graphile_worker._private_jobs`.execute(database.db);
      slack.workspace.messages.length = 0;
      slack.workspace.modals.clear();
      ask.mockClear();
      logged.length = 0;
    },
    stop: async (): Promise<void> => {
      await app.stop();
      server.close();
      await slack.close();
      await database.close();
    },
  };
}
