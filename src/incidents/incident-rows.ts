import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Incidents, Schema } from '../database/schema.ts';
import type { Incident } from '../domain/incidents/incident.ts';

export function incidentOfRow(row: Selectable<Incidents>): Incident {
  const { channel_id: channelId } = row;
  return {
    id: row.id,
    title: row.title,
    symptom: row.symptom,
    severity: row.severity,
    environment: row.environment,
    services: row.services,
    startedAt: row.started_at,
    openedAt: row.opened_at,
    mitigatedAt: row.mitigated_at,
    resolvedAt: row.resolved_at,
    said: { scope: row.scope_is_said, start: row.start_is_said, title: row.title_is_said },
    channel: channelId === null ? null : { id: channelId, name: row.channel_name ?? '', closed: row.channel_closed },
    private: row.private,
    causeId: row.cause_id,
    causeNote: row.cause_note,
    mergedInto: row.merged_into,
  };
}

/** One that turned out to be another is followed to that one. Null: there is none with this id. */
export async function findIncident(db: Kysely<Schema>, id: string): Promise<Incident | null> {
  const row = await db.selectFrom('incidents').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) return null;
  return row.merged_into === null ? incidentOfRow(row) : findIncident(db, row.merged_into);
}

/** The incident that this Slack channel was made for, or the one that it turned out to be one with. */
export async function incidentOfChannel(db: Kysely<Schema>, channelId: string): Promise<Incident | null> {
  const row = await db.selectFrom('incidents').selectAll().where('channel_id', '=', channelId).executeTakeFirst();
  if (row === undefined) return null;
  return row.merged_into === null ? incidentOfRow(row) : findIncident(db, row.merged_into);
}

/** As `findIncident`, locked until the transaction ends: whoever alters an incident locks it first. */
export async function lockIncident(trx: Transaction<Schema>, id: string): Promise<Incident | null> {
  const row = await trx.selectFrom('incidents').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  if (row === undefined) return null;
  return row.merged_into === null ? incidentOfRow(row) : lockIncident(trx, row.merged_into);
}
