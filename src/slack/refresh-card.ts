import { WebAPIPlatformError } from '@slack/web-api';
import type { Selectable } from 'kysely';
import { ifFree } from '../database/in-turn.ts';
import type { Incidents, SlackPosts } from '../database/schema.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import { type CardDependencies, type IncidentCard, cardOf } from '../incidents/card.ts';
import { linePosts } from '../incidents/card-lines.ts';
import { channelClosed } from '../incidents/channel.ts';
import type { IncidentContext } from '../incidents/context.ts';
import { findIncident, incidentOfRow } from '../incidents/incident-rows.ts';
import { enqueue } from '../jobs/enqueue.ts';
import type { ChannelIds } from './channel-ids.ts';
import { renderIncidentCard, renderJoinedCard, renderMovedCard } from './messages/incident-card.ts';
import { renderDetails } from './messages/incident-details.ts';
import { renderLines } from './messages/incident-lines.ts';
import { type Kept, type PostDependencies, channelTakesMessages, keepPosted, shows } from './posts.ts';

export interface RefreshDependencies extends CardDependencies, IncidentContext, PostDependencies {
  /** As the settings write it; null: nobody said. */
  readonly cardChannelOf: (incident: Pick<Incident, 'services' | 'environment'>) => string | null;
  readonly channelIds: ChannelIds;
}

type PostRow = Selectable<SlackPosts>;

/** Milliseconds between two edits of a card, however it comes that it is looked at. */
const editPause = 5000;
const busy = 1000;

/**
 * Has Slack show how an incident stands: its card, where work goes on; what happened since in its thread; and in other
 * channels that had its card, where to look now. What Slack does not take at once, it comes back for.
 */
export async function refreshCard(dependencies: RefreshDependencies, incidentId: string): Promise<void> {
  const { db, now } = dependencies;
  const done = await ifFree(db, `card of incident ${incidentId}`, async () => ({
    again: await refresh(dependencies, incidentId),
  }));
  const again = done === null ? new Date(now().getTime() + busy) : done.again;
  if (again === null) return;
  await enqueue(db, 'refresh-card', { incidentId }, { jobKey: `refresh-card:${incidentId}`, runAt: again });
}

/** When to come back; null: not until something happens. */
async function refresh(dependencies: RefreshDependencies, incidentId: string): Promise<Date | null> {
  const { db } = dependencies;
  const row = await db.selectFrom('incidents').selectAll().where('id', '=', incidentId).executeTakeFirst();
  if (row === undefined) return null;
  const posts = await cardPosts(dependencies, incidentId);
  if (row.merged_into !== null) return earliest(await tellJoined(dependencies, row, posts));
  const incident = incidentOfRow(row);
  const channel = await placeOf(dependencies, incident, posts);
  const elsewhere = await tellMoved(
    dependencies,
    incident,
    posts.filter((post) => post.channel_id !== channel),
  );
  const card = channel === null ? null : await keepCard(dependencies, row, channel, posts);
  return earliest([...elsewhere, card]);
}

/**
 * Its own channel while that takes messages, else where it has a card already, else where the settings say. A private one
 * has no other place, and one that is over needs none.
 */
async function placeOf(
  { cardChannelOf, channelIds }: RefreshDependencies,
  incident: Incident,
  posts: readonly PostRow[],
): Promise<string | null> {
  const { channel } = incident;
  if (channel !== null && channel.closed === null) return channel.id;
  if (incident.private) return null;
  const shown = posts.find((post) => post.channel_id !== channel?.id && post.ts !== null && post.refused === null);
  if (shown !== undefined) return shown.channel_id;
  const named = incident.resolvedAt === null ? cardChannelOf(incident) : null;
  return named === null ? null : channelIds(named);
}

async function keepCard(
  dependencies: RefreshDependencies,
  row: Selectable<Incidents>,
  channel: string,
  posts: readonly PostRow[],
): Promise<Date | null> {
  const { db, now } = dependencies;
  const incident = incidentOfRow(row);
  const key = cardKey(incident.id, channel);
  const post = posts.find((each) => each.key === key);
  const turn = post?.turn_at ?? null;
  if (turn !== null && turn > now()) return turn;
  // It was closed when it refused; if it is not any more, somebody has opened it again.
  const reopened = incident.channel?.id === channel && post !== undefined && post.refused !== null;
  if (reopened) await channelTakesMessages(db, channel);
  const card = await cardOf(dependencies, incident, now());
  const message = renderIncidentCard(card);
  const rested = new Date((post?.edited_at?.getTime() ?? 0) + editPause);
  if (post !== undefined && post.ts !== null && !shows(post, message) && rested > now()) {
    // What happened is told meanwhile.
    return earliest([rested, await keepLines(dependencies, incident, { channel, threadTs: post.ts }, card)]);
  }
  const kept = await keepPosted(dependencies, { key, channel, message, pin: incident.channel?.id === channel });
  if (kept.outcome === 'later') return kept.at;
  if (kept.outcome === 'refused') return afterRefusal(dependencies, incident, channel, { kept, post });
  if (kept.wrote)
    await db.updateTable('incidents').set({ card_edited_at: now() }).where('id', '=', incident.id).execute();
  const place = { channel, threadTs: kept.ts };
  const lines = await keepLines(dependencies, incident, place, card);
  return earliest([kept.again, lines ?? (await keepDetails(dependencies, place, card))]);
}

