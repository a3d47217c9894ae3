import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';

const hour = 3_600_000;
/** An event is looked for among changes that took effect this near to it. */
const near = 6 * hour;
const most = 50;

/**
 * The keys of events that are missing, by the first 16 bytes of their leaves, as far as the changes that they made still
 * hold them: of a few only, as each is looked for among all that happened then.
 */
export async function keysOf(
  db: Kysely<Schema>,
  missing: readonly { readonly leaf: string; readonly at: Date }[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const { leaf, at } of missing.slice(0, most)) {
    const { rows } = await sql<{ key: string }>`
      select said -> 'statement' ->> 'key' as key
      from changes, jsonb_array_elements(events || coalesce(joined, '[]')) as said
      where at between ${new Date(at.getTime() - near)} and ${new Date(at.getTime() + near)}
        and encode(substring(sha256(convert_to(said -> 'statement' ->> 'key', 'UTF8')) for 8), 'hex') = ${leaf.slice(16, 32)}
      limit 1
    `.execute(db);
    const [row] = rows;
    if (row !== undefined) found.set(leaf.slice(0, 32), row.key);
  }
  return found;
}
