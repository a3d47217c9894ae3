import type { Selectable, Transaction } from 'kysely';
import type { Incidents, Schema } from '../database/schema.ts';
import { type ChannelWords, channelWords } from '../domain/incidents/channel-words.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import { outsideText } from '../domain/outside-text.ts';
import { giveChannel, joinNamed, madeChannel, tieOf } from './channel-ties.ts';
import type { IncidentContext } from './context.ts';
import { addEntry } from './entries.ts';
import { findIncident, incidentOfRow } from './incident-rows.ts';
import { everyKnownName } from './known.ts';
import { type Opened, mostServices, openIncident } from './open.ts';
import { refreshCards } from './refresh.ts';
import { takeTurn } from './take-turn.ts';

/** What Slack tells of a channel. */
export interface SeenChannel {
  readonly id: string;
  /** Without `#`. */
  readonly name: string;
  readonly topic: string;
  readonly private: boolean;
  readonly createdAt: Date | null;
}

/** Whether a channel of this name is made for an incident. Asks no database. */
export function isIncidentChannel({ channelPattern }: Pick<IncidentContext, 'channelPattern'>, name: string): boolean {
  return channelPattern.test(name);
}

/**
 * A channel that was created or renamed, or to which we were invited. The incident that it was made for: one that is
 * there, by the rules of docs/decisions/0010, or one that it opens. Null: it is no incident's. May be told of one channel
 * any number of times.
 */
export function takeChannel(context: IncidentContext, channel: SeenChannel, now: Date): Promise<Opened | null> {
  return context.db.transaction().execute(async (trx) => {
    await takeTurn(trx);
    const row = await lockChannel(trx, channel.id);
    if (row !== null) return { incident: await seenAgain(trx, context, { row, channel, now }), fresh: false };
    const made = await madeChannel(trx, context, channel, now);
    const tie = await tieOf(trx, context, made, now);
    if (tie !== null) return { incident: await giveChannel(trx, tie, made, now), fresh: false };
    if (!isIncidentChannel(context, channel.name)) return null;
    const { words } = made;
    return openIncident(
      trx,
      {
        key: null,
        title: words.title,
        environment: words.environment ?? context.defaultEnvironment,
        services: words.services,
        startedAt: made.madeAt,
        channel,
        saidBy: null,
        why: `#${channel.name} was made`,
      },
      now,
    );
  });
}

/** Null: it is no incident's. */
export async function channelRenamed(
  context: IncidentContext,
  channel: Omit<SeenChannel, 'topic'> & { readonly topic?: string },
  now: Date,
): Promise<Opened | null> {
  const row = await context.db
    .selectFrom('incidents')
    .select('channel_topic')
    .where('channel_id', '=', channel.id)
    .executeTakeFirst();
  return takeChannel(context, { ...channel, topic: channel.topic ?? row?.channel_topic ?? '' }, now);
}

/** Null: it is no incident's. */
export function channelTopicSet(
  context: IncidentContext,
  { id, topic }: Pick<SeenChannel, 'id' | 'topic'>,
  now: Date,
): Promise<Incident | null> {
  return context.db.transaction().execute(async (trx) => {
    await takeTurn(trx);
    const row = await lockChannel(trx, id);
    if (row === null) return null;
    const channel = { id, topic, name: row.channel_name ?? '', private: row.private, createdAt: null };
    const seen = await seenAgain(trx, context, { row, channel, now });
    return joinNamed(trx, context, { channel, into: seen }, now);
  });
}

/** `why`: in words, such as `archived`. Its incident goes on: people may work on it elsewhere. */
export function channelClosed(
  context: IncidentContext,
  channelId: string,
  why: string,
  now: Date,
): Promise<Incident | null> {
  return alterChannel(context, channelId, now, {
    closed: outsideText(why, 100) ?? 'closed',
    entry: (row) => `#${row.channel_name ?? ''}: ${why}`,
  });
}

