import { type Kysely, sql } from 'kysely';
import type { Schema } from '../src/database/schema.ts';
import { bodyColumns, bodyReader } from '../src/timeline/read-body.ts';

/**
 * What recording has written, in an order that is always the same, with a change called by its first event and not by
 * its number. Without changes that were found to be one with another: which one that is depends on their numbers.
 */
export async function tablesOf(db: Kysely<Schema>): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const called = sql`changes.events -> 0 -> 'statement' ->> 'key'`;
  const queries = {
    keys: sql`select * from delivery_keys order by source, key`,
    events: sql`
      select occurred_at, key, recorded_at, delivery_id, source, event from events order by key, occurred_at`,
    changes: sql`
      select at, occurred_at, kind, status, environment, service, services, repository, commit, title, actors,
        recorded_at, events, joined, joined_to, relation, repetitions
      from changes where merged_into is null order by events::text`,
    identities: sql`
      select type, value, ${called} as change from identities join changes on changes.id = change_id
      order by type, value`,
    mentions: sql`
      select type, value, ${called} as change from mentions join changes on changes.id = change_id
      where merged_into is null order by type, value, change`,
    signals: sql`select source, subject, state, title, said from signals order by source, subject`,
    environments: sql`select * from environments order by name`,
    services: sql`select * from services order by name`,
    repositories: sql`select * from repositories order by name`,
  };
  const tables: Record<string, readonly unknown[]> = { deliveries: await deliveriesOf(db) };
  for (const [name, query] of Object.entries(queries)) tables[name] = (await query.execute(db)).rows;
  return tables;
}

/** With their bodies as they came: which of them share a block depends on which transaction wrote them. */
async function deliveriesOf(db: Kysely<Schema>): Promise<readonly unknown[]> {
  const rows = await db
    .selectFrom('deliveries')
    .select(['id', 'received_at', 'source', 'headers', 'outcome', 'error', ...bodyColumns])
    .orderBy('id')
    .execute();
  const bodyOf = bodyReader(db);
  const told: unknown[] = [];
  for (const row of rows) {
    const { id, received_at: at, source, headers, outcome, error } = row;
    told.push({ id, at, source, headers, outcome, error, body: (await bodyOf(row))?.toString() });
  }
  return told;
}
