import { type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { KnownIncident } from '../domain/incidents/candidate.ts';
import { stormWhy } from '../domain/incidents/join.ts';
import { onsetOf } from '../domain/incidents/onset.ts';
import { isPage } from '../domain/incidents/opening-signal.ts';
import { type FoldedSignal, type Signal, foldSignals } from '../domain/signal.ts';

type Subject = Pick<FoldedSignal, 'source' | 'subject' | 'title'>;

const opener = 'signal:';
/** More open incidents tell nothing more. */
const mostIncidents = 300;
/** Of each incident, those that were heard last; beside them one of each alert in question. */
const mostSignals = 20;

/** The key of the incident that a signal opens. `again`: when it began once more, where that makes it another. */
export function keyOfSignal({ source, subject }: Pick<FoldedSignal, 'source' | 'subject'>, again: Date | null): string {
  return `${opener}${source}:${subject}${again === null ? '' : `#${again.toISOString()}`}`.slice(0, 500);
}

/** What opened the incident with this key. Null: no signal. */
export function openedBy(key: string | null): KnownIncident['openedBy'] {
  if (key === null || !key.startsWith(opener)) return null;
  const [source = '', ...subject] = key.slice(opener.length).split(':');
  return isPage({ source, subject: subject.join(':') }) ? 'page' : 'alert';
}

/**
 * Incidents that are open or were at `since`, with what ties signals to them; `subjects` are those in question. They are
 * locked, so that none is resolved while it is decided what belongs to it.
 */
export async function knownIncidents(
  trx: Transaction<Schema>,
  {
    since,
    subjects,
    catalog,
  }: { readonly since: Date; readonly subjects: readonly Subject[]; readonly catalog: Catalog },
): Promise<readonly KnownIncident[]> {
  const rows = await trx
    .selectFrom('incidents')
    .selectAll()
    .where('id', 'in', (query) =>
      query
        .selectFrom('incidents')
        .select('id')
        .where('merged_into', 'is', null)
        .where((eb) => eb.or([eb('resolved_at', 'is', null), eb('resolved_at', '>=', since)]))
        .orderBy('started_at', 'desc')
        .limit(mostIncidents),
    )
    // In one order everywhere; and again, because who held one may have altered it.
    .where((eb) => eb.or([eb('resolved_at', 'is', null), eb('resolved_at', '>=', since)]))
    .orderBy('id')
    .forUpdate()
    .execute();
  const said = await signalsOf(
    trx,
    rows.map(({ id }) => id),
    subjects,
  );
  return rows.map((row) => ({
    id: row.id,
    title: row.title,
    environment: row.environment,
    services: row.services,
    startedAt: row.started_at,
    openedAt: row.opened_at,
    resolvedAt: row.resolved_at,
    private: row.private,
    channel:
      row.channel_id === null
        ? null
        : { id: row.channel_id, name: row.channel_name ?? '', topic: row.channel_topic ?? '' },
    latestAt: latestOf(said.get(row.id) ?? [], row.started_at),
    openedBy: openedBy(row.key),
    stormy: said.get(row.id)?.some(({ stormy }) => stormy) ?? false,
    signals: (said.get(row.id) ?? []).map((each) => foldSignals(each.said, catalog)),
  }));
}

interface Row {
  readonly incident_id: string;
  readonly said: Signal[];
  readonly started_at: Date;
  readonly recorded_at: Date;
  readonly stormy: boolean;
}

function latestOf(rows: readonly Row[], start: Date): Date {
  const begun = rows.map((row) => onsetOf(row.started_at, row.recorded_at).at.getTime());
  return new Date(begun.reduce((latest, at) => Math.max(latest, at), start.getTime()));
}

async function signalsOf(trx: Transaction<Schema>, incidentIds: readonly string[], subjects: readonly Subject[]) {
  if (incidentIds.length === 0) return new Map<string, Row[]>();
  const alerts = subjects.map(({ source, subject, title }) => ({ source, alert: firingOf(subject) ?? title }));
  const { rows } = await sql<Row>`
    with last as (
      select incident_id, signal_id from unnest(${[...incidentIds]}::bigint[]) as given (incident_id), lateral (
        select signal_id from incident_signals
        where incident_signals.incident_id = given.incident_id order by signal_id desc limit ${mostSignals}
      ) as newest
    ), same as (
      select distinct on (incident_id, source, alert, services) incident_id, signal_id from (
        select incident_id, signal_id, source, services,
          case when strpos(subject, '@') > 0 then split_part(subject, '@', 1) else title end as alert
        from incident_signals join signals on signals.id = signal_id
        where incident_id = any(${[...incidentIds]}::bigint[])
      ) as belonging
      where (source, alert) in (
        select source, alert from jsonb_to_recordset(${JSON.stringify(alerts)}::jsonb) as given (source text, alert text)
      )
    )
    select known.incident_id, said, started_at, recorded_at, why = ${stormWhy} as stormy from (select * from last union select * from same) as known
    join signals on signals.id = signal_id join incident_signals using (signal_id) order by signal_id
  `.execute(trx);
  return Map.groupBy(rows, (row) => row.incident_id);
}

/** The alert of which a subject is a firing. */
function firingOf(subject: string): string | null {
  const at = subject.indexOf('@');
  return at === -1 ? null : subject.slice(0, at);
}
