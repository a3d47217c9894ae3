import type { Kysely } from 'kysely';
import { actAs } from '../database/act-as.ts';
import type { Schema } from '../database/schema.ts';
import type { Alias } from '../domain/alias.ts';
import type { Catalog } from '../domain/catalog.ts';
import { enqueue } from '../jobs/enqueue.ts';
import { type Added, type AliasToRemove, type NewAlias, addAlias, removeAlias } from '../timeline/aliases.ts';

/** From now on the name means that; what was recorded under it is renamed by a job. `why` is for the audit. */
export function sayAlias(
  db: Kysely<Schema>,
  settings: Catalog,
  said: NewAlias,
  why: string | null = null,
): Promise<Added> {
  return db.transaction().execute(async (trx) => {
    await actAs(trx, said.by, why);
    const added = await addAlias(trx, settings, said);
    if (added.outcome === 'added') await enqueue(trx, 'apply-alias', { ...added.alias, step: 'changes', after: '0' });
    return added;
  });
}

/** The name is one of its own again, and so is what was recorded under it. Null: there is no such alias. */
export function takeBackAlias(
  db: Kysely<Schema>,
  given: AliasToRemove,
  by: string,
  why: string | null = null,
): Promise<Alias | null> {
  return db.transaction().execute(async (trx) => {
    await actAs(trx, by, why);
    const removed = await removeAlias(trx, given);
    if (removed !== null) await enqueue(trx, 'apply-alias', { ...removed, step: 'changes', after: '0' });
    return removed;
  });
}
