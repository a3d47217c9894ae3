import { sql } from 'kysely';
import type { Difference, Pair, ParityReport } from '../../domain/comparison/difference.ts';
import { type DifferenceGroup, groupsOf } from '../../domain/parity/groups.ts';
import type { AlarmRow } from '../../parity/alarms.ts';
import { enqueueAlarms } from '../../parity/enqueue-alarms.ts';
import type { SlackContext } from '../context.ts';
import { tokenOf } from './state.ts';

export type Differences = readonly [Difference, ...Difference[]];

/** The group that a menu was about; null: it is not there any more. */
export function groupIn(report: ParityReport, token: string): DifferenceGroup | null {
  return groupsOf(report.differences).find(({ id }) => tokenOf(id) === token) ?? null;
}

/** What an alarm is about, as it is now; null: nothing of it differs any more. */
export async function differencesOf(context: SlackContext, alarm: AlarmRow): Promise<Differences | null> {
  const report = await compareNow(context, null, pairOf(alarm));
  const ids = new Set(alarm.difference_ids);
  const [first, ...more] = report.differences.filter(({ id }) => ids.has(id));
  return first === undefined ? null : [first, ...more];
}

export function pairOf({ reference, mirror }: Pair): Pair {
  return { reference, mirror };
}

/** As this person sees it; null: as anybody does. */
export async function compareNow(
  context: SlackContext,
  viewedBy: string | null,
  pair: Pair,
  service: string | null = null,
): Promise<ParityReport> {
  return context.parity.compare({ pair, service, at: context.now(), viewer: await context.viewerOf(viewedBy) });
}

/** What was said changes what people were told: their messages follow within seconds. */
export async function alarmsFollow({ db, now }: SlackContext, pair: Pair): Promise<void> {
  await enqueueAlarms(db, pair, now());
}

/** Whether the timeline has it. */
export async function isChange({ db }: SlackContext, id: string): Promise<boolean> {
  if (!/^\d{1,18}$/.test(id)) return false;
  const row = await db
    .selectFrom('changes')
    .select(sql<number>`1`.as('one'))
    .where('id', '=', id)
    .executeTakeFirst();
  return row !== undefined;
}
