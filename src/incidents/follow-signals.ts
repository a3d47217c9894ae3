import type { Selectable, Transaction } from 'kysely';
import type { Incidents, Schema } from '../database/schema.ts';
import { onsetOf } from '../domain/incidents/onset.ts';
import { type FoldedSignal, severities } from '../domain/signal.ts';
import { keyOfSignal } from './known-incidents.ts';
import { mostServices, titleOf } from './open.ts';
import type { AttachedSignal } from './read-signals.ts';

type Row = Selectable<Incidents>;

/**
 * What nobody said of their incidents follows from signals: what is affected, how severe it is, since when, and the title
 * from the signal that opened it. Their incidents are locked.
 */
export async function followSignals(trx: Transaction<Schema>, signals: readonly AttachedSignal[]): Promise<void> {
  const ofIncident = Map.groupBy(signals, ({ incidentId }) => incidentId ?? '');
  if (ofIncident.size === 0) return;
  const rows = await trx
    .selectFrom('incidents')
    .selectAll()
    .where('id', 'in', [...ofIncident.keys()])
    .execute();
  for (const row of rows) {
    const followed = following(row, ofIncident.get(row.id) ?? []);
    if (Object.keys(followed).length === 0) continue;
    await trx.updateTable('incidents').set(followed).where('id', '=', row.id).execute();
  }
}

function following(row: Row, signals: readonly AttachedSignal[]) {
  const services = new Set(row.services);
  let { environment, severity, started_at: start } = row;
  let title = row.title;
  for (const { signal, heardAt, againAt } of signals) {
    for (const service of signal.services) if (services.size < mostServices) services.add(service);
    environment ??= signal.environment;
    severity = worse(severity, signal.severity);
    const { at } = onsetOf(signal.startedAt, againAt ?? heardAt);
    if (at < start) start = at;
    if (row.key === keyOfSignal(signal, null)) title = titleOf(signal.title);
  }
  return {
    ...(row.scope_is_said || services.size === row.services.length ? {} : { services: [...services] }),
    ...(row.scope_is_said || environment === row.environment ? {} : { environment }),
    ...(row.severity_is_said || severity === row.severity ? {} : { severity }),
    ...(row.start_is_said || start.getTime() === row.started_at.getTime() ? {} : { started_at: start }),
    ...(row.title_is_said || title === row.title ? {} : { title }),
  };
}

function worse(a: Row['severity'], b: FoldedSignal['severity']): Row['severity'] {
  if (a === null || b === null) return a ?? b;
  return severities.indexOf(a) <= severities.indexOf(b) ? a : b;
}
