import { type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Facet } from '../domain/facts/fact.ts';
import { insertFacts } from './fact-rows.ts';
import { type KeptFact, placeOf, sameIn } from './snapshot-facts.ts';
import { type Reading, type Written, insertSnapshot } from './write-facts.ts';

/**
 * A snapshot older than the newest: what it saw otherwise than is known of its time is added to the history as so until
 * the next snapshot. What is so now stays, and nothing of it is drift.
 */
export async function storePast(trx: Transaction<Schema>, reading: Reading): Promise<Written> {
  const { whose, takenAt, facts } = reading;
  const { environment, collector } = whose;
  const { rows } = await sql<{ service: string; facet: Facet; key: string; same: string }>`
    select distinct on (service, facet, key) service, facet, key, encode(same, 'hex') as same
    from facts
    where environment = ${environment} and collector = ${collector} and (valid_to is null or valid_to > ${takenAt})
    order by service, facet, key, valid_from
  `.execute(trx);
  const then = new Map(rows.map((row) => [placeOf(row), row.same]));
  const next = await trx
    .selectFrom('snapshots')
    .select((eb) => eb.fn.min('taken_at').as('at'))
    .where('environment', '=', environment)
    .where('collector', '=', collector)
    .where('taken_at', '>', takenAt)
    .executeTakeFirstOrThrow();
  const other: KeptFact[] = [];
  for (const fact of facts.values()) if (then.get(placeOf(fact)) !== sameIn(fact)) other.push(fact);
  await insertFacts(trx, whose, other, { from: takenAt, to: next.at, after: () => null });
  const snapshot = await insertSnapshot(trx, reading, { changed: other.length, lost: [] });
  const note =
    'It is older than the newest snapshot of this collector: it is kept as history and changes nothing that is so now.';
  return { snapshot, changed: 0, drift: 0, notes: [note] };
}
