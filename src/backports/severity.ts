import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Backport } from '../domain/backports/backport.ts';
import { type Judged, severityOf } from '../domain/nags/severity.ts';
import type { Severity } from '../domain/signal.ts';

export async function backportSeverity(db: Kysely<Schema>, backport: Backport): Promise<Judged> {
  const severities = await severitiesOf(db, [backport]);
  return severities.get(backport.id) ?? { severity: 'normal', reason: null };
}

/** By id, in two queries for all of them. */
export async function severitiesOf(
  db: Kysely<Schema>,
  backports: readonly Backport[],
): Promise<ReadonlyMap<string, Judged>> {
  const [incidents, migrations] = await Promise.all([incidentSeverities(db, backports), migrationsOf(db, backports)]);
  return new Map(
    backports.map((backport) => [
      backport.id,
      severityOf(backport, {
        incidentSeverity: backport.incidentId === null ? null : (incidents.get(backport.incidentId) ?? null),
        fixedIncident: backport.fixedIncident,
        titles: backport.commits.map(({ title }) => title),
        files: backport.commits.flatMap(({ commit }) => migrations.get(commit) ?? []),
      }),
    ]),
  );
}

async function incidentSeverities(
  db: Kysely<Schema>,
  backports: readonly Backport[],
): Promise<ReadonlyMap<string, Severity | null>> {
  const ids = [...new Set(backports.map(({ incidentId }) => incidentId).filter((id) => id !== null))];
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('incidents')
    .select(['id', 'severity'])
    .where(sql<boolean>`id = any(${ids}::bigint[])`)
    .execute();
  return new Map(rows.map(({ id, severity }) => [id, severity]));
}

/** The files of commits that may be migrations of a database, by commit: whether they are is for the rule to say. */
async function migrationsOf(
  db: Kysely<Schema>,
  backports: readonly Backport[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const wanted = backports.flatMap(({ repository, commits }) => commits.map(({ commit }) => ({ repository, commit })));
  if (wanted.length === 0) return new Map();
  const { rows } = await sql<{ commit: string; files: string[] }>`
    select wanted.commit, matching.files
    from unnest(${wanted.map(({ repository }) => repository)}::text[], ${wanted.map(({ commit }) => commit)}::text[])
      as wanted (repository, commit)
    join commit_fingerprints as known on known.repository = wanted.repository and known.commit = wanted.commit
    cross join lateral (
      select array_agg(file) as files from (
        select file from unnest(known.files) as file
        where file ~* 'migrat|alembic|changelog|liquibase|flyway|structure\\.sql|schema\\.|[vr][0-9_.]*__' limit 50
      ) as few
    ) as matching
    where matching.files is not null
  `.execute(db);
  return new Map(rows.map(({ commit, files }) => [commit, files]));
}
