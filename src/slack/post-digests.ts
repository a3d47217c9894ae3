import type { WebClient } from '@slack/web-api';
import { ifFree } from '../database/in-turn.ts';
import { type DigestSources, gatherFacts } from '../digest/gather.ts';
import { beginDigest, dueTargets } from '../digest/plan.ts';
import { type DigestRow, composeDue, openDigests, saveDigest } from '../digest/rows.ts';
import { mutedIn } from '../digest/said.ts';
import { visibleFacts } from '../digest/visible-facts.ts';
import type { Digest } from '../domain/digest/digest.ts';
import type { DigestTarget } from '../domain/digest/facts.ts';
import { isMuted } from '../domain/digest/said.ts';
import type { DigestTimes } from '../domain/digest/schedule.ts';
import type { ChannelIds } from './channel-ids.ts';
import { chartFormOf, formAfterRefusal } from './digest/chart-form.ts';
import { renderDetails } from './messages/digest-details.ts';
import { renderDigest } from './messages/digest.ts';
import { type Kept, type PostDependencies, keepPosted } from './posts.ts';

export interface DigestPostDependencies extends PostDependencies {
  readonly client: WebClient;
  readonly channelIds: ChannelIds;
  readonly times: DigestTimes;
  readonly targets: readonly DigestTarget[];
  readonly sources: DigestSources;
}

/** Slack shares its limits among all that we write: so many messages at a time leave room for what people wait for. */
const mostWrites = 5;
const rest = 2000;

/** The key of the message that a channel gets of a week. Those in its thread go on after it. */
export function digestKey({ channel, week }: Pick<DigestRow, 'channel' | 'week'>): string {
  return `digest:${channel}:${week}`;
}

/**
 * Begins what is due, composes it, and has Slack show it: one process at a time. When to come back; null: all is told, or
 * another is at it.
 */
export async function tendDigests(dependencies: DigestPostDependencies): Promise<Date | null> {
  const { db, now } = dependencies;
  return ifFree(db, 'digests', async () => {
    await beginDue(dependencies);
    const open = await openDigests(db);
    await compose(dependencies, open);
    let [again, writes]: [Date | null, number] = [null, 0];
    for (const row of await openDigests(db)) {
      if (writes >= mostWrites) return earlier(again, new Date(now().getTime() + rest));
      const told = await tell(dependencies, row);
      writes += told.writes;
      again = earlier(again, told.again);
    }
    return again;
  });
}

async function beginDue({ db, targets, times, channelIds, log, now }: DigestPostDependencies): Promise<void> {
  for (const target of await dueTargets(db, targets, times, now())) {
    const channel = await channelIds(target.named);
    if (channel === null) log.warn({ channel: target.named }, 'a digest has no channel to go to: invite the bot there');
    await beginDigest(db, target, channel, now());
  }
}

/** What is to be known is read once for all channels. */
async function compose(
  { db, sources, targets, now }: DigestPostDependencies,
  open: readonly DigestRow[],
): Promise<void> {
  const due = open.filter(({ state }) => state === 'due');
  if (due.length === 0) return;
  const facts = await gatherFacts({ db, sources }, now());
  const restricted = targets[0]?.scope.restricted ?? new Set();
  for (const row of due) {
    const scope = { services: row.services === null ? null : new Set(row.services), restricted };
    await composeDue(db, row, { facts: await visibleFacts(sources, facts, scope), scope });
  }
}

interface Told {
  readonly again: Date | null;
  readonly writes: number;
}

/** The digest itself, then its thread. Comes back for what Slack does not take now. */
async function tell(dependencies: DigestPostDependencies, row: DigestRow): Promise<Told> {
  const { said, channel } = row;
  if (said === null) return { again: null, writes: 0 };
  const first = await tellFirst(dependencies, row, said);
  if (first.outcome === 'later') return { again: first.at, writes: 0 };
  if (first.outcome === 'refused') return refuse(dependencies, row, first);
  let writes = first.wrote ? 1 : 0;
  for (const [index, message] of renderDetails(said).entries()) {
    const key = `${digestKey(row)}:${index + 1}`;
    const kept = await keepPosted(dependencies, { key, channel, threadTs: first.ts, message, background: true });
    if (kept.outcome === 'later') return { again: kept.at, writes };
    // Somebody closed the thread: what stands above it says the same in short.
    if (kept.outcome === 'refused') break;
    if (kept.wrote) writes += 1;
  }
  const { db, now } = dependencies;
  await saveDigest(db, row, { state: 'told', told_at: row.told_at ?? now() });
  return { again: null, writes };
}

async function tellFirst(dependencies: DigestPostDependencies, row: DigestRow, said: Digest): Promise<Kept> {
  const { db, now, log } = dependencies;
  const { channel, week } = row;
  const form = await chartFormOf(dependencies, row, said);
  const found = await mutedIn(db, channel);
  const mute = isMuted(found, now()) ? found : null;
  const message = renderDigest(said, { chart: form, week, mute });
  const strict = form.as !== 'words';
  const kept = await keepPosted(dependencies, { key: digestKey(row), channel, message, strict, background: true });
  if (kept.outcome !== 'refused' || kept.unfit !== true) return kept;
  log.info({ channel, why: kept.why, chart: form.as }, 'Slack does not take the chart of a digest');
  return { outcome: 'later', at: await formAfterRefusal(dependencies, row, form) };
}

/** Remembered, and not tried again before next week. */
async function refuse(
  { db, log }: DigestPostDependencies,
  row: DigestRow,
  { why }: Extract<Kept, { outcome: 'refused' }>,
): Promise<Told> {
  log.warn({ channel: row.channel, named: row.named, why }, 'a channel takes no digest');
  // One that was told and then deleted stays told.
  await saveDigest(
    db,
    row,
    row.told_at === null ? { state: 'refused', why: `Slack says: ${why.slice(0, 200)}.` } : { state: 'told' },
  );
  return { again: null, writes: 0 };
}

function earlier(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
