import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Change } from '../domain/change.ts';
import type { ReleaseRules } from '../domain/release-rules.ts';
import { withHistoryRisks } from './history-risks.ts';
import { withMergeRisks } from './merge-risks.ts';
import { withRevertedFixes } from './reverted-fixes.ts';

/** The same changes, with every risk that is not in their own events: one for answers and the export, so that both agree. */
export async function withRisks(
  {
    db,
    catalog,
    releases,
  }: { readonly db: Kysely<Schema>; readonly catalog: Catalog; readonly releases: ReleaseRules },
  changes: readonly Change[],
  hidden: readonly string[],
): Promise<readonly Change[]> {
  const merged = await withRevertedFixes(db, await withMergeRisks(db, changes, catalog), hidden);
  return withHistoryRisks({ db, catalog, releases }, merged);
}
