import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { DigestTarget } from '../domain/digest/facts.ts';
import { type DigestTimes, type DueDigest, lastDue } from '../domain/digest/schedule.ts';
import { isMuted } from '../domain/digest/said.ts';
import { mutedIn } from './said.ts';

export interface DueTarget extends DigestTarget {
  readonly due: DueDigest;
}

/**
 * Whom the settings name, of whom nobody has begun to think this week. Of all that was due while nobody was here, the last
 * only; nothing that was due before the settings named the channel.
 */
export async function dueTargets(
  db: Kysely<Schema>,
  targets: readonly DigestTarget[],
  times: DigestTimes,
  now: Date,
): Promise<readonly DueTarget[]> {
  if (targets.length === 0) return [];
  const names = targets.map(({ named }) => named);
  await db
    .insertInto('digest_channels')
    .values(names.map((named) => ({ named, since: now })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const due = lastDue(times, now);
  const [known, begun] = await Promise.all([
    db.selectFrom('digest_channels').selectAll().where('named', 'in', names).execute(),
    db.selectFrom('digests').select('named').where('week', '=', due.week).where('named', 'in', names).execute(),
  ]);
  const since = new Map(known.map((row) => [row.named, row.since]));
  const over = new Set(begun.map(({ named }) => named));
  return targets
    .filter(({ named }) => !over.has(named) && (since.get(named) ?? now) <= due.at)
    .map((target) => ({ ...target, due }));
}

/** Begins the digest of a channel and week, once for ever. `channel` null: Slack shows none of that name. */
export async function beginDigest(
  db: Kysely<Schema>,
  { named, scope, due }: DueTarget,
  channel: string | null,
  now: Date,
): Promise<void> {
  const mute = channel === null ? null : await mutedIn(db, channel);
  const muted = isMuted(mute, now)
    ? `Muted by ${mute.by}${mute.until === null ? '' : ` until ${mute.until.toISOString().slice(0, 10)}`}.`
    : null;
  const refused = channel === null ? 'Slack shows no channel of that name that is not archived.' : null;
  await db
    .insertInto('digests')
    .values({
      channel: channel ?? named,
      week: due.week,
      named,
      services: scope.services === null ? null : [...scope.services],
      due_at: due.at,
      state: refused !== null ? 'refused' : muted !== null ? 'muted' : 'due',
      why: refused ?? muted,
      made_at: now,
      said: null,
      picture: null,
      pictured_at: null,
      told_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
