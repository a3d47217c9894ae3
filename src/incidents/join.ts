import { type Kysely, type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { type Incident, incidentReference } from '../domain/incidents/incident.ts';
import { addEntry } from './entries.ts';
import { findIncident, lockIncident } from './incident-rows.ts';
import { openedBy } from './known-incidents.ts';
import { mostServices, openIncident } from './open.ts';
import { refreshCards } from './refresh.ts';
import { takeTurn } from './take-turn.ts';

export type Joined =
  | { readonly outcome: 'joined'; readonly incident: Incident }
  /** They are one already. */
  | { readonly outcome: 'unchanged'; readonly incident: Incident }
  | { readonly outcome: 'gone'; readonly id: string }
  /** `why`: a sentence. */
  | { readonly outcome: 'refused'; readonly why: string };

export type Parted =
  | { readonly outcome: 'parted'; readonly from: Incident; readonly incident: Incident }
  /** The alert belongs to no incident. */
  | { readonly outcome: 'gone' }
  /** `why`: a sentence. */
  | { readonly outcome: 'refused'; readonly why: string };

/**
 * `from` turns out to be one with `into`, which then has its alerts, its timeline and, unless it has one, its channel.
 * It is open when one of them is.
 */
export function joinIncidents(
  db: Kysely<Schema>,
  { from, into }: { readonly from: string; readonly into: string },
  saidBy: string,
  now: Date,
): Promise<Joined> {
  return db.transaction().execute(async (trx): Promise<Joined> => {
    await takeTurn(trx);
    const both = await lockBoth(trx, from, into);
    if ('gone' in both) return { outcome: 'gone', id: both.gone };
    if (both.from.id === both.into.id) return { outcome: 'unchanged', incident: both.into };
    const refusal = refusalOf(both);
    if (refusal !== null) return { outcome: 'refused', why: refusal };
    const incident = await mergeIncidents(trx, both, saidBy, now);
    return { outcome: 'joined', incident };
  });
}

/** The alert is a fault of its own, which is opened for it; rules move it no more. */
export function partAlert(
  db: Kysely<Schema>,
  /** `from`: only while it belongs to that one. */
  { signalId, from: expected }: { readonly signalId: string; readonly from?: string },
  saidBy: string,
  now: Date,
): Promise<Parted> {
  return db.transaction().execute(async (trx): Promise<Parted> => {
    await takeTurn(trx);
    const alert = await alertOf(trx, signalId);
    if (alert === null) return { outcome: 'gone' };
    const from = await lockIncident(trx, alert.incident_id);
    if (from === null || (expected !== undefined && expected !== from.id)) return { outcome: 'gone' };
    if (alert.others === 0 && from.channel === null && openedBy(alert.key) !== null) {
      return { outcome: 'refused', why: `It is the only alert of ${incidentReference(from)}.` };
    }
    const { incident } = await openIncident(
      trx,
      {
        key: null,
        title: alert.title,
        severity: alert.severity,
        environment: alert.environment ?? from.environment,
        services: alert.services,
        startedAt: alert.started_at,
        saidBy,
        why: `parted from ${incidentReference(from)}`,
      },
      now,
    );
    await trx
      .updateTable('incident_signals')
      .set({ incident_id: incident.id, why: 'parted by hand', said_by: saidBy, joined_at: now })
      .where('signal_id', '=', signalId)
      .execute();
    if (!from.said.scope) await forgetServices(trx, from, alert.services);
    const text = `${alert.title}: ${incidentReference(incident)}`;
    await addEntry(trx, from.id, { kind: 'parted', at: now, text, saidBy }, now);
    await refreshCards(trx, [from.id], now);
    return { outcome: 'parted', from: (await findIncident(trx, from.id)) ?? from, incident };
  });
}

interface Both {
  readonly from: Incident;
  readonly into: Incident;
}

/** In the order of their ids, so that two who join the same do not wait for each other. */
async function lockBoth(
  trx: Transaction<Schema>,
  from: string,
  into: string,
): Promise<Both | { readonly gone: string }> {
  const found = new Map<string, Incident>();
  for (const id of [from, into].toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))) {
    const incident = await lockIncident(trx, id);
    if (incident === null) return { gone: id };
    found.set(id, incident);
  }
  const [one, other] = [found.get(from), found.get(into)];
  if (one === undefined || other === undefined) throw new Error('an incident that was locked is not there');
  return { from: one, into: other };
}

function refusalOf({ from, into }: Both): string | null {
  if (from.channel === null || into.channel === null || (!from.private && !into.private)) return null;
  return 'Both have a channel, and one of them is private: what is said there would be seen in the other.';
}

