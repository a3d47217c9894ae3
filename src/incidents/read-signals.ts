import { type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { type FoldedSignal, type Signal, beganAgainAt, foldSignals } from '../domain/signal.ts';

/** A signal with the incident that it belongs to. */
export interface AttachedSignal {
  readonly id: string;
  readonly signal: FoldedSignal;
  readonly heardAt: Date;
  /** When it began once more after it had been over. */
  readonly againAt: Date | null;
  readonly incidentId: string | null;
  /** A person has said what it belongs to. */
  readonly byHand: boolean;
}

export async function readSignals(
  trx: Transaction<Schema>,
  ids: readonly string[],
  catalog: Catalog,
): Promise<readonly AttachedSignal[]> {
  const { rows } = await sql<{
    id: string;
    said: Signal[];
    recorded_at: Date;
    incident_id: string | null;
    said_by: string | null;
  }>`
    select signals.id, said, recorded_at, incident_id, said_by
    from signals left join incident_signals on signal_id = signals.id
    where signals.id = any(${[...ids]}::bigint[]) order by signals.id
  `.execute(trx);
  return rows.map((row) => ({
    id: row.id,
    signal: foldSignals(row.said, catalog),
    heardAt: row.recorded_at,
    againAt: beganAgainAt(row.said),
    incidentId: row.incident_id,
    byHand: row.said_by !== null,
  }));
}

/** How far back a signal may be that belongs to an incident and was no reason for one. */
const lately = 30 * 60_000;
const most = 200;

/** Signals that go on and belong to no incident: they may belong to one that is opened now. */
export async function waitingSignals(trx: Transaction<Schema>, now: Date): Promise<string[]> {
  const rows = await trx
    .selectFrom('signals')
    .leftJoin('incident_signals', 'incident_signals.signal_id', 'signals.id')
    .select('signals.id')
    .where('signals.resolved_at', 'is', null)
    .where('signals.started_at', '>=', new Date(now.getTime() - lately))
    .where('incident_signals.signal_id', 'is', null)
    .orderBy('signals.started_at', 'desc')
    .limit(most)
    .execute();
  return rows.map(({ id }) => id);
}
