import { type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { type Folded, actorsOf, foldChange } from '../domain/fold.ts';
import type { Identity } from '../domain/identity.ts';
import { firstCodePoints } from '../domain/outside-text.ts';
import type { Relation } from '../domain/relation.ts';

export interface Claim extends Identity {
  readonly changeId: string;
}

/** A change as it stands in the table, locked until the transaction ends. */
export interface LockedChange {
  readonly id: string;
  readonly events: readonly TimelineEvent[];
  readonly joined: readonly TimelineEvent[] | null;
  readonly joinedTo: string | null;
  readonly relation: Relation | null;
  /** Null: each of its events says something of its own. */
  readonly repetitions: number | null;
}

/** The changes that these identities are tied to, locked in the order of their numbers. */
export async function lockChanges(
  trx: Transaction<Schema>,
  identities: readonly Identity[],
): Promise<readonly LockedChange[]> {
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
      .select(['id', 'events', 'joined', 'joined_to', 'relation', 'repetitions', 'merged_into'])
      .where('id', 'in', wanted)
      .orderBy('id')
      .forUpdate()
      .execute();
    for (const row of rows) {
      const { id, events, joined, joined_to: joinedTo, relation, repetitions } = row;
      if (row.merged_into === null) locked.set(id, { id, events, joined, joinedTo, relation, repetitions });
    }
    wanted = rows.flatMap((row) => row.merged_into ?? []).filter((id) => !locked.has(id));
  }
  return [...locked.values()];
}

export interface ChangeRow extends LockedChange {
  readonly isNew: boolean;
  readonly folded: Folded;
}

export function changeRow(change: LockedChange & { readonly isNew: boolean }, catalog: Catalog): ChangeRow {
  return { ...change, folded: foldChange(saidOf(change), catalog, change.relation) };
}

/** All that is said about a change: by its own events and by those of the reports that were joined to it. */
export function saidOf(row: Pick<LockedChange, 'events' | 'joined'>): readonly TimelineEvent[] {
  return row.joined === null ? row.events : [...row.events, ...row.joined];
}

/** The columns of a change that are computed from its events and its relation. One that is told by another is hidden. */
export function columnsOf({
  id,
  joinedTo,
  repetitions,
  folded,
}: Pick<ChangeRow, 'id' | 'joinedTo' | 'repetitions' | 'folded'>) {
  return {
    id,
    at: joinedTo === null ? folded.at : null,
    occurred_at: folded.occurredAt,
    kind: folded.kind,
    status: folded.status,
    environment: folded.environment,
    service: folded.service,
    services: folded.services,
    repository: folded.repository,
    commit: folded.commit,
    title: firstCodePoints(folded.title, 500),
    actors: actorsOf(folded),
    repetitions,
  };
}

/** The shape of `columnsOf` as JSON, and of the events of a change that is new. */
export const changeRecordset = sql.raw(`(id bigint, at timestamptz, occurred_at timestamptz, kind text, status text,
  environment text, service text, services text[], repository text, commit text, title text, actors text[], repetitions int, events jsonb)`);

function saidColumnsOf({ id, events, joined, joinedTo }: ChangeRow) {
  return { id, events, joined, joined_to: joinedTo };
}

export async function updateChanges(trx: Transaction<Schema>, rows: readonly ChangeRow[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    update changes set at = given.at, occurred_at = given.occurred_at, kind = given.kind, status = given.status,
      environment = given.environment, service = given.service, services = given.services,
      repository = given.repository, commit = given.commit, title = given.title, actors = given.actors,
      repetitions = given.repetitions,
      events = told.events, joined = told.joined, joined_to = told.joined_to
    from jsonb_to_recordset(${JSON.stringify(rows.map(columnsOf))}::jsonb) as given ${changeRecordset}
    join jsonb_to_recordset(${JSON.stringify(rows.map(saidColumnsOf))}::jsonb)
      as told (id bigint, events jsonb, joined jsonb, joined_to bigint) using (id)
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
    await trx
      .updateTable('changes')
      .set({ at: null, merged_into: target, joined_to: null, joined: null })
      .where('id', 'in', ids)
      .execute();
    await sql`
      update changes set joined_to = nullif(${target}::bigint, id) where joined_to = any(${[...ids]}::bigint[])
    `.execute(trx);
  }
  await sql`
    update identities set change_id = ${target}::bigint from jsonb_to_recordset(${JSON.stringify(identities)}::jsonb)
      as given (type text, value text)
    where identities.type = given.type and identities.value = given.value
  `.execute(trx);
}
