import type { WebClient } from '@slack/web-api';
import { ifFree } from '../database/in-turn.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { Pair } from '../domain/comparison/difference.ts';
import { type AlarmContext, type AlarmPost, settleAlarms, settlePost, unsettledPosts } from '../parity/alarms.ts';
import { enqueueAgain, enqueueAlarms } from '../parity/enqueue-alarms.ts';
import type { ChannelIds } from './channel-ids.ts';
import { renderAlarmPost } from './messages/parity-alarm.ts';
import type { ParityPort } from './parity/port.ts';
import { type PostDependencies, keepPosted } from './posts.ts';

export interface AlarmDependencies extends AlarmContext, PostDependencies {
  readonly client: WebClient;
  readonly compare: ParityPort['compare'];
  /** Whoever reads the channels. */
  readonly viewer: Viewer;
  readonly pairs: readonly Pair[];
  readonly channelIds: ChannelIds;
}

const busy = 2000;

/** Tells people of what began to differ, and keeps what they were told true. One process at a time for a pair. */
export async function postAlarms(
  dependencies: AlarmDependencies,
  { pair, looks }: { readonly pair: Pair | null; readonly looks: boolean },
): Promise<void> {
  const { db, now, pairs, viewer } = dependencies;
  if (pair === null) {
    for (const each of pairs) await enqueueAlarms(db, each, now());
    return;
  }
  // What the settings do not name any more alarms nobody.
  if (!pairs.some((each) => each.reference === pair.reference && each.mirror === pair.mirror)) return;
  const done = await ifFree(db, `parity alarms ${JSON.stringify([pair.reference, pair.mirror])}`, async () => {
    if (looks) await settleAlarms(dependencies, await dependencies.compare({ pair, service: null, at: now(), viewer }));
    return { again: await postAll(dependencies, pair) };
  });
  const later = new Date(now().getTime() + busy);
  if (done === null) await (looks ? enqueueAlarms(db, pair, later) : enqueueAgain(db, pair, later));
  else if (done.again !== null) await enqueueAgain(db, pair, done.again);
}

/** When to come back; null: all is shown. */
async function postAll(dependencies: AlarmDependencies, pair: Pair): Promise<Date | null> {
  let again: Date | null = null;
  for (const post of await unsettledPosts(dependencies.db, pair)) {
    const at = await keep(dependencies, post);
    if (at !== null && (again === null || at < again)) again = at;
  }
  return again;
}

async function keep(dependencies: AlarmDependencies, post: AlarmPost): Promise<Date | null> {
  const { db, log, channelOf, channelIds } = dependencies;
  const named = channelOf({ services: post.services, reference: post.reference });
  const channel = (await channelOfPost(dependencies, post.key)) ?? (named === null ? null : await channelIds(named));
  if (channel === null) {
    log.info({ post: post.key, channel: named }, 'an alarm has no channel to go to: name one in the settings');
    return null;
  }
  const kept = await keepPosted(dependencies, { key: post.key, channel, message: renderAlarmPost(post) });
  if (kept.outcome === 'later') return kept.at;
  if (kept.outcome === 'refused') {
    log.warn({ post: post.key, channel, why: kept.why }, 'a channel does not take an alarm');
    // Somebody deleted it, and does not want it.
    if (!kept.closed) await settlePost(db, post.key);
    return null;
  }
  if (isSaid(post)) await settlePost(db, post.key);
  return kept.again;
}

/** It stays where it was told, whatever the settings say later. */
async function channelOfPost({ db }: AlarmDependencies, key: string): Promise<string | null> {
  const row = await db
    .selectFrom('slack_posts')
    .select('channel_id')
    .where('key', '=', key)
    .where('ts', 'is not', null)
    .executeTakeFirst();
  return row?.channel_id ?? null;
}

/** There will be no more to say in this message. */
function isSaid({ summary, alarms }: AlarmPost): boolean {
  if (summary !== null) return true;
  return alarms.every(({ ended_at: endedAt, muted_at: mutedAt }) => endedAt !== null || mutedAt !== null);
}
