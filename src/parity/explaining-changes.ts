import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Change } from '../domain/change.ts';
import { type Covered, type FactMove, covers } from '../domain/comparison/covers.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';

/** From when something else was seen until the fact was seen so: it became so in between. */
export interface FactWindow {
  readonly environment: string;
  /** Null: nobody knows since when. */
  readonly from: Date | null;
  readonly to: Date;
}

/** Clocks of sources and collectors differ. */
const skew = 5 * 60_000;
/** What took longer is not looked for by its beginning. */
const longestChange = 24 * 3_600_000;

/**
 * The changes that may explain what happened in a window, newest first: those of the environment that were going on in
 * it, and those of no environment, which say for themselves what they touch. More than `limit` are not read: then what
 * only they explain stays unexplained.
 */
export async function changesBetween(
  { db, catalog }: { readonly db: Kysely<Schema>; readonly catalog: Catalog },
  { environment, from, to }: FactWindow,
  limit: number,
): Promise<readonly Change[]> {
  const [earliest, latest] = [
    from === null ? new Date(0) : new Date(from.getTime() - skew),
    new Date(to.getTime() + skew),
  ];
  const read = (where: 'there' | 'nowhere') =>
    db
      .selectFrom('changes')
      .select(changeColumns)
      .where('environment', where === 'there' ? '=' : 'is', where === 'there' ? environment : null)
      .where('at', '>', earliest)
      .where('at', '<=', new Date(latest.getTime() + longestChange))
      .where('occurred_at', '<=', latest)
      .where('kind', 'not in', ['drift', 'note'])
      .where(sql<boolean>`(status is null or status = 'succeeded')`)
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
  const [there, nowhere] = await Promise.all([read('there'), read('nowhere')]);
  return [...there, ...nowhere].map((row) => changeOfRow(row, catalog));
}

export interface Explanation extends Covered {
  readonly change: Change;
}

/** The one that says most, then the one nearest to when the fact was seen so. Null: none explains it. */
export function explanationOf(changes: readonly Change[], move: FactMove, to: Date): Explanation | null {
  let best: Explanation | null = null;
  for (const change of changes) {
    const covered = covers(change, move);
    if (covered !== null && (best === null || isBetter({ change, ...covered }, best, to)))
      best = { change, ...covered };
  }
  return best;
}

function isBetter(a: Explanation, b: Explanation, to: Date): boolean {
  if (a.confidence !== b.confidence) return a.confidence === 'certain';
  return distance(a.change, to) < distance(b.change, to);
}

function distance({ occurredAt, finishedAt }: Change, to: Date): number {
  return Math.abs((finishedAt ?? occurredAt).getTime() - to.getTime());
}
