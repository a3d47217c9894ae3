import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { type FoldedSignal, foldSignals } from '../domain/signal.ts';

export interface Alert extends FoldedSignal {
  readonly id: string;
}

export interface IncidentAlerts {
  /** Some, read whole: what still goes on, the first and the newest of it, then what was over last. */
  readonly alerts: readonly Alert[];
  readonly going: number;
  readonly over: number;
  /** There are more than were counted. */
  readonly isFloor: boolean;
}

/** A storm is looked at from both ends. */
const mostCounted = 1000;
const first = 20;
const mostWhole = { going: 6, over: 6 } as const;

/** What watching systems say about an incident. Ten thousand alerts cost no more than a thousand. */
export async function alertsOf(db: Kysely<Schema>, catalog: Catalog, incidentId: string): Promise<IncidentAlerts> {
  const { rows } = await sql<{ id: string; started_at: Date; resolved_at: Date | null }>`
    with ids as (
      (select signal_id from incident_signals where incident_id = ${incidentId} order by signal_id desc limit ${mostCounted})
      union
      (select signal_id from incident_signals where incident_id = ${incidentId} order by signal_id limit ${first})
    )
    select id, started_at, resolved_at from signals join ids on id = signal_id order by started_at, id
  `.execute(db);
  const going = rows.filter(({ resolved_at: over }) => over === null);
  const over = rows
    .filter(({ resolved_at: at }) => at !== null)
    .toSorted((a, b) => (b.resolved_at?.getTime() ?? 0) - (a.resolved_at?.getTime() ?? 0));
  const half = mostWhole.going / 2;
  const ends = going.length <= mostWhole.going ? going : [...going.slice(0, half), ...going.slice(-half)];
  const wanted = [...ends, ...over.slice(0, mostWhole.over)].map(({ id }) => id);
  return {
    alerts: await readAlerts(db, catalog, wanted),
    going: going.length,
    over: over.length,
    isFloor: rows.length >= mostCounted,
  };
}

async function readAlerts(db: Kysely<Schema>, catalog: Catalog, ids: readonly string[]): Promise<readonly Alert[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('signals')
    .select(['id', 'said'])
    .where('id', 'in', [...ids])
    .execute();
  const byId = new Map(rows.map(({ id, said }) => [id, { id, ...foldSignals(said, catalog) }]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
