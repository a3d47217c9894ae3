import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Cause, Pair } from '../domain/comparison/difference.ts';
import type { Place } from '../domain/comparison/rules.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';
import { named } from './causes.ts';

export interface Explanation extends Cause {
  /** It explains no other values than these (hexadecimal; null: no such fact). */
  readonly referenceSame: string | null;
  readonly mirrorSame: string | null;
}

export function placeKey({ service, facet, key }: Place): string {
  return `${service ?? ''}\n${facet}\n${key}`;
}

/** What people said explains differences of a pair, by place. */
export async function explanationsOf(
  db: Kysely<Schema>,
  pair: Pair,
  catalog: Catalog,
): Promise<ReadonlyMap<string, Explanation>> {
  const rows = await db
    .selectFrom('explanations')
    .innerJoin('changes', 'changes.id', 'explanations.change_id')
    .select([...changeColumns, 'explanations.service', 'explanations.facet', 'explanations.key', 'note'])
    .select(sql<string | null>`encode(reference_same, 'hex')`.as('reference_same'))
    .select(sql<string | null>`encode(mirror_same, 'hex')`.as('mirror_same'))
    .where('explanations.reference', '=', pair.reference)
    .where('explanations.mirror', '=', pair.mirror)
    .execute();
  return new Map(
    rows.map((row) => [
      `${row.service}\n${row.facet}\n${row.key}`,
      {
        ...named(changeOfRow(row, catalog)),
        confidence: 'certain' as const,
        why: row.note === '' ? 'A person says so.' : `A person says: ${row.note}`,
        referenceSame: row.reference_same,
        mirrorSame: row.mirror_same,
      },
    ]),
  );
}

/**
 * Keeps that a change explains why these two have what they have now. False: nothing is there to be explained, or there
 * is no such change.
 */
export async function explain(
  db: Kysely<Schema>,
  {
    pair,
    place,
    changeId,
    note,
    by,
    now,
  }: {
    readonly pair: Pair;
    readonly place: Place;
    readonly changeId: string;
    /** How they know; may be empty. */
    readonly note: string;
    readonly by: string;
    readonly now: Date;
  },
): Promise<boolean> {
  const current = (environment: string) => sql`(
    select same from facts where environment = ${environment} and service = ${place.service ?? ''}
      and facet = ${place.facet} and key = ${place.key} and valid_to is null order by id limit 1
  )`;
  const { rows } = await sql`
    insert into explanations (reference, mirror, service, facet, key, reference_same, mirror_same, change_id, note, said_by, said_at)
    select ${pair.reference}, ${pair.mirror}, ${place.service ?? ''}, ${place.facet}, ${place.key},
      found.reference, found.mirror, changes.id, ${note}, ${by}, ${now}
    from (select ${current(pair.reference)} as reference, ${current(pair.mirror)} as mirror) as found, changes
    where changes.id = ${changeId} and (found.reference is not null or found.mirror is not null)
    on conflict (reference, mirror, service, facet, key) do update set reference_same = excluded.reference_same,
      mirror_same = excluded.mirror_same, change_id = excluded.change_id, note = excluded.note, said_by = excluded.said_by,
      said_at = excluded.said_at
    returning change_id
  `.execute(db);
  return rows.length > 0;
}
