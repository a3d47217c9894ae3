import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Change } from '../domain/change.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';

/** By their ids. */
export async function toldChanges(
  db: Kysely<Schema>,
  ids: readonly string[],
  settings: Catalog,
): Promise<ReadonlyMap<string, Change>> {
  if (ids.length === 0) return new Map();
  const catalog = await catalogWith(db, settings);
  const rows = await db
    .selectFrom('changes')
    .select(changeColumns)
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map((row) => [row.id, changeOfRow(row, catalog)]));
}
