import { type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
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
