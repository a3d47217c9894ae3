import { type Kysely, sql } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import type { BackportFact } from '../../domain/backports/backport.ts';

/** What the mirror must have as the reference has it, by backport. */
export async function factsOf(
  db: Kysely<Schema>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly BackportFact[]>> {
  const facts = new Map<string, BackportFact[]>();
  if (ids.length === 0) return facts;
  const rows = await db
    .selectFrom('backport_facts')
    .select(['backport_id', 'service', 'facet', 'key', 'proved_at', 'collector', 'snapshot_id', 'change_id'])
    .where(sql<boolean>`backport_id = any(${ids}::bigint[])`)
    .orderBy('backport_id')
    .orderBy('facet')
    .orderBy('key')
    .orderBy('service')
    .execute();
  for (const row of rows) {
    const there = facts.get(row.backport_id) ?? [];
    there.push({
      service: row.service === '' ? null : row.service,
      facet: row.facet,
      key: row.key,
      proof:
        row.proved_at === null || row.collector === null
          ? null
          : { at: row.proved_at, collector: row.collector, snapshotId: row.snapshot_id, changeId: row.change_id },
    });
    facts.set(row.backport_id, there);
  }
  return facts;
}
