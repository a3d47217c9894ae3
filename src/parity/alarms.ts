import { createHash } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import type { ParityAlarms, ParityPosts } from '../database/parity-schema.ts';
import type { Schema } from '../database/schema.ts';
import type { Pair, ParityReport } from '../domain/comparison/difference.ts';
import {
  type AlarmPlan,
  type AlarmsSoFar,
  type KnownAlarm,
  type MutedWhy,
  alarmWords,
  planAlarms,
} from '../domain/parity/alarms.ts';
import { type DifferenceGroup, groupServices } from '../domain/parity/groups.ts';

export type AlarmRow = Selectable<ParityAlarms>;
export interface AlarmPost extends Selectable<ParityPosts> {
  /** Oldest first. */
  readonly alarms: readonly AlarmRow[];
}

/** More groups than this that begin to alarm at once in one channel are told in one message. */
const mostMessages = 5;
const longestKey = 250;

export interface AlarmContext {
  readonly db: Kysely<Schema>;
  /** Where people of these services are told; null: nobody said. */
  readonly channelOf: (place: { readonly services: readonly string[]; readonly reference: string }) => string | null;
}

/** Remembers what a comparison says to those who are to be told. One at a time for a pair. */
export async function settleAlarms({ db, channelOf }: AlarmContext, report: ParityReport): Promise<void> {
  const { pair } = report;
  const plan = planAlarms(report, await alarmsSoFar(db, pair));
  const posts = postsOf(plan, report, channelOf);
  await db.transaction().execute(async (trx) => {
    await remember(trx, plan, report);
    for (const { key, services, summary, groups } of posts) {
      await trx
        .insertInto('parity_posts')
        .values({
          ...pair,
          key,
          services: [...services],
          summary: summary === null ? null : JSON.stringify(summary),
          made_at: report.at,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      for (const group of groups) await openAlarm(trx, { group, key, report });
    }
  });
}

/** What Slack may not show yet as it is. */
export async function unsettledPosts(db: Kysely<Schema>, { reference, mirror }: Pair): Promise<readonly AlarmPost[]> {
  const posts = await db
    .selectFrom('parity_posts')
    .selectAll()
    .where('reference', '=', reference)
    .where('mirror', '=', mirror)
    .where('settled', '=', false)
    .orderBy('made_at')
    .orderBy('key')
    .execute();
  if (posts.length === 0) return [];
  const alarms = await db
    .selectFrom('parity_alarms')
    .selectAll()
    .where(
      'post_key',
      'in',
      posts.map(({ key }) => key),
    )
    .orderBy('id')
    .execute();
  const byPost = Map.groupBy(alarms, ({ post_key: key }) => key);
  return posts.map((post) => ({ ...post, alarms: byPost.get(post.key) ?? [] }));
}

export async function settlePost(db: Kysely<Schema>, key: string): Promise<void> {
  await db.updateTable('parity_posts').set({ settled: true }).where('key', '=', key).execute();
}

export async function findAlarm(db: Kysely<Schema>, id: string): Promise<AlarmRow | null> {
  return (await db.selectFrom('parity_alarms').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

export interface Mute {
  readonly why: MutedWhy;
  readonly note: string;
  readonly by: string;
}

/** The group is told no more. Null: there is no such alarm. What was said last counts. */
export async function muteAlarm(
  db: Kysely<Schema>,
  id: string,
  { why, note, by }: Mute,
  now: Date,
): Promise<AlarmRow | null> {
  const row = await db
    .updateTable('parity_alarms')
    .set({ muted_at: now, muted_by: by, muted_why: why, muted_note: note === '' ? null : note.slice(0, 2000) })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return null;
  await db.updateTable('parity_posts').set({ settled: false }).where('key', '=', row.post_key).execute();
  return row;
}

async function alarmsSoFar(db: Kysely<Schema>, { reference, mirror }: Pair): Promise<AlarmsSoFar> {
  const ofPair = db.selectFrom('parity_alarms').where('reference', '=', reference).where('mirror', '=', mirror);
  const columns = ['id', 'group_key', 'verdict', 'difference_ids'] as const;
  const [open, muted, looked] = await Promise.all([
    ofPair.select(columns).where('ended_at', 'is', null).orderBy('id').execute(),
    ofPair.select(columns).where('muted_at', 'is not', null).execute(),
    db
      .selectFrom('parity_first_looks')
      .select('collector')
      .where('reference', '=', reference)
      .where('mirror', '=', mirror)
      .execute(),
  ]);
  return {
    open: open.map(knownAlarm),
    muted: muted.map(knownAlarm),
    looked: new Set(looked.map(({ collector }) => collector)),
  };
}

function knownAlarm(row: Pick<AlarmRow, 'id' | 'group_key' | 'verdict' | 'difference_ids'>): KnownAlarm {
  return { id: row.id, group: row.group_key, verdict: row.verdict, differenceIds: row.difference_ids };
}

async function remember(
  db: Kysely<Schema>,
  { looked, still, ended }: AlarmPlan,
  { pair, at }: ParityReport,
): Promise<void> {
  if (looked.length > 0) {
    await db
      .insertInto('parity_first_looks')
      .values(looked.map((collector) => ({ ...pair, collector, looked_at: at })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  for (const { id, group, differenceIds } of still) {
    await db
      .updateTable('parity_alarms')
      .set({ said: JSON.stringify(alarmWords(group, pair)), difference_ids: [...differenceIds] })
      .where('id', '=', id)
      .execute();
  }
  for (const { id, ended: how, by } of ended) {
    await db
      .updateTable('parity_alarms')
      .set({ ended_at: at, ended: how, ended_by: by })
      .where('id', '=', id)
      .execute();
  }
}

interface PlannedPost {
  readonly key: string;
  readonly services: readonly string[];
  readonly summary: AlarmPlan['firstLook'];
  readonly groups: readonly DifferenceGroup[];
}

function postsOf(
  { found, opened, firstLook }: AlarmPlan,
  { pair, at }: ParityReport,
  channelOf: AlarmContext['channelOf'],
): readonly PlannedPost[] {
  const { reference } = pair;
  const first =
    firstLook === null
      ? []
      : [
          {
            key: postKey(pair, `first:${firstLook.collectors.join(',')}`),
            services: [],
            summary: firstLook,
            groups: found,
          },
        ];
  const byChannel = Map.groupBy(opened, (group) => channelOf({ services: groupServices(group), reference }));
  const alarms = [...byChannel].flatMap(([channel, groups]) =>
    groups.length > mostMessages
      ? [
          {
            key: postKey(pair, `many:${channel ?? ''}:${at.toISOString()}`),
            services: [...new Set(groups.flatMap(groupServices))].toSorted(),
            summary: null,
            groups,
          },
        ]
      : groups.map((group) => ({
          key: postKey(pair, `${group.verdict}:${group.id}:${at.toISOString()}`),
          services: groupServices(group),
          summary: null,
          groups: [group],
        })),
  );
  return [...first, ...alarms];
}

async function openAlarm(
  db: Kysely<Schema>,
  {
    group,
    key,
    report: { pair, at },
  }: { readonly group: DifferenceGroup; readonly key: string; readonly report: ParityReport },
): Promise<void> {
  if (group.verdict !== 'unexplained' && group.verdict !== 'forbidden-equality') return;
  await db
    .insertInto('parity_alarms')
    .values({
      ...pair,
      group_key: group.id,
      difference_ids: group.differences.map(({ id }) => id),
      verdict: group.verdict,
      said: JSON.stringify(alarmWords(group, pair)),
      post_key: key,
      opened_at: at,
      ended_at: null,
      ended: null,
      ended_by: null,
      muted_at: null,
      muted_by: null,
      muted_why: null,
      muted_note: null,
    })
    .execute();
}

/** A group that comes back is a new message. */
function postKey({ reference, mirror }: Pair, what: string): string {
  const key = `parity:${reference}:${mirror}:${what}`;
  if (key.length <= longestKey) return key;
  return `parity:${createHash('sha256').update(key).digest('hex')}`;
}
