import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Change } from '../domain/change.ts';
import { overridesOf } from '../timeline/overrides.ts';
import type { KeptDecision } from './decisions.ts';

/**
 * What people decided about each of these, oldest first: also of another report of it, and an override that was given
 * beforehand, of its version.
 */
export async function decisionsAbout(
  db: Kysely<Schema>,
  changes: readonly Change[],
): Promise<ReadonlyMap<string, readonly KeptDecision[]>> {
  const ids = changes.map(({ id }) => id);
  const { rows } = await sql<KeptDecision & { readonly told: string }>`
    with reports as (
      select id, id as told from unnest(${ids}::bigint[]) as id
      union all
      select id, coalesce(joined_to, merged_into) from changes
      where joined_to = any(${ids}::bigint[]) or merged_into = any(${ids}::bigint[])
    )
    select decisions.*, told::text from reports join decisions on about = 'change ' || reports.id
  `.execute(db);
  const beforehand = await overridesBeforehand(db, changes);
  const all = Map.groupBy(rows, ({ told }) => told);
  return new Map(
    changes.map(({ id }) => {
      const decisions = [...(all.get(id) ?? []), ...(beforehand.get(id) ?? [])];
      return [id, decisions.toSorted((a, b) => Number(a.id) - Number(b.id))];
    }),
  );
}

async function overridesBeforehand(
  db: Kysely<Schema>,
  changes: readonly Change[],
): Promise<ReadonlyMap<string, readonly KeptDecision[]>> {
  const deploys = changes.filter(({ kind, environment }) => kind === 'deploy' && environment !== null);
  const overrides = [...(await overridesOf(db, deploys))].filter(([, { validUntil }]) => validUntil !== null);
  if (overrides.length === 0) return new Map();
  const ids = overrides.map(([, { id }]) => id);
  // By what they are about, because that has an index.
  const { rows } = await sql<KeptDecision & { readonly override: string }>`
    select decisions.*, overrides.id::text as override
    from overrides join decisions
      on about = 'deploy of ' || service || ' ' || version || ' to ' || environment
      and kind = 'override' and details ->> 'override' = overrides.id::text
    where overrides.id = any(${ids}::bigint[])
  `.execute(db);
  const said = new Map(rows.map(({ override, ...decision }) => [override, decision]));
  return new Map(
    overrides.map(([changeId, { id }]) => {
      const decision = said.get(id);
      return [changeId, decision === undefined ? [] : [decision]];
    }),
  );
}
