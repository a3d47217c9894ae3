import { type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { type ChangeRow, type Claim, changeRecordset, columnsOf } from './change-rows.ts';
import type { StoredDelivery } from './record.ts';

export interface NewRows {
  readonly deliveries: readonly StoredDelivery[];
  /** What is said for the first time, the events of each change oldest first. `kept`: stays in the row of its change. */
  readonly events: readonly {
    readonly event: TimelineEvent;
    readonly deliveryId: string;
    readonly changeId: string;
    readonly kept: boolean;
  }[];
  /** Changes that are not in the table yet: their events are all among `events`, from which the server takes them. */
  readonly changes: readonly ChangeRow[];
  readonly mentions: readonly Claim[];
  /** Changes whose names may be new to the timeline. */
  readonly named: readonly ChangeRow[];
  readonly now: Date;
}

/**
 * Everything of a batch that is only inserted, in one statement: at thousands of deliveries a second it is round trips
 * that cost. Bodies travel as one binary parameter from which the server cuts each row's, because as text they would
 * double in size. Statements, mentions and names that are there already are left as they are. Names are looked up before
 * they are inserted, so that almost always nothing is locked, and sorted, so that two processes never deadlock.
 */
export async function writeBatch(trx: Transaction<Schema>, rows: NewRows): Promise<void> {
  if (rows.deliveries.length + rows.events.length + rows.mentions.length + rows.named.length === 0) return;
  const { now } = rows;
  const { bodies, deliveries } = deliveryRows(rows.deliveries);
  await sql`/* prepared */
    with new_deliveries as (
      insert into deliveries (id, received_at, source, headers, body, outcome, error)
      select id, received_at, source, headers, substring(${bodies}::bytea from start for size), outcome, error
      from jsonb_to_recordset(${JSON.stringify(deliveries)}::jsonb)
        as given (id uuid, received_at timestamptz, source text, headers jsonb, start int, size int, outcome text, error text)
    ), told as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rows.events.map(eventRow))}::jsonb)
        as given (change_id bigint, n int, kept boolean, occurred_at timestamptz, key text, delivery_id uuid, source text, event jsonb)
    ), new_events as (
      insert into events (occurred_at, key, recorded_at, delivery_id, source, event)
      select occurred_at, key, ${now}::timestamptz, delivery_id, source, event from told
      on conflict do nothing
    ), new_changes as (
      insert into changes (id, at, occurred_at, kind, status, environment, service, services, repository, commit, title,
                           actors, repetitions, recorded_at, events)
      select id, at, occurred_at, kind, status, environment, service, services, repository, commit, title, actors,
             repetitions, ${now}::timestamptz, events
      from jsonb_to_recordset(${JSON.stringify(rows.changes.map(columnsOf))}::jsonb) as given ${changeRecordset}
      join (select change_id, jsonb_agg(event order by n) filter (where kept) as events from told
            group by change_id) as of_change
        on of_change.change_id = given.id
    ), new_environments as (
      insert into environments (name, first_seen_at)
      select name, ${now}::timestamptz from unnest(${namesOf(rows.named, ({ environment }) => [environment])}::text[]) as name
      where not exists (select from environments known where known.name = name.name)
      order by name
      on conflict do nothing
    ), new_services as (
      insert into services (name, first_seen_at)
      select name, ${now}::timestamptz from unnest(${namesOf(rows.named, ({ services }) => services)}::text[]) as name
      where not exists (select from services known where known.name = name.name)
      order by name
      on conflict do nothing
    ), new_repositories as (
      insert into repositories (name, first_seen_at)
      select name, ${now}::timestamptz from unnest(${namesOf(rows.named, ({ repository }) => [repository])}::text[]) as name
      where not exists (select from repositories known where known.name = name.name)
      order by name
      on conflict do nothing
    )
    insert into mentions (type, value, change_id)
    select type, value, "changeId" from jsonb_to_recordset(${JSON.stringify(rows.mentions)}::jsonb)
      as given (type text, value text, "changeId" bigint)
    on conflict do nothing
  `.execute(trx);
}

function deliveryRows(deliveries: readonly StoredDelivery[]) {
  let end = 1;
  const rows = deliveries.map(({ id, receivedAt, source, headers, body, outcome, error }) => {
    const start = end;
    end += body.length;
    return { id, received_at: receivedAt, source, headers, start, size: body.length, outcome, error };
  });
  return { deliveries: rows, bodies: Buffer.concat(deliveries.map((delivery) => delivery.body)) };
}

function eventRow({ event, deliveryId, changeId, kept }: NewRows['events'][number], n: number) {
  const { occurredAt, key, source } = event.statement;
  return { change_id: changeId, n, kept, occurred_at: occurredAt, key, delivery_id: deliveryId, source, event };
}

/** Of changes that are shown: what is only mentioned is not known to be there. */
function namesOf(
  rows: readonly ChangeRow[],
  names: (change: ChangeRow['folded']) => readonly (string | null)[],
): readonly string[] {
  const shown = rows.filter((row) => row.folded.at !== null);
  return [...new Set(shown.flatMap((row) => names(row.folded)).filter((name) => name !== null))];
}