/** Both are locked, by a transaction that has its turn. `saidBy` null: a rule. */
export async function mergeIncidents(
  trx: Transaction<Schema>,
  { from, into }: Both,
  saidBy: string | null,
  now: Date,
): Promise<Incident> {
  const takesChannel = from.channel !== null && into.channel === null;
  const open = from.resolvedAt === null || into.resolvedAt === null;
  // First: of one channel there is one incident at any time.
  await trx
    .updateTable('incidents')
    .set({
      merged_into: into.id,
      resolved_at: from.resolvedAt ?? now,
      ...(takesChannel ? { channel_id: null, channel_closed: null } : {}),
    })
    .where('id', '=', from.id)
    .execute();
  // Whoever was one with it is one with the other now: nobody has to follow a chain.
  await trx.updateTable('incidents').set({ merged_into: into.id }).where('merged_into', '=', from.id).execute();
  await trx
    .updateTable('incidents')
    .set({
      ...scopeOf(into, from),
      ...startOf(into, from),
      severity: into.severity ?? from.severity,
      symptom: into.symptom === '' ? from.symptom : into.symptom,
      cause_id: into.causeId ?? from.causeId,
      cause_note: into.causeNote ?? from.causeNote,
      private: into.private || from.private,
      ...(open ? { resolved_at: null } : {}),
      ...(takesChannel
        ? {
            channel_id: from.channel?.id ?? null,
            channel_name: from.channel?.name ?? null,
            channel_closed: from.channel?.closed ?? null,
            channel_topic: sql<
              string | null
            >`(select channel_topic from incidents as other where other.id = ${from.id})`,
          }
        : {}),
    })
    .where('id', '=', into.id)
    .execute();
  await moveBelongings(trx, { from, into }, saidBy);
  const text = `${incidentReference(from)}: ${from.title}`;
  await addEntry(trx, into.id, { kind: 'joined', at: now, text, saidBy }, now);
  if (open && into.resolvedAt !== null) {
    const why = `${incidentReference(from)} goes on`;
    await addEntry(trx, into.id, { kind: 'reopened', at: now, text: why, saidBy }, now);
  }
  await refreshCards(trx, [from.id, into.id], now);
  return (await findIncident(trx, into.id)) ?? into;
}

function scopeOf(into: Incident, from: Incident) {
  if (into.said.scope) return {};
  const services = [...new Set([...into.services, ...from.services])].slice(0, mostServices);
  if (!from.said.scope) return { services, environment: into.environment ?? from.environment };
  return { services, environment: from.environment ?? into.environment, scope_is_said: true };
}

function startOf(into: Incident, from: Incident) {
  if (into.said.start) return {};
  if (from.said.start) return { started_at: from.startedAt, start_is_said: true };
  return { started_at: from.startedAt < into.startedAt ? from.startedAt : into.startedAt };
}

/** A message that stands in both timelines stays in the one where it was. */
async function moveBelongings(trx: Transaction<Schema>, { from, into }: Both, saidBy: string | null): Promise<void> {
  await sql`
    update incident_signals set incident_id = ${into.id}, said_by = coalesce(said_by, ${saidBy}) where incident_id = ${from.id}
  `.execute(trx);
  await sql`
    update incident_entries as entry set incident_id = ${into.id}
    where incident_id = ${from.id} and not exists (
      select from incident_entries as there
      where there.incident_id = ${into.id} and there.channel_id = entry.channel_id and there.message_ts = entry.message_ts
    )
  `.execute(trx);
}

async function alertOf(trx: Transaction<Schema>, signalId: string) {
  const row = await trx
    .selectFrom('incident_signals as joined')
    .innerJoin('signals', 'signals.id', 'joined.signal_id')
    .innerJoin('incidents', 'incidents.id', 'joined.incident_id')
    .select([
      'joined.incident_id',
      'incidents.key',
      'signals.title',
      'signals.severity',
      'signals.environment',
      'signals.services',
      'signals.started_at',
    ])
    .select((eb) =>
      eb
        .selectFrom('incident_signals as other')
        .whereRef('other.incident_id', '=', 'joined.incident_id')
        .whereRef('other.signal_id', '<>', 'joined.signal_id')
        .select(sql<number>`count(*)::int`.as('count'))
        .as('others'),
    )
    .where('joined.signal_id', '=', signalId)
    .executeTakeFirst();
  return row ?? null;
}

/** Those that nothing else of the incident names. */
async function forgetServices(trx: Transaction<Schema>, { id }: Incident, services: readonly string[]): Promise<void> {
  if (services.length === 0) return;
  await sql`
    update incidents set services = array(
      select service from unnest(services) with ordinality as given (service, place)
      where service <> all(${[...services]}::text[])
        or strpos(coalesce(channel_name, ''), service) > 0
        or exists (
          select from incident_signals join signals on signals.id = signal_id
          where incident_id = incidents.id and service = any(signals.services)
        )
      order by place
    )
    where id = ${id}
  `.execute(trx);
}
