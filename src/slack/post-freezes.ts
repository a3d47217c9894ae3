import type { WebClient } from '@slack/web-api';
import type { Catalog } from '../domain/catalog.ts';
import { type Frozen, frozenCourse } from '../domain/frozen.ts';
import { frozenOf } from '../freezes/frozen.ts';
import type { ChannelIds } from './channel-ids.ts';
import { renderFreeze } from './messages/freeze.ts';
import { type PostDependencies, keepPosted, shows } from './posts.ts';

export interface FreezePostDependencies extends PostDependencies {
  readonly client: WebClient;
  /** Of the settings. */
  readonly catalog: Catalog;
  /** Where people of these services are told, as the settings write it; null: nobody said. */
  readonly channelOf: (place: { readonly services: readonly string[]; readonly environment: string }) => string | null;
  readonly channelIds: ChannelIds;
}

/** Of what took effect longer ago nobody is asked. */
const tooLate = 86_400_000;

/**
 * Has Slack show a deploy that breaks a freeze or the release window, asking why, and what came of it. When to come back;
 * null: all is shown.
 */
export async function postFreeze(dependencies: FreezePostDependencies, changeId: string): Promise<Date | null> {
  const { db, catalog, log, now } = dependencies;
  const frozen = await frozenOf(db, catalog, changeId);
  if (frozen === null) return null;
  const key = `freeze:${changeId}`;
  const row = await db.selectFrom('slack_posts').selectAll().where('key', '=', key).executeTakeFirst();
  const message = renderFreeze(frozen, changeId);
  // Somebody deleted it and does not want it, or it says all there is.
  if (row !== undefined && (row.refused !== null || shows(row, message))) return null;
  const begins = isNews(frozen, now());
  if (row === undefined && !begins) return null;
  // Slack did not take it while there was anything to ask.
  if (!begins && row?.ts === null && row.attempted_at === null) return null;
  // It stays where it was told, whatever the settings say later.
  const channel = row?.channel_id ?? (await namedChannel(dependencies, frozen));
  if (channel === null) {
    log.info({ post: key }, 'a deploy breaks a freeze, and no channel is there to ask why: name one in the settings');
    return null;
  }
  const kept = await keepPosted(dependencies, { key, channel, message });
  if (kept.outcome === 'refused') log.warn({ post: key, channel, why: kept.why }, 'a channel takes no question');
  return kept.outcome === 'later' ? kept.at : null;
}

function isNews(frozen: Frozen, now: Date): boolean {
  const course = frozenCourse(frozen);
  if (course === 'back' || course === 'averted') return false;
  return now.getTime() - frozen.deploy.occurredAt.getTime() < tooLate;
}

async function namedChannel(
  { channelOf, channelIds }: FreezePostDependencies,
  { deploy }: Frozen,
): Promise<string | null> {
  const named = channelOf({ services: deploy.services, environment: deploy.environment ?? '' });
  return named === null ? null : channelIds(named);
}
