import { sql } from 'kysely';
import { ifFree } from '../database/in-turn.ts';
import type { Landing } from '../backports/landings.ts';
import type { NagMessage, NagPlan } from '../backports/nags/plan.ts';
import { cardTold, escalationTold, messageShown } from '../backports/nags/told.ts';
import type { Backport } from '../domain/backports/backport.ts';
import type { DayCard, NagEscalation, NagView } from '../domain/nags/nag.ts';
import { enqueueNags } from '../backports/enqueue-nags.ts';
import type { ChannelIds } from './channel-ids.ts';
import type { DirectChannel } from './direct-channels.ts';
import { withNames } from './member-names.ts';
import { renderNagDay } from './messages/nag-day.ts';
import { renderEscalation, renderEscalationOver } from './messages/nag-escalation.ts';
import { isOver } from './messages/nag-state.ts';
import { renderNag } from './messages/nag.ts';
import { type Kept, type PostDependencies, keepPosted, shows } from './posts.ts';
import type { Who } from './who.ts';

export interface NagsDependencies extends PostDependencies {
  readonly plan: (now: Date) => Promise<NagPlan>;
  readonly landingsOf: (backports: readonly Backport[]) => Promise<ReadonlyMap<string, Landing>>;
  /** Where people hear of it, as the settings name it; null: nobody said. */
  readonly channelOf: (backport: Pick<Backport, 'service' | 'reference'>) => string | null;
  readonly channelIds: ChannelIds;
  readonly directChannel: (slackId: string) => Promise<DirectChannel>;
  readonly who: Who;
}

const busy = 2000;
/** When so many wait for their turn, the others wait for the next round. */
const mostWaiting = 50;

/** Tells whom there is to tell, and keeps what they were told true. One process at a time. */
export async function postNags(dependencies: NagsDependencies): Promise<void> {
  const { db, now, plan } = dependencies;
  const done = await ifFree(db, 'tend nags', async () => ({ again: await postAll(dependencies, await plan(now())) }));
  const soonest = new Date(now().getTime() + busy);
  if (done === null) await enqueueNags(db, soonest);
  else if (done.again !== null) await enqueueNags(db, done.again > soonest ? done.again : soonest);
}

/** When to come back; null: all is shown. */
async function postAll(
  dependencies: NagsDependencies,
  { messages, cards, toldCards, escalations }: NagPlan,
): Promise<Date | null> {
  const landings = await dependencies.landingsOf(messages.map(({ view }) => view.backport));
  const again: (Date | null)[] = [];
  for (const message of messages) {
    again.push(await keepMessage(dependencies, message, landings.get(message.view.backport.id) ?? null));
    if (again.filter((at) => at !== null).length >= mostWaiting) break;
  }
  for (const card of cards) again.push(await keepCard(dependencies, card));
  again.push(...(await keepToldCards(dependencies, toldCards)));
  // Below messages, which are there by now.
  for (const escalation of escalations) again.push(await keepEscalation(dependencies, escalation));
  return again.reduce((first, each) => (each !== null && (first === null || each < first) ? each : first), null);
}

async function keepMessage(
  dependencies: NagsDependencies,
  message: NagMessage,
  landing: Landing | null,
): Promise<Date | null> {
  const { db, log, now, channelOf, channelIds, who } = dependencies;
  const { backport } = message.view;
  const key = nagKey(backport.id);
  const named = channelOf(backport);
  const channel = (await postedIn(dependencies, key))?.channel ?? (named === null ? null : await channelIds(named));
  if (channel === null) {
    log.debug({ post: key, channel: named }, 'a backport has no channel to go to: name one in the settings');
    return null;
  }
  const [view = message.view] = await withNames(who, [message.view]);
  const kept = await keepPosted(dependencies, { key, channel, message: renderNag(view, landing) });
  // Somebody deleted it, and does not want it.
  const ended = kept.outcome === 'shown' && isOver(view) ? await endEscalation(dependencies, view) : null;
  if (ended === null && (kept.outcome === 'shown' || isDeleted(kept))) await messageShown(db, message, now());
  return ended ?? afterwards(dependencies, key, kept);
}

