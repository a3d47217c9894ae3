import { type Kysely, type Selectable, sql } from 'kysely';
import type { BackportPicks, BackportPulls } from '../../database/backport-tables.ts';
import type { Schema } from '../../database/schema.ts';
import type { BackportPick, BackportPull } from '../../domain/backports/pull.ts';

/** Nobody is asked to merge what is not approved. */
const mergers = sql<string[]>`case when state = 'approved' then array(
  select login from merge_rights
  where merge_rights.repository = backport_pulls.repository and may_merge order by login
) else '{}' end`;

/** The pull request that brings each home, by the backport's id; those that nobody asked for or made are left out. */
export async function pullsOf(db: Kysely<Schema>, ids: readonly string[]): Promise<ReadonlyMap<string, BackportPull>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('backport_pulls')
    .selectAll()
    .select(mergers.as('mergers'))
    .where(sql<boolean>`backport_id = any(${ids}::bigint[])`)
    .execute();
  return new Map(rows.map((row) => [row.backport_id, pullOfRow(row)]));
}

/** What the last try to pick each came to, by the backport's id. */
export async function picksOf(db: Kysely<Schema>, ids: readonly string[]): Promise<ReadonlyMap<string, BackportPick>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('backport_picks')
    .selectAll()
    .where(sql<boolean>`backport_id = any(${ids}::bigint[])`)
    .execute();
  return new Map(rows.map((row) => [row.backport_id, pickOfRow(row)]));
}

export function pullOfRow(row: Selectable<BackportPulls> & { readonly mergers: readonly string[] }): BackportPull {
  const { number, url, branch, base, state, author, reviewers, approvers, mergers, problem } = row;
  return {
    number,
    url,
    branch,
    base,
    state,
    author,
    reviewers,
    approvers,
    mergers,
    openedByUs: row.opened_by_us,
    wantedBy: row.wanted_by,
    problem,
    updatedAt: row.updated_at,
  };
}

function pickOfRow({ outcome, base, files, missing, why, at }: Selectable<BackportPicks>): BackportPick {
  if (outcome === 'unknown' || base === null) return { outcome: 'unknown', why: why ?? 'it was not tried', at };
  return outcome === 'clean' ? { outcome, base, at } : { outcome, base, files, missing, at };
}
