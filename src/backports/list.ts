import { type Kysely, type Selectable, sql } from 'kysely';
import type { BackportCommits, Backports } from '../database/backport-tables.ts';
import type { Schema } from '../database/schema.ts';
import type { Backport, BackportCommit, BackportFact, BackportState } from '../domain/backports/backport.ts';
import { shownIncident } from '../timeline/shown-incident.ts';
import { fixedIncident } from './fixed-incident.ts';
import { factsOf } from './facts/of-backports.ts';

export interface BackportFilter {
  readonly ids?: readonly string[];
  readonly states?: readonly BackportState[];
  readonly service?: string;
  readonly repository?: string;
  readonly reference?: string;
  readonly limit: number;
  /** Of these services nothing is shown. */
  readonly hidden?: readonly string[];
  /** Of these, only what is of one of them: no incident of it is named with what is of another service. */
  readonly untold?: readonly string[];
}

/** Those for which something is to be done first, and of these the oldest. */
export async function listBackports(db: Kysely<Schema>, filter: BackportFilter): Promise<readonly Backport[]> {
  const { ids, states, service, repository, reference, limit, hidden = [], untold = [] } = filter;
  const rows = await db
    .selectFrom('backports')
    .selectAll()
    .select(shownIncident([...hidden, ...untold]).as('incident_shown'))
    .select(
      sql<boolean>`(rule = 'merge' and exists (select from changes where changes.id = change_id and kind = 'merge'))`.as(
        'awaits_deploy',
      ),
    )
    .select(fixedIncident.as('fixed_incident'))
    .$if(ids !== undefined, (query) => query.where(sql<boolean>`id = any(${ids}::bigint[])`))
    .where(sql<boolean>`(service is null or lower(service) <> all(${[...hidden]}::text[]))`)
    .$if(states !== undefined, (query) => query.where(sql<boolean>`state = any(${states}::text[])`))
    .$if(service !== undefined, (query) => query.where('service', '=', service ?? ''))
    .$if(repository !== undefined, (query) => query.where('repository', '=', repository ?? ''))
    .$if(reference !== undefined, (query) => query.where('reference', '=', reference ?? ''))
    .orderBy(sql`case when state in ('open', 'candidate', 'not-evaluable') then 0 when state in ('landed', 'waived') then 1
      else 2 end`)
    .orderBy('opened_at')
    .orderBy('id')
    .limit(limit)
    .execute();
  const commits = await commitsOf(
    db,
    rows.map(({ id }) => id),
  );
  const facts = await factsOf(
    db,
    rows.filter(({ fact_group: group }) => group !== null).map(({ id }) => id),
  );
  return rows.map((row) => backportOfRow(row, commits.get(row.id) ?? [], facts.get(row.id) ?? []));
}

/** Null: there is none. */
export async function findBackport(
  db: Kysely<Schema>,
  id: string,
  hidden: readonly string[] = [],
  untold: readonly string[] = [],
): Promise<Backport | null> {
  if (!/^\d{1,18}$/.test(id)) return null;
  const [found = null] = await listBackports(db, { ids: [id], limit: 1, hidden, untold });
  return found;
}

export interface UnreadablePlace {
  readonly repository: string;
  readonly service: string | null;
  readonly reference: string;
  readonly mirror: string;
  readonly why: string;
}

/** How many there are of these services. */
export async function countHiddenBackports(
  db: Kysely<Schema>,
  states: readonly BackportState[] | undefined,
  hidden: readonly string[],
): Promise<number> {
  if (hidden.length === 0) return 0;
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from backports where lower(service) = any(${[...hidden]}::text[])
      and (${states === undefined} or state = any(${[...(states ?? [])]}::text[]))
  `.execute(db);
  return rows[0]?.count ?? 0;
}

/** Where it is not known at present what is missing. `service`: only of this one. */
export async function unreadablePlaces(
  db: Kysely<Schema>,
  service: string | null,
  hidden: readonly string[] = [],
): Promise<readonly UnreadablePlace[]> {
  const { rows } = await sql<UnreadablePlace>`
    select repository, nullif(service, '') as service, reference, mirror, unreadable as why from backport_runs
    where unreadable is not null and (${service}::text is null or service = ${service})
      and lower(service) <> all(${[...hidden]}::text[])
    order by repository, service, reference, mirror limit 500
  `.execute(db);
  return rows;
}

/** By backport, its commits, oldest first. */
export async function commitsOf(
  db: Kysely<Schema>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly BackportCommit[]>> {
  const rows = await db
    .selectFrom('backport_commits')
    .selectAll()
    .where(sql<boolean>`backport_id = any(${ids}::bigint[])`)
    .orderBy('backport_id')
    .orderBy('place')
    .execute();
  const commits = new Map<string, BackportCommit[]>();
  for (const row of rows) {
    const there = commits.get(row.backport_id) ?? [];
    there.push(commitOfRow(row));
    commits.set(row.backport_id, there);
  }
  return commits;
}

function commitOfRow(row: Selectable<BackportCommits>): BackportCommit {
  return {
    commit: row.commit,
    title: row.title,
    isMerge: row.is_merge,
    evidence: {
      verdict: row.verdict,
      by: row.found_in,
      method: row.method,
      containment: row.containment,
      missingFiles: row.missing_files,
      revertedBy: row.reverted_by,
      reason: row.reason,
    },
    judgedAt: row.judged_at,
  };
}

function backportOfRow(
  row: Selectable<Backports> & {
    readonly incident_shown: string | null;
    readonly fixed_incident: boolean;
    readonly awaits_deploy: boolean;
  },
  commits: readonly BackportCommit[],
  facts: readonly BackportFact[],
): Backport {
  const { fact_facet: facet, fact_key: key } = row;
  const { waived_by: by, waived_reason: reason, waived_until: until, waived_second: second } = row;
  return {
    id: row.id,
    state: row.state,
    rule: row.rule,
    service: row.service,
    repository: row.repository,
    reference: row.reference,
    mirror: row.mirror,
    pullRequest: row.pull_request,
    title: row.title,
    url: row.url,
    why: row.why,
    note: row.note,
    owner: row.owner,
    imported: row.imported,
    openedAt: row.opened_at,
    judgedAt: row.judged_at,
    landedAt: row.landed_at,
    liveAt: row.live_at,
    changeId: row.change_id,
    awaitsDeploy: row.awaits_deploy,
    incidentId: row.incident_shown,
    fixedIncident: row.fixed_incident && row.incident_shown !== null,
    fact: facet === null || key === null ? null : { facet, key, all: facts },
    proposed: proposedOf(row),
    snoozed: snoozedOf(row),
    snoozes: row.snoozes,
    waived: by === null || reason === null || until === null ? null : { by, reason, until, second },
    commits,
  };
}

function proposedOf({ proposed_commit: commit, proposed_by: by, proposed_at: at }: Selectable<Backports>) {
  return commit === null || by === null || at === null ? null : { commit, by, at };
}

function snoozedOf({ snoozed_until: until, snoozed_release: untilRelease, snoozed_by: by }: Selectable<Backports>) {
  return by === null || (until === null && !untilRelease) ? null : { until, by };
}
