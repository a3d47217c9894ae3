import { type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { TimelineEvent } from '../domain/event.ts';
import type { StoredDelivery } from './record.ts';

/**
 * Takes the keys of these deliveries. Answers, for each delivery that was here before (or comes twice in the list),
 * the id of the one that was first; a second process that has the same delivery under way is waited for.
 */
export async function claimDeliveries(
  trx: Transaction<Schema>,
  deliveries: readonly StoredDelivery[],
): Promise<ReadonlyMap<string, string>> {
  const keyed = deliveries.flatMap(({ id, key, source, receivedAt }) =>
    key === null ? [] : [{ source, key, received_at: receivedAt, delivery_id: id }],
  );
  if (keyed.length === 0) return new Map();
  const claimed = await sql<{ delivery_id: string }>`
    insert into delivery_keys (source, key, received_at, delivery_id)
    select source, key, received_at, delivery_id
    from jsonb_to_recordset(${JSON.stringify(keyed)}::jsonb)
      as given (source text, key text, received_at timestamptz, delivery_id uuid)
    order by source, key
    on conflict do nothing
    returning delivery_id
  `.execute(trx);
  if (claimed.rows.length === keyed.length) return new Map();
  const fresh = new Set(claimed.rows.map((row) => row.delivery_id));
  const repeated = keyed.filter((row) => !fresh.has(row.delivery_id));
  const first = await sql<{ id: string; first: string }>`
    select given.delivery_id as id, delivery_keys.delivery_id as first
    from jsonb_to_recordset(${JSON.stringify(repeated)}::jsonb) as given (source text, key text, delivery_id uuid)
    join delivery_keys using (source, key)
  `.execute(trx);
  return new Map(first.rows.map((row) => [row.id, row.first]));
}

/**
 * Bodies travel as one binary parameter from which the server cuts each row's: escaping 8 kB of JSON text as an array
 * element costs both ends more than all the rest of the row.
 */
export async function writeDeliveries(trx: Transaction<Schema>, deliveries: readonly StoredDelivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  let end = 1;
  const rows = deliveries.map(({ id, receivedAt, source, headers, body, outcome, error }) => {
    const start = end;
    end += body.length;
    return { id, received_at: receivedAt, source, headers, start, size: body.length, outcome, error };
  });
  const bodies = Buffer.concat(deliveries.map((delivery) => delivery.body));
  await sql`
    insert into deliveries (id, received_at, source, headers, body, outcome, error)
    select id, received_at, source, headers, substring(${bodies}::bytea from start for size), outcome, error
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as given (id uuid, received_at timestamptz, source text, headers jsonb, start int, size int, outcome text, error text)
  `.execute(trx);
}

export interface EventRow {
  readonly event: TimelineEvent;
  readonly deliveryId: string;
}

/** Statements already there, under the same time and key, are left as they are. */
export async function writeEvents(trx: Transaction<Schema>, rows: readonly EventRow[], now: Date): Promise<void> {
  if (rows.length === 0) return;
  const given = rows.map(({ event: { statement, identities, mentions }, deliveryId }) => ({
    occurred_at: statement.occurredAt,
    key: statement.key,
    delivery_id: deliveryId,
    source: statement.source,
    identities,
    mentions,
    statement,
  }));
  await sql`
    insert into events (occurred_at, key, recorded_at, delivery_id, source, identities, mentions, statement)
    select occurred_at, key, ${now}::timestamptz, delivery_id, source, identities, mentions, statement
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
      as given (occurred_at timestamptz, key text, delivery_id uuid, source text, identities jsonb, mentions jsonb,
                statement jsonb)
    on conflict do nothing
  `.execute(trx);
}
