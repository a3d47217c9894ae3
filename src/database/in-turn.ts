import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';

/**
 * Does the work while no other process does any of this name; waits for its turn. Holds a connection meanwhile, so that
 * the turn ends with the process, however it ends. The work writes with connections of its own: what it has committed
 * stays when the turn is lost.
 */
export function inTurn<T>(db: Kysely<Schema>, name: string, work: () => Promise<T>): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(trx);
    return work();
  });
}

/** The same, unless another is at it: then null, at once. */
export function ifFree<T>(db: Kysely<Schema>, name: string, work: () => Promise<T>): Promise<T | null> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ free: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as free
    `.execute(trx);
    return rows[0]?.free === true ? work() : null;
  });
}
