import { type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Alias } from '../domain/alias.ts';
import { type Identity, identityKey } from '../domain/identity.ts';
import { aliasesToWriteBy } from './aliases.ts';
import type { StoredDelivery } from './record.ts';

export interface Claimed {
  /** For each delivery that was here before (or comes twice in the list): the id of the one that was first. */
  readonly repeated: ReadonlyMap<string, string>;
  /** A number for each change to come. */
  readonly reserved: readonly string[];
  /** The identities that belong to a change already. */
  readonly taken: readonly Identity[];
  /** Those to write by. */
  readonly aliases: readonly Alias[];
}

interface ClaimedRow {
  readonly aliases: readonly Alias[];
  readonly reserved: readonly string[];
  /** Ids of the deliveries whose keys were free. */
  readonly deliveries: readonly string[];
  /** As `identityKey` writes them: those that were free. */
  readonly identities: readonly string[];
}

/**
 * Takes the keys of these deliveries, and a number for each of these changes to come, to which it ties the change's
 * identities; what another transaction has taken stays its own. One that is under way is waited for. Rows are taken in
 * one order everywhere, so that processes wait for each other and do not deadlock: the aliases first (`locked`), then
 * deliveries, then identities. One statement, because round trips are what a batch waits for most.
 */
export async function claim(
  trx: Transaction<Schema>,
  deliveries: readonly StoredDelivery[],
  changes: readonly (readonly Identity[])[],
): Promise<Claimed> {
  const keyed = deliveries.flatMap(({ id, key, source, receivedAt }) =>
    key === null ? [] : [{ source, key, received_at: receivedAt, delivery_id: id }],
  );
  const identities = changes.flatMap((each, n) => each.map(({ type, value }) => ({ n, type, value })));
  const { rows } = await sql<ClaimedRow>`/* prepared */
    with ${aliasesToWriteBy}, numbers as materialized (
      select n, nextval('changes_id_seq') as id from generate_series(0, ${changes.length - 1}::int) as n
    ), delivery as (
      insert into delivery_keys (source, key, received_at, delivery_id)
      select source, key, received_at, delivery_id
      from jsonb_to_recordset(${JSON.stringify(keyed)}::jsonb)
        as given (source text, key text, received_at timestamptz, delivery_id uuid), locked
      order by source, key
      on conflict do nothing
      returning delivery_id
    ), identity as (
      insert into identities (type, value, change_id)
      select type, value, id from jsonb_to_recordset(${JSON.stringify(identities)}::jsonb)
        as given (n int, type text, value text collate "C") join numbers using (n), locked
      order by type, value
      on conflict do nothing
      returning type, value
    )
    select
      (select aliases from locked) as aliases,
      (select coalesce(json_agg(id::text order by n), '[]') from numbers) as reserved,
      (select coalesce(json_agg(delivery_id), '[]') from delivery) as deliveries,
      (select coalesce(json_agg(type || ':' || value), '[]') from identity) as identities
  `.execute(trx);
  const [row] = rows;
  if (row === undefined) throw new Error('an aggregate without a row');
  const [deliveryIds, identityKeys] = [new Set(row.deliveries), new Set(row.identities)];
  const again = keyed.filter(({ delivery_id: id }) => !deliveryIds.has(id));
  return {
    repeated: again.length === 0 ? new Map() : await firstOf(trx, again),
    reserved: row.reserved,
    taken: identities.filter((identity) => !identityKeys.has(identityKey(identity))),
    aliases: row.aliases,
  };
}

async function firstOf(
  trx: Transaction<Schema>,
  repeated: readonly { readonly source: string; readonly key: string; readonly delivery_id: string }[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ id: string; first: string }>`
    select given.delivery_id as id, delivery_keys.delivery_id as first
    from jsonb_to_recordset(${JSON.stringify(repeated)}::jsonb) as given (source text, key text, delivery_id uuid)
    join delivery_keys using (source, key)
  `.execute(trx);
  return new Map(rows.map((row) => [row.id, row.first]));
}
