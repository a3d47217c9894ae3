import { type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { type Folded, actorsOf, foldChange } from '../domain/fold.ts';
import type { Identity } from '../domain/identity.ts';
import type { Relation } from '../domain/relation.ts';

export interface Claim extends Identity {
  readonly changeId: string;
}

/** A change as it stands in the table, locked until the transaction ends. */
export interface LockedChange {
  readonly id: string;
  readonly events: readonly TimelineEvent[];
  readonly relation: Relation | null;
}

/** Numbers for changes to come. Taken before they are needed, because identities point at them first. */
export async function reserveChangeIds(trx: Transaction<Schema>, count: number): Promise<readonly string[]> {
  const reserved = await sql<{ id: string }>`
    select nextval(pg_get_serial_sequence('changes', 'id')) as id from generate_series(1, ${count})
  `.execute(trx);
  return reserved.rows.map((row) => row.id);
}

/**
 * Ties each identity to its change unless it is tied already; answers those that were. Rows are inserted in one order
 * everywhere, so two processes wait for each other and never deadlock.
 */
export async function claimIdentities(
  trx: Transaction<Schema>,
  claims: readonly Claim[],
): Promise<{ readonly taken: readonly Identity[] }> {
  const inserted = await sql<Identity>`
    insert into identities (type, value, change_id)
    select type, value, "changeId" from jsonb_to_recordset(${JSON.stringify(claims)}::jsonb)
      as given (type text, value text collate "C", "changeId" bigint)
    order by type, value
    on conflict do nothing
    returning type, value
  `.execute(trx);
  if (inserted.rows.length === claims.length) return { taken: [] };
  const fresh = new Set(inserted.rows.map((row) => `${row.type}:${row.value}`));
  return { taken: claims.filter((claim) => !fresh.has(`${claim.type}:${claim.value}`)) };
}

/** The changes that these identities are tied to, locked in the order of their numbers. */
export async function lockChanges(trx: Transaction<Schema>, identities: readonly Identity[]): Promise<readonly LockedChange[]> {
  const tied = await sql<{ id: string }>`
    select distinct change_id as id from identities
    join jsonb_to_recordset(${JSON.stringify(identities)}::jsonb) as given (type text, value text) using (type, value)
  `.execute(trx);
  const locked = new Map<string, LockedChange>();
  let wanted = tied.rows.map((row) => row.id);
  // While we waited for a lock, its holder may have found that the change is one with another.
  while (wanted.length > 0) {
    const rows = await trx
      .selectFrom('changes')
      .select(['id', 'events', 'relation', 'merged_into'])
      .where('id', 'in', wanted)
      .orderBy('id')
      .forUpdate()
      .execute();
    for (const row of rows) {
      if (row.merged_into === null) locked.set(row.id, { id: row.id, events: row.events, relation: row.relation });
    }
    wanted = rows.flatMap((row) => row.merged_into ?? []).filter((id) => !locked.has(id));
  }
  return [...locked.values()];
}

export interface ChangeRow {
  readonly id: string;
  readonly isNew: boolean;
  readonly events: readonly TimelineEvent[];
  readonly relation: Relation | null;
  readonly folded: Folded;
}

export function changeRow(
  change: { id: string; isNew: boolean; events: readonly TimelineEvent[]; relation: Relation | null },
  catalog: Catalog,
): ChangeRow {
  return { ...change, folded: foldChange(change.events, catalog, change.relation) };
}

/** The columns of a change that are computed from its events and its relation. */
export function columnsOf(row: Pick<ChangeRow, 'id' | 'events' | 'folded'>) {
  const { folded } = row;
  return {
    id: row.id,
    at: folded.at,
    occurred_at: folded.occurredAt,
    kind: folded.kind,
    status: folded.status,
    environment: folded.environment,
    service: folded.service,
    services: folded.services,
    repository: folded.repository,
    commit: folded.commit,
    title: [...folded.title].slice(0, 500).join(''),
    actors: actorsOf(folded),
    events: row.events,
  };
}

const recordset = sql.raw(`(id bigint, at timestamptz, occurred_at timestamptz, kind text, status text, environment text,
  service text, services text[], repository text, commit text, title text, actors text[], events jsonb)`);

export async function insertChanges(trx: Transaction<Schema>, rows: readonly ChangeRow[], now: Date): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    insert into changes (id, at, occurred_at, kind, status, environment, service, services, repository, commit, title,
                         actors, recorded_at, events)
    select id, at, occurred_at, kind, status, environment, service, services, repository, commit, title, actors,
           ${now}::timestamptz, events
    from jsonb_to_recordset(${JSON.stringify(rows.map(columnsOf))}::jsonb) as given ${recordset}
  `.execute(trx);
}

export async function updateChanges(trx: Transaction<Schema>, rows: readonly ChangeRow[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    update changes set at = given.at, occurred_at = given.occurred_at, kind = given.kind, status = given.status,
      environment = given.environment, service = given.service, services = given.services,
      repository = given.repository, commit = given.commit, title = given.title, actors = given.actors,
      events = given.events
    from jsonb_to_recordset(${JSON.stringify(rows.map(columnsOf))}::jsonb) as given ${recordset}
    where changes.id = given.id
  `.execute(trx);
}

/**
 * Points `ids` and every identity of `identities` at the change that they turned out to be. Mentions of a merged change
 * stay where they are: whoever looks one up passes over changes that are not shown.
 */
export async function mergeInto(
  trx: Transaction<Schema>,
  target: string,
  ids: readonly string[],
  identities: readonly Identity[],
): Promise<void> {
  if (ids.length > 0) {
    await trx.updateTable('changes').set({ at: null, merged_into: target }).where('id', 'in', ids).execute();
  }
  await sql`
    update identities set change_id = ${target}::bigint from jsonb_to_recordset(${JSON.stringify(identities)}::jsonb)
      as given (type text, value text)
    where identities.type = given.type and identities.value = given.value
  `.execute(trx);
}

export async function writeMentions(trx: Transaction<Schema>, mentions: readonly Claim[]): Promise<void> {
  if (mentions.length === 0) return;
  await sql`
    insert into mentions (type, value, change_id)
    select type, value, "changeId" from jsonb_to_recordset(${JSON.stringify(mentions)}::jsonb)
      as given (type text, value text, "changeId" bigint)
    on conflict do nothing
  `.execute(trx);
}