export function channelReopened(context: IncidentContext, channelId: string, now: Date): Promise<Incident | null> {
  return alterChannel(context, channelId, now, {
    closed: null,
    entry: (row) => `#${row.channel_name ?? ''} can be written to again`,
  });
}

type Row = Selectable<Incidents>;

/** The very row that has the channel, also when it turned out to be one with another. */
async function lockChannel(trx: Transaction<Schema>, channelId: string): Promise<Row | null> {
  const row = await trx
    .selectFrom('incidents')
    .selectAll()
    .where('channel_id', '=', channelId)
    .forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

function alterChannel(
  { db }: IncidentContext,
  channelId: string,
  now: Date,
  { closed, entry }: { readonly closed: string | null; readonly entry: (row: Row) => string },
): Promise<Incident | null> {
  return db.transaction().execute(async (trx) => {
    const row = await lockChannel(trx, channelId);
    if (row === null) return null;
    if (row.channel_closed !== closed) {
      await trx.updateTable('incidents').set({ channel_closed: closed }).where('id', '=', row.id).execute();
      await addEntry(trx, row.id, { kind: 'channel', at: now, text: entry(row), saidBy: null }, now);
      await refreshCards(trx, [row.id], now);
    }
    return row.merged_into === null
      ? incidentOfRow({ ...row, channel_closed: closed })
      : findIncident(trx, row.merged_into);
  });
}

async function wordsOf(
  trx: Transaction<Schema>,
  { catalog, channelPattern }: IncidentContext,
  channel: Pick<SeenChannel, 'name' | 'topic'>,
): Promise<ChannelWords> {
  return channelWords(channel, channelPattern, await everyKnownName(trx, catalog));
}

interface SeenAgain {
  readonly row: Row;
  readonly channel: SeenChannel;
  readonly now: Date;
}

/** What people did not say themselves follows the channel's name and topic. */
async function seenAgain(
  trx: Transaction<Schema>,
  context: IncidentContext,
  { row, channel, now }: SeenAgain,
): Promise<Incident> {
  const topic = outsideText(channel.topic, 1000) ?? null;
  const columns = {
    channel_name: channel.name,
    channel_topic: topic,
    channel_closed: null,
    // One that was private stays so: what was said in it was not for others.
    private: row.private || channel.private,
    ...(await followed(trx, context, { row, channel })),
  };
  const isNews = Object.entries(columns).some(([name, value]) => !isSame(row[name as keyof Row], value));
  if (isNews) {
    await trx.updateTable('incidents').set(columns).where('id', '=', row.id).execute();
    if (row.channel_name !== channel.name) {
      const text = `#${channel.name} (before: #${row.channel_name ?? ''})`;
      await addEntry(trx, row.id, { kind: 'channel', at: now, text, saidBy: null }, now);
    }
    await refreshCards(trx, [row.id], now);
  }
  const altered = incidentOfRow({ ...row, ...columns });
  return row.merged_into === null ? altered : ((await findIncident(trx, row.merged_into)) ?? altered);
}

async function followed(
  trx: Transaction<Schema>,
  context: IncidentContext,
  { row, channel }: Omit<SeenAgain, 'now'>,
): Promise<{ readonly title?: string; readonly environment?: string | null; readonly services?: string[] }> {
  if (row.channel_name === channel.name && (row.channel_topic ?? '') === channel.topic) return {};
  const before = { name: row.channel_name ?? '', topic: row.channel_topic ?? '' };
  const [old, words] = [await wordsOf(trx, context, before), await wordsOf(trx, context, channel)];
  const title = !row.title_is_said && row.title === old.title ? { title: words.title } : {};
  if (row.scope_is_said) return title;
  const gone = old.services.filter((service) => !words.services.includes(service));
  const kept = row.services.filter((service) => !gone.includes(service));
  return {
    ...title,
    environment: words.environment ?? row.environment,
    services: [...new Set([...kept, ...words.services])].slice(0, mostServices),
  };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
