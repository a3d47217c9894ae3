import { type RawBuilder, type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { type ChangeRow, changeRecordset, columnsOf } from './change-rows.ts';
import type { NewRows } from './new-rows.ts';
import { type Block, packBodies } from './delivery-body.ts';

/** Everything of a batch that is only inserted, in one statement. */
export async function writeBatch(
  trx: Transaction<Schema>,
  { now, ...rows }: NewRows & { readonly now: Date },
): Promise<void> {
  if (rows.deliveries.length + rows.events.length + rows.mentions.length + rows.named.length === 0) return;
  const everything: Chosen = { parts: sql``, changes: sql``, changeId: sql`given.change` };
  const block = await blockOf([rows]);
  await sql`/* prepared */ with ${inserts([rows], block, everything, now)} select`.execute(trx);
}

/** Which of the rows a statement inserts, and under which numbers. */
export interface Chosen {
  /** Joined to what has the number of its `part`. */
  readonly parts: RawBuilder<unknown>;
  /** Joined to what has the `change` that it is about. */
  readonly changes: RawBuilder<unknown>;
  /** The number of that change. */
  readonly changeId: RawBuilder<unknown>;
}

/**
 * The parts of a `with` that insert these rows, all in one statement: at thousands of deliveries a second it is round
 * trips that cost. Bodies travel as one block, which goes to the delivery that was received last and so expires last; the
 * events of a new change as one list, from which the server takes each for the ledger, because
 * to make the list of them costs it more. Statements, mentions and names that are there already are left as they are. Names are looked up
 * before they are inserted, so that almost always nothing is locked, and sorted, so that two processes never deadlock.
 */
export function inserts(
  parts: readonly NewRows[],
  { block, places }: Block,
  chosen: Chosen,
  now: Date,
): RawBuilder<unknown> {
  const deliveries = deliveryRows(parts, places);
  const events = parts.flatMap((part) => part.events.map(eventRow));
  const changes = parts.flatMap((part) => part.changes.map((row) => ({ ...columnsOf(row), events: row.events })));
  const mentions = parts.flatMap((part) =>
    part.mentions.map(({ type, value, changeId }) => ({ type, value, change: changeId })),
  );
  const newNames = (table: RawBuilder<unknown>, names: NamesOf) => sql`
      insert into ${table} (name, first_seen_at)
      select distinct name, ${now}::timestamptz from ${namesIn(parts, names)} ${chosen.parts}
      where not exists (select from ${table} as known where known.name = given.name)
      order by name
      on conflict do nothing`;
  return sql`new_deliveries as (
      insert into deliveries (id, received_at, source, headers, body, block_at, block, start, size, outcome, error)
      select id, received_at, source, headers, case when row_number() over latest = 1 then ${block}::bytea end,
             first_value(received_at) over latest, first_value(id) over latest, start, size, outcome, error
      from jsonb_to_recordset(${JSON.stringify(deliveries)}::jsonb) as given
        (part int, id uuid, received_at timestamptz, source text, headers jsonb, start int, size int, outcome text, error text)
      ${chosen.parts}
      window latest as (order by received_at desc, id desc)
    ), made as materialized (
      select id as change, given.* from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) as given ${changeRecordset}
    ), new_events as (
      insert into events (occurred_at, key, recorded_at, delivery_id, source, event)
      select given.occurred_at, key, ${now}::timestamptz, delivery_id, source, coalesce(event, made.events -> place)
      from jsonb_to_recordset(${JSON.stringify(events)}::jsonb) as given
        (change bigint, place int, occurred_at timestamptz, key text, delivery_id uuid, source text, event jsonb)
      ${chosen.changes}
      left join made using (change)
      on conflict do nothing
    ), new_changes as (
      insert into changes (id, at, occurred_at, kind, status, environment, service, services, repository, commit, title,
                           actors, repetitions, recorded_at, events)
      select ${chosen.changeId}, at, occurred_at, kind, status, environment, service, services, repository, commit, title,
             actors, repetitions, ${now}::timestamptz, events
      from made as given ${chosen.changes}
    ), new_environments as (${newNames(sql`environments`, ({ environment }) => [environment])}
    ), new_services as (${newNames(sql`services`, ({ services }) => services)}
    ), new_repositories as (${newNames(sql`repositories`, ({ repository }) => [repository])}
    ), new_mentions as (
      insert into mentions (type, value, change_id)
      select type, value, ${chosen.changeId} from jsonb_to_recordset(${JSON.stringify(mentions)}::jsonb)
        as given (type text, value text, change bigint)
      ${chosen.changes}
      on conflict do nothing
    )`;
}

/** The bodies of these deliveries, in the order in which `inserts` takes them. */
export function blockOf(parts: readonly NewRows[]): Promise<Block> {
  return packBodies(parts.flatMap(({ deliveries }) => deliveries.map(({ body }) => body)));
}

function deliveryRows(parts: readonly NewRows[], places: Block['places']) {
  const deliveries = parts.flatMap((rows, part) => rows.deliveries.map((delivery) => ({ part, ...delivery })));
  return deliveries.map(({ part, id, receivedAt, source, headers, outcome, error }, index) => {
    const row = { part, id, received_at: receivedAt, source, headers, outcome, error };
    return { ...row, ...places[index] };
  });
}

/** With its `place` among those of its change where that is sent too, in place of the event. */
function eventRow({ event, deliveryId, changeId, place }: NewRows['events'][number]) {
  const { occurredAt, key, source } = event.statement;
  const row = { change: changeId, occurred_at: occurredAt, key, delivery_id: deliveryId, source };
  return place === null ? { ...row, event } : { ...row, place };
}

type NamesOf = (change: ChangeRow['folded']) => readonly (string | null)[];

/** The names of changes that are shown: what is only mentioned is not known to be there. */
function namesIn(parts: readonly NewRows[], namesOf: NamesOf): RawBuilder<unknown> {
  const found = parts.flatMap(({ named }, part) => {
    const shown = named.filter((row) => row.folded.at !== null);
    const names = new Set(shown.flatMap((row) => namesOf(row.folded)).filter((name) => name !== null));
    return [...names].map((name) => ({ part, name }));
  });
  const numbers = found.map(({ part }) => part);
  const names = found.map(({ name }) => name);
  return sql`unnest(${numbers}::int[], ${names}::text[]) as given (part, name)`;
}
