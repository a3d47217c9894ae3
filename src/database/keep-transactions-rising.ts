import { type Transaction, sql } from 'kysely';
import type { Schema } from './schema.ts';

/**
 * A server numbers its transactions. A database that was restored on another server would record with numbers that the
 * ledger has sealed long ago: then what is added to them is raised so that numbers go on where they ended. Whoever
 * records waits meanwhile. True: that was so.
 */
export async function keepTransactionsRising(trx: Transaction<Schema>): Promise<boolean> {
  const { rows: there } = await sql<{ there: boolean }>`
    select to_regclass('ledger_state') is not null as there
  `.execute(trx);
  if (there[0]?.there !== true || !(await isBehind(trx))) return false;
  await sql`lock table events, audit_events in access exclusive mode`.execute(trx);
  const { rows } = await sql<{ offset: string }>`
    update ledger_state set txid_offset = greatest(
      (select coalesce(max(to_position), 0) from ledger_seals where stream <> 'earlier'),
      (select coalesce(max(txid), 0) + 1 from events),
      (select coalesce(max(txid), 0) + 1 from audit_events)
    ) - least(txid_snapshot_xmin(txid_current_snapshot()), txid_current())
    returning txid_offset as offset
  `.execute(trx);
  const offset = BigInt(rows[0]?.offset ?? '0');
  for (const table of ['events', 'audit_events']) {
    await sql`
      alter table ${sql.table(table)} alter column txid set default txid_current() + ${sql.lit(offset)}::bigint
    `.execute(trx);
  }
  return true;
}

async function isBehind(trx: Transaction<Schema>): Promise<boolean> {
  const { rows } = await sql<{ behind: boolean }>`
    select txid_snapshot_xmax(txid_current_snapshot()) + txid_offset < greatest(
      (select max(to_position) from ledger_seals where stream <> 'earlier'), (select max(txid) from audit_events)
    ) as behind
    from ledger_state
  `.execute(trx);
  return rows[0]?.behind === true;
}