/** What was asked in the thread is not asked any more. When to come back; null: it says so, or there is none. */
async function endEscalation(dependencies: NagsDependencies, view: NagView): Promise<Date | null> {
  const key = teamKey(view.backport.id);
  const post = await postedIn(dependencies, key);
  if (post === null) return null;
  const kept = await keepPosted(dependencies, { key, channel: post.channel, message: renderEscalationOver(view) });
  return afterwards(dependencies, key, kept);
}

/** Of two days that Slack was away on, only the later is planned. */
async function keepCard(dependencies: NagsDependencies, card: DayCard): Promise<Date | null> {
  const { db, log, now, directChannel, who } = dependencies;
  const { person } = card;
  const key = dayKey(card);
  const direct = await directChannel(person.slackId);
  if (direct.outcome !== 'open') {
    log.warn({ post: key, why: direct.why }, 'somebody cannot be written to');
    if (direct.outcome === 'never') await cardTold(db, card, now());
    return null;
  }
  const views = await withNames(who, card.views);
  const message = renderNagDay({ ...card, views });
  const kept = await keepPosted(dependencies, { key, channel: direct.id, message });
  if (kept.outcome === 'shown' || kept.outcome === 'refused') await cardTold(db, card, now());
  return afterwards(dependencies, key, kept);
}

/** What came home since somebody was told says so there, too. */
async function keepToldCards(
  dependencies: NagsDependencies,
  cards: readonly DayCard[],
): Promise<readonly (Date | null)[]> {
  const { db, who } = dependencies;
  if (cards.length === 0) return [];
  const posts = await db
    .selectFrom('slack_posts')
    .select(['key', 'channel_id as channel', 'ts', 'shown'])
    .where(sql<boolean>`key = any(${cards.map(dayKey)}::text[])`)
    .where('ts', 'is not', null)
    .where('refused', 'is', null)
    .execute();
  const byKey = new Map(posts.map((post) => [post.key, post]));
  const again: (Date | null)[] = [];
  for (const card of cards) {
    const key = dayKey(card);
    const post = byKey.get(key);
    if (post === undefined) continue;
    const message = renderNagDay({ ...card, views: await withNames(who, card.views) });
    if (shows(post, message)) continue;
    again.push(afterwards(dependencies, key, await keepPosted(dependencies, { key, channel: post.channel, message })));
    if (again.filter((at) => at !== null).length >= mostWaiting) break;
  }
  return again;
}

async function keepEscalation(dependencies: NagsDependencies, escalation: NagEscalation): Promise<Date | null> {
  const { db, now, channelOf, who } = dependencies;
  const { backport } = escalation.view;
  const above = await postedIn(dependencies, nagKey(backport.id));
  if (above === null) {
    // Where there is no message, nor to be one, there is no thread either.
    if (channelOf(backport) === null) await escalationTold(db, escalation, now());
    return null;
  }
  const [view = escalation.view] = await withNames(who, [escalation.view]);
  const kept = await keepPosted(dependencies, {
    key: teamKey(backport.id),
    channel: above.channel,
    threadTs: above.ts,
    message: renderEscalation({ ...escalation, view }),
  });
  if (kept.outcome === 'shown' || kept.outcome === 'refused') await escalationTold(db, escalation, now());
  return afterwards(dependencies, nagKey(backport.id), kept);
}

/** It stays where it was told, whatever the settings say later. */
async function postedIn({ db }: NagsDependencies, key: string) {
  const row = await db
    .selectFrom('slack_posts')
    .select(['channel_id as channel', 'ts'])
    .where('key', '=', key)
    .where('ts', 'is not', null)
    .executeTakeFirst();
  return row === undefined || row.ts === null ? null : { channel: row.channel, ts: row.ts };
}

function isDeleted(kept: Kept): boolean {
  return kept.outcome === 'refused' && !kept.closed;
}

function afterwards({ log }: NagsDependencies, post: string, kept: Kept): Date | null {
  if (kept.outcome === 'later') return kept.at;
  if (kept.outcome === 'shown') return kept.again;
  log.info({ post, why: kept.why }, 'Slack does not take what is told of a backport there');
  return null;
}

function dayKey({ person, day }: Pick<DayCard, 'person' | 'day'>): string {
  return `nag-day:${person.slackId}:${day}`;
}

function teamKey(id: string): string {
  return `${nagKey(id)}:team`;
}

function nagKey(id: string): string {
  return `backport:${id}`;
}
