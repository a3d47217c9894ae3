import { type Kysely, type RawBuilder, type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { lockIncident } from './incident-rows.ts';
import { resolveLocked } from './resolve.ts';
import { takeTurn } from './take-turn.ts';

/** Many senders never say that an alert is over: one of which nothing was heard for so long is taken to be. */
const longestSilence = 3 * 86_400_000;

/** Of `incidents`: rules opened it, no person has said anything about it, and it has no channel of its own. */
const untouched = sql<boolean>`(
  resolved_at is null and channel_id is null and cause_id is null and key like 'signal:%'
  and not (scope_is_said or start_is_said or title_is_said or severity_is_said)
  and not exists (
    select from incident_entries where incident_id = incidents.id and said_by is not null and deleted_at is null
  )
  and not exists (select from incident_signals where incident_id = incidents.id and said_by is not null)
)`;

/** Resolves those of these incidents whose alerts are all over, where nobody is at work. They are locked. */
export async function resolveWhatIsOver(trx: Transaction<Schema>, ids: readonly string[], now: Date): Promise<void> {
  const over = sql`
    id = any(${[...ids]}::bigint[]) and not exists (
      select from incident_signals join signals on signals.id = signal_id
      where incident_id = incidents.id and signals.resolved_at is null
    )
  `;
  for (const { id, last } of await untouchedThat(trx, over, sql`max(signals.resolved_at)`)) {
    const incident = await lockIncident(trx, id);
    if (incident === null) continue;
    const at = new Date(Math.min(now.getTime(), Math.max(last.getTime(), incident.startedAt.getTime())));
    await resolveLocked(trx, incident, { note: 'All its alerts are over.', at }, null, now);
  }
}

/** Resolves incidents of which nothing has been heard for long, where nobody is at work. */
export async function resolveWhatIsSilent(db: Kysely<Schema>, now: Date): Promise<void> {
  const silent = sql`started_at < ${new Date(now.getTime() - longestSilence)}`;
  const heard = sql`max(greatest(signals.started_at, joined_at))`;
  if ((await untouchedThat(db, silent, heard)).length === 0) return;
  await db.transaction().execute(async (trx) => {
    await takeTurn(trx);
    for (const { id, last } of await untouchedThat(trx, silent, heard)) {
      const incident = now.getTime() - last.getTime() < longestSilence ? null : await lockIncident(trx, id);
      if (incident === null) continue;
      await resolveLocked(trx, incident, { note: 'Nothing was heard of it for three days.', at: now }, null, now);
    }
  });
}

/** With the last of something of its signals. */
async function untouchedThat(
  db: Kysely<Schema>,
  which: RawBuilder<unknown>,
  last: RawBuilder<unknown>,
): Promise<readonly { readonly id: string; readonly last: Date }[]> {
  const { rows } = await sql<{ id: string; last: Date }>`
    select * from (
      select id, (
        select ${last} from incident_signals join signals on signals.id = signal_id where incident_id = incidents.id
      ) as last
      from incidents where ${untouched} and ${which}
    ) as found where last is not null order by id
  `.execute(db);
  return rows;
}
