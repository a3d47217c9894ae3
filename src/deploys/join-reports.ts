import { type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { inOrder } from '../domain/fold.ts';
import { groupReports, reportOf } from '../domain/reports.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';
import { changeRow, updateChanges } from '../timeline/change-rows.ts';
import { type Place, deploysOf } from './place.ts';

export interface JoinedReports {
  /** The change that is shown for the given one: itself unless another tells it. */
  readonly shown: string;
  /** Changes that must be related again, because what is shown around them is another. */
  readonly altered: readonly string[];
}

/** Milliseconds around a report in which others may tell the same deploy, or show that it is another. */
const around = 6 * 3_600_000;
/** A service that is deployed more often than this in twelve hours has its farthest reports left as they are. */
const mostReports = 500;
/** Of the deploys after it, those told again. */
const mostFollowing = 50;

/**
 * Joins the reports of one deploy by several systems, and parts those that turn out to tell different ones. Computed
 * anew from all reports of the place around this one, so their order makes no difference. The caller holds the lock of
 * the place.
 */
export async function joinReports(
  trx: Transaction<Schema>,
  place: Place,
  changeId: string,
  catalog: Catalog,
): Promise<JoinedReports> {
  const rows = await reportsAround(trx, place, changeId);
  const untold = rows.every((row) => row.joined_to === null && row.joined === null);
  const reports = rows.map((row) => reportOf(changeOfRow({ ...row, joined: null }, catalog), row.events));
  if (untold && new Set(reports.flatMap(({ reporters }) => [...reporters])).size < 2) {
    return { shown: changeId, altered: [] };
  }
  const groups = groupReports(reports);
  const altered = rows.flatMap((row) => {
    const first = groups.get(row.id) ?? row.id;
    const joinedTo = first === row.id ? null : first;
    const others = rows.filter((other) => other.id !== row.id && groups.get(other.id) === row.id);
    const joined = others.length === 0 ? null : inOrder(others.flatMap(({ events }) => events));
    if (row.joined_to === joinedTo && isSame(row.joined, joined)) return [];
    return [{ before: row, row: changeRow({ ...row, isNew: false, joined, joinedTo }, catalog) }];
  });
  if (altered.length === 0) return { shown: groups.get(changeId) ?? changeId, altered: [] };
  await updateChanges(
    trx,
    altered.map(({ row }) => row),
  );
  await mentionAll(
    trx,
    altered.map(({ row }) => row.id),
  );
  const first = Math.min(...altered.map(({ row }) => row.folded.occurredAt.getTime()));
  return {
    shown: groups.get(changeId) ?? changeId,
    altered: [
      ...altered.flatMap(({ before, row }) => [row.joinedTo ?? row.id, ...(before.joined_to ?? [])]),
      ...(await deploysSince(trx, place, new Date(first))),
    ].filter((id, index, all) => all.indexOf(id) === index),
  };
}

/** Shown ones around it, those joined to them, and the change itself. Locked in the order in which recording locks. */
async function reportsAround(trx: Transaction<Schema>, place: Place, changeId: string) {
  const { ids } = await sql<{ ids: string[] }>`
    with here as (select id, occurred_at, joined_to from changes where id = ${changeId}::bigint),
    shown as (
      select changes.id from here, changes
      where changes.environment = ${place.environment} and changes.service is not distinct from ${place.service}
        and (${place.repository}::text is null or changes.repository = ${place.repository})
        and changes.kind in ('deploy', 'rollback') and changes.at is not null
        and changes.at between here.occurred_at - ${around} * interval '1 ms'
                           and here.occurred_at + ${around} * interval '1 ms'
      order by abs(extract(epoch from changes.at - here.occurred_at)), changes.id
      limit ${mostReports}
    )
    select array(
      select id from here union select joined_to from here where joined_to is not null
      union select id from shown
      union select changes.id from changes where joined_to in (select id from shown union select id from here)
    ) as ids
  `
    .execute(trx)
    .then(({ rows }) => rows[0] ?? { ids: [changeId] });
  return trx
    .selectFrom('changes')
    .select([...changeColumns, 'changes.joined_to', 'changes.environment', 'changes.service'])
    .where('id', 'in', ids)
    .where('merged_into', 'is', null)
    .where('environment', '=', place.environment)
    .where((eb) => (place.service === null ? eb('service', 'is', null) : eb('service', '=', place.service)))
    .orderBy('id')
    .forUpdate()
    .execute();
}

function isSame(a: readonly TimelineEvent[] | null, b: readonly TimelineEvent[] | null): boolean {
  const keys = (events: readonly TimelineEvent[] | null) => (events ?? []).map(({ statement }) => statement.key).join();
  return keys(a) === keys(b);
}

/** What leads to a report leads to the change that is shown for it. */
async function mentionAll(trx: Transaction<Schema>, shown: readonly string[]): Promise<void> {
  await sql`
    insert into mentions (type, value, change_id)
    select type, value, joined_to from changes join mentions on mentions.change_id = changes.id
    where joined_to = any(${[...shown]}::bigint[])
    on conflict do nothing
  `.execute(trx);
}

/** Those for which what ran before them may be another now, or be known by its commit where only a label was. */
async function deploysSince(trx: Transaction<Schema>, place: Place, since: Date): Promise<readonly string[]> {
  const rows = await deploysOf(trx, place)
    .select('id')
    .where('at', '>=', since)
    .orderBy('at')
    .orderBy('id')
    .limit(mostFollowing)
    .execute();
  return rows.map(({ id }) => id);
}