/** In its own channel, as long as it is worked on: other channels have the cards of many. */
async function keepDetails(
  dependencies: RefreshDependencies,
  place: { readonly channel: string; readonly threadTs: string },
  card: IncidentCard,
): Promise<Date | null> {
  const { id, channel, resolvedAt } = card.incident;
  if (channel?.id !== place.channel || resolvedAt !== null || card.before.length === 0) return null;
  const key = `incident:${id}:details:${place.channel}`;
  const kept = await keepPosted(dependencies, { key, message: renderDetails(card), ...place });
  return kept.outcome === 'later' ? kept.at : null;
}

async function keepLines(
  dependencies: RefreshDependencies,
  incident: Incident,
  place: { readonly channel: string; readonly threadTs: string },
  card: IncidentCard,
): Promise<Date | null> {
  const posts = await linePosts(dependencies.db, card);
  if (posts.length === 0) return null;
  const rows = await dependencies.db
    .selectFrom('slack_posts')
    .selectAll()
    .where(
      'key',
      'in',
      posts.map(({ key }) => key),
    )
    .execute();
  const byKey = new Map(rows.map((row) => [row.key, row]));
  for (const { key, lines } of posts) {
    const row = byKey.get(key);
    const message = renderLines(lines, incident.startedAt);
    if (row !== undefined && (row.refused !== null || shows(row, message))) continue;
    // It stays in the thread in which it was told.
    const thread = row === undefined ? place : { channel: row.channel_id, threadTs: row.thread_ts };
    const kept = await keepPosted(dependencies, { key, message, ...thread });
    if (kept.outcome === 'later') return kept.at;
    // Slack lets us edit what is there after we were put out, and post nothing more.
    if (kept.outcome === 'refused' && kept.closed && incident.channel?.id === thread.channel) {
      await channelClosed(dependencies, thread.channel, closedWords(kept.why), dependencies.now());
      return null;
    }
  }
  return null;
}

/** In its own channel we know why, and so does the incident; elsewhere whoever set it up has to be told. */
async function afterRefusal(
  dependencies: RefreshDependencies,
  incident: Incident,
  channel: string,
  { kept, post }: { readonly kept: Extract<Kept, { outcome: 'refused' }>; readonly post: PostRow | undefined },
): Promise<Date | null> {
  const { db, log, now } = dependencies;
  if (!kept.closed) return null;
  if (incident.channel?.id !== channel) {
    log.warn({ incident: incident.id, channel, why: kept.why }, 'the channel for cards takes no messages');
    return null;
  }
  // Made a moment ago, and we are not in it yet. Who removed us later does not want us.
  if (kept.why === 'not_in_channel' && (post?.ts ?? null) === null && (await joined(dependencies, channel))) {
    await channelTakesMessages(db, channel);
    return new Date(now().getTime() + busy);
  }
  await channelClosed(dependencies, channel, closedWords(kept.why), now());
  return null;
}

async function joined({ client }: RefreshDependencies, channel: string): Promise<boolean> {
  try {
    await client.conversations.join({ channel });
    return true;
  } catch (error) {
    if (error instanceof WebAPIPlatformError) return false;
    throw error;
  }
}

function closedWords(why: string): string {
  if (why === 'is_archived' || why === 'is_inactive') return 'archived';
  return why === 'not_in_channel' || why === 'channel_not_found'
    ? 'the bot is not in it'
    : `it takes no messages (${why})`;
}

/** The cards that it had before it got a channel of its own. */
async function tellMoved(
  dependencies: RefreshDependencies,
  incident: Incident,
  posts: readonly PostRow[],
): Promise<readonly (Date | null)[]> {
  const { channel } = incident;
  if (channel === null) return [];
  const old = posts.filter(({ channel_id: id }) => id !== channel.id);
  const message = renderMovedCard(incident, incident.private ? null : channel.id);
  return keepAll(dependencies, old, () => message);
}

async function tellJoined(
  dependencies: RefreshDependencies,
  row: Selectable<Incidents>,
  posts: readonly PostRow[],
): Promise<readonly (Date | null)[]> {
  const into = await findIncident(dependencies.db, row.id);
  return keepAll(dependencies, posts, ({ channel_id: id }) => {
    const seen = into !== null && (!into.private || into.channel?.id === id);
    return renderJoinedCard(row, seen ? into : null);
  });
}

async function keepAll(
  dependencies: RefreshDependencies,
  posts: readonly PostRow[],
  messageOf: (post: PostRow) => ReturnType<typeof renderMovedCard>,
): Promise<readonly (Date | null)[]> {
  const again: (Date | null)[] = [];
  for (const post of posts.filter(({ ts, refused }) => ts !== null && refused === null)) {
    const message = messageOf(post);
    if (shows(post, message)) continue;
    const kept = await keepPosted(dependencies, { key: post.key, channel: post.channel_id, message });
    again.push(kept.outcome === 'later' ? kept.at : null);
  }
  return again;
}

function cardPosts({ db }: RefreshDependencies, incidentId: string): Promise<readonly PostRow[]> {
  const prefix = cardKey(incidentId, '');
  return db.selectFrom('slack_posts').selectAll().where('key', '>=', prefix).where('key', '<', `${prefix}~`).execute();
}

/** One card in each channel. */
function cardKey(incidentId: string, channel: string): string {
  return `incident:${incidentId}:card:${channel}`;
}

function earliest(times: readonly (Date | null)[]): Date | null {
  return times.reduce<Date | null>(
    (first, each) => (each !== null && (first === null || each < first) ? each : first),
    null,
  );
}
