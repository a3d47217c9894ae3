import { type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { lockIncident } from './incident-rows.ts';
import { resolveLocked } from './resolve.ts';

/**
 * Resolves those of these incidents whose alerts are all over, where nobody is at work: rules opened them, no person said
 * anything about them, and they have no channel of their own. They are locked.
 */
export async function resolveWhatIsOver(trx: Transaction<Schema>, ids: readonly string[], now: Date): Promise<void> {
  const { rows } = await sql<{ id: string; at: Date }>`
    select id, (
      select max(signals.resolved_at) from incident_signals join signals on signals.id = signal_id
      where incident_id = incidents.id
    ) as at
    from incidents
    where id = any(${[...ids]}::bigint[]) and resolved_at is null and channel_id is null and key like 'signal:%'
      and not (scope_is_said or start_is_said or title_is_said or severity_is_said)
      and not exists (
        select from incident_entries where incident_id = incidents.id and said_by is not null and deleted_at is null
      )
      and not exists (
        select from incident_signals join signals on signals.id = signal_id
        where incident_id = incidents.id and (signals.resolved_at is null or said_by is not null)
      )
    order by id
  `.execute(trx);
  for (const { id, at } of rows) {
    const incident = await lockIncident(trx, id);
    if (incident === null) continue;
    const over = Math.min(now.getTime(), Math.max(at.getTime(), incident.startedAt.getTime()));
    await resolveLocked(trx, incident, { note: 'All its alerts are over.', at: new Date(over) }, null, now);
  }
}
