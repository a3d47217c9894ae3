import type { WebClient } from '@slack/web-api';
import type { Selectable } from 'kysely';
import { guardOf, incidentsOf } from '../backports/guards.ts';
import type { SlackPosts } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { type Guard, courseOf } from '../domain/backports/guard.ts';
import type { ChannelIds } from './channel-ids.ts';
import { renderGuard } from './messages/guard.ts';
import { type PostDependencies, keepPosted, shows } from './posts.ts';

export interface GuardPostDependencies extends PostDependencies {
  readonly client: WebClient;
  /** Of the settings. */
  readonly catalog: Catalog;
  /** What anybody may not see: services. */
  readonly hidden: readonly string[];
  /** Where people of these services are told, as the settings write it; null: nobody said. */
  readonly channelOf: (place: { readonly services: readonly string[]; readonly environment: string }) => string | null;
  readonly channelIds: ChannelIds;
}

type PostRow = Selectable<SlackPosts>;

interface Place {
  readonly key: string;
  readonly channel: string;
  readonly threadTs: string | null;
}

/** A card is shown within seconds of its incident. */
const cardComes = 3000;
const cardWaits = 300_000;
/** What can do nothing any more about a deploy that is over is not begun anywhere. */
const tooLate = 86_400_000;

/**
 * Has Slack show what a deploy takes back, and what came of it: one message where people of its service are told, and one
 * in the thread of each open incident that it has to do with. When to come back; null: all is shown.
 */
export async function postGuard(dependencies: GuardPostDependencies, changeId: string): Promise<Date | null> {
  const { db, catalog, hidden, now } = dependencies;
  const guard = await guardOf(db, catalog, { changeId, hidden });
  if (guard === null) return null;
  const prefix = `guard:${changeId}`;
  const posts = await postsBelow(dependencies, prefix);
  const begins = isNews(guard, now());
  const message = renderGuard(guard);
  const again: (Date | null)[] = [];
  const places = new Map(posts.map((post) => [post.key, placeOf(post)]));
  if (begins) {
    const named = await namedPlace(dependencies, prefix, guard);
    const { threads, pending } = await threadsOf(dependencies, prefix, await incidentsOf(db, guard));
    for (const place of [...(named === null ? [] : [named]), ...threads]) {
      if (!places.has(place.key)) places.set(place.key, place);
    }
    if (pending && now().getTime() - guard.foundAt.getTime() < cardWaits)
      again.push(new Date(now().getTime() + cardComes));
  }
  for (const place of places.values()) {
    const row = posts.find(({ key }) => key === place.key);
    // Somebody deleted it, and does not want it.
    if (row !== undefined && (row.refused !== null || shows(row, message))) continue;
    // Slack did not take it while there was anything to do about it.
    if (!begins && row?.ts === null && row.attempted_at === null) continue;
    const kept = await keepPosted(dependencies, { ...place, message });
    if (kept.outcome === 'later') again.push(kept.at);
    if (kept.outcome === 'refused') {
      dependencies.log.warn({ post: place.key, channel: place.channel, why: kept.why }, 'a channel takes no warning');
    }
  }
  return again.reduce<Date | null>((first, at) => (at !== null && (first === null || at < first) ? at : first), null);
}

/** It is not over yet, or not for long. */
function isNews(guard: Guard, now: Date): boolean {
  const course = courseOf(guard);
  if (course === 'back' || course === 'averted') return false;
  return now.getTime() - guard.deploy.occurredAt.getTime() < tooLate;
}

async function namedPlace(
  { channelOf, channelIds, log }: GuardPostDependencies,
  key: string,
  { deploy }: Guard,
): Promise<Place | null> {
  const named = channelOf({ services: deploy.services, environment: deploy.environment ?? '' });
  const channel = named === null ? null : await channelIds(named);
  if (channel !== null) return { key, channel, threadTs: null };
  log.info(
    { post: key, channel: named },
    'a deploy takes back a fix, and no channel is there to tell it: name one in the settings',
  );
  return null;
}

/** `pending`: a card is to come. */
async function threadsOf(
  { db }: GuardPostDependencies,
  prefix: string,
  incidentIds: readonly string[],
): Promise<{ readonly threads: readonly Place[]; readonly pending: boolean }> {
  const threads: Place[] = [];
  let pending = false;
  for (const id of incidentIds) {
    const incident = await db
      .selectFrom('incidents')
      .select(['channel_id', 'channel_closed', 'private'])
      .where('id', '=', id)
      .executeTakeFirst();
    const own = incident?.channel_closed === null ? incident.channel_id : null;
    const cards = await postsBelow({ db }, `incident:${id}:card`);
    // Of a private incident nothing is told elsewhere.
    const shown = cards.filter((card) => incident?.private !== true || card.channel_id === own);
    const card =
      shown.find((each) => each.channel_id === own && isShown(each)) ??
      (own === null ? shown.find(isShown) : undefined);
    if (card !== undefined) {
      threads.push({ key: `${prefix}:incident:${id}`, channel: card.channel_id, threadTs: card.ts });
    } else pending ||= own !== null;
  }
  return { threads, pending };
}

function isShown({ ts, refused }: PostRow): boolean {
  return ts !== null && refused === null;
}

/** It stays where it was told, whatever the settings say later. */
function placeOf({ key, channel_id: channel, thread_ts: threadTs }: PostRow): Place {
  return { key, channel, threadTs };
}

/** The message of this key, and those of keys that go on after it with a colon. */
function postsBelow({ db }: Pick<GuardPostDependencies, 'db'>, key: string): Promise<readonly PostRow[]> {
  return db
    .selectFrom('slack_posts')
    .selectAll()
    .where((eb) => eb.or([eb('key', '=', key), eb.and([eb('key', '>=', `${key}:`), eb('key', '<', `${key};`)])]))
    .orderBy('key')
    .execute();
}
