import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { tookEffect } from '../domain/change-words.ts';
import { refreshesData } from '../domain/data-refresh.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';

/** Maintenance without a word of data, in between. */
const mostLooked = 500;
const anyCatalog: Catalog = { environments: new Map(), services: [], configPaths: [] };

/**
 * When the data of an environment came from another one last, as a `maintenance` change says; null: nobody said so. To
 * tell it: `sincewhen record maintenance --environment staging --title "Staging data refreshed"`.
 */
export async function dataRefreshedAt(db: Kysely<Schema>, environment: string): Promise<Date | null> {
  const rows = await db
    .selectFrom('changes')
    .select(changeColumns)
    .where('environment', '=', environment)
    .where('kind', '=', 'maintenance')
    .where('at', 'is not', null)
    .where(sql<boolean>`(status is null or status = 'succeeded')`)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(mostLooked)
    .execute();
  // Its names make no difference here: the row is known to be of this environment.
  const found = rows.map((row) => changeOfRow(row, anyCatalog)).find(refreshesData);
  return found === undefined ? null : tookEffect(found);
}
