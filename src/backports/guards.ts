import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Change } from '../domain/change.ts';
import type { Guard, GuardedFix } from '../domain/backports/guard.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { shownIncident } from '../timeline/shown-incident.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';

/**
 * What is to be told of a deploy that takes back fixes; null: it takes back none, as far as is known. `hidden`: incidents of
 * these services are not named.
 */
export async function guardOf(
  db: Kysely<Schema>,
  settings: Catalog,
  { changeId, hidden }: { readonly changeId: string; readonly hidden: readonly string[] },
): Promise<Guard | null> {
  const { rows } = await sql<FixRow>`
    select backports.id, pull_request as "pullRequest", title, url, owner, imported, live_since as "liveSince",
      found_at as "foundAt", taken_by as "takenBy", unsure, back_id, rollback,
      ${shownIncident(hidden)} as "incidentId"
    from guarded_fixes join guards using (change_id) join backports on backports.id = backport_id
    where guarded_fixes.change_id = ${changeId}::bigint order by unsure, live_since, backports.id
  `.execute(db);
  const [first] = rows;
  if (first === undefined) return null;
  const catalog = await catalogWith(db, settings);
  const { rows: shown } = await sql<{ id: string }>`
    select coalesce(joined_to, id) as id from changes where id = ${changeId}::bigint
  `.execute(db);
  const ids = [shown[0]?.id ?? changeId, ...rows.flatMap(({ back_id: id }) => id ?? [])];
  const changes = await changesOf(db, catalog, ids);
  const deploy = changes.get(ids[0] ?? '');
  if (deploy === undefined) return null;
  return {
    deploy,
    isRollback: deploy.kind === 'rollback' || first.rollback,
    foundAt: first.foundAt,
    fixes: rows.map(({ back_id: back, ...fix }): GuardedFix => ({ ...fix, back: changes.get(back ?? '') ?? null })),
  };
}

type FixRow = Omit<GuardedFix, 'back'> & {
  readonly foundAt: Date;
  readonly rollback: boolean;
  readonly back_id: string | null;
};

async function changesOf(
  db: Kysely<Schema>,
  catalog: Catalog,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Change>> {
  const rows = await db
    .selectFrom('changes')
    .select(changeColumns)
    .where(sql<boolean>`id = any(${ids}::bigint[])`)
    .execute();
  return new Map(rows.map((row) => [row.id, changeOfRow(row, catalog)]));
}

/** Where people work on an open incident that a deploy's taking back has to do with, private ones too: in its own place. */
export async function incidentsOf(db: Kysely<Schema>, { deploy }: Guard): Promise<readonly string[]> {
  const { environment, services } = deploy;
  const { rows } = await sql<{ id: string }>`
    with recursive fixed (id) as (
      select incident_id from guarded_fixes join backports on backports.id = backport_id
      where guarded_fixes.change_id = ${deploy.id}::bigint and incident_id is not null
      union
      select merged_into from fixed join incidents on incidents.id = fixed.id where merged_into is not null
    )
    select id from incidents
    where resolved_at is null and merged_into is null and (
      id in (select id from fixed)
      or (services && ${[...services]}::text[] and (environment is null or environment = ${environment}))
    )
    order by id in (select id from fixed) desc, started_at desc, id desc limit 3
  `.execute(db);
  return rows.map(({ id }) => id);
}
