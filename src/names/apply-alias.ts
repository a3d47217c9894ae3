import type { Kysely, Transaction } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { type Payload, enqueue } from '../jobs/enqueue.ts';
import { catalogToWriteBy } from '../timeline/aliases.ts';
import type { Touched } from '../timeline/record.ts';
import { forgetNames, renameChanges, renameIncidents, renameSignals } from '../timeline/rename.ts';

export interface ApplyAliasDependencies {
  readonly db: Kysely<Schema>;
  /** Of the settings. */
  readonly catalog: Catalog;
  readonly now: () => Date;
  /** As recording has them: called in the transaction that renames. */
  readonly react: (trx: Transaction<Schema>, touched: readonly Touched[]) => Promise<void>;
  /** Called when all changes have their names, in the transaction that finds it. */
  readonly settle: (trx: Transaction<Schema>) => Promise<void>;
}

/**
 * One page of renaming what an alias, added or removed, touches, and the job for the next page. Computed from what was
 * recorded and from the aliases of now, so it may run any number of times, and for several aliases at once.
 */
export async function applyAlias(
  { db, catalog: settings, now, react, settle }: ApplyAliasDependencies,
  payload: Payload<'apply-alias'>,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const catalog = await catalogToWriteBy(trx, settings);
    const next = (step: typeof payload.step, after = '0') => enqueue(trx, 'apply-alias', { ...payload, step, after });
    switch (payload.step) {
      case 'changes': {
        const { last, touched } = await renameChanges(trx, payload, { catalog, now: now() });
        await react(trx, touched);
        return last === null ? next('signals') : next('changes', last);
      }
      case 'signals': {
        const { last } = await renameSignals(trx, payload, { catalog, now: now() });
        return last === null ? next('names') : next('signals', last);
      }
      case 'names':
        await settle(trx);
        await renameIncidents(trx, catalog);
        await forgetNames(trx, catalog);
    }
  });
}
