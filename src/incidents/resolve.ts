import type { Kysely, Transaction } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { EntryKind, Incident } from '../domain/incidents/incident.ts';
import { type IncidentMeasures, measuresOf } from '../domain/incidents/measures.ts';
import { mustSayWhy, isReason } from '../domain/reason.ts';
import { causedByNoChange, decide, keepCause, shownChange } from './decide.ts';
import { type NewEntry, addEntry, verdictsOf } from './entries.ts';
import { firstAlertOf } from './first-alert.ts';
import { incidentOfRow, lockIncident } from './incident-rows.ts';
import { refreshCards } from './refresh.ts';

export interface Resolution {
  /** Null: no change of the timeline. Left out: what was said before stands. */
  readonly causeId?: string | null;
  /**
   * What happened; where a cause or fix is named, why it is that. A person who names one has to say it; else it may be
   * empty.
   */
  readonly note: string;
  /** What made it good. */
  readonly fixIds?: readonly string[];
}

/** Somebody had said it before. `by` is a Slack member id, `api:<name of the token>` or null: a rule. */
export interface SaidBefore {
  readonly outcome: 'already';
  readonly incident: Incident;
  readonly by: string | null;
  readonly at: Date;
}

export type Resolved =
  | { readonly outcome: 'resolved'; readonly incident: Incident; readonly measures: IncidentMeasures }
  | SaidBefore
  | { readonly outcome: 'not-in-timeline'; readonly changeId: string }
  /** It names a cause or a fix, and not why. */
  | { readonly outcome: 'no-reason' }
  | { readonly outcome: 'gone' };

/** Of two people who resolve it at once, the second is told of the first, and nothing of what the second said is kept. */
export function resolveIncident(
  db: Kysely<Schema>,
  incidentId: string,
  resolution: Resolution,
  saidBy: string | null,
  now: Date,
): Promise<Resolved> {
  return db.transaction().execute(async (trx) => {
    const incident = await lockIncident(trx, incidentId);
    if (incident === null) return { outcome: 'gone' };
    if (incident.resolvedAt !== null) return saidBefore(trx, incident, 'resolved', incident.resolvedAt);
    const named = await shownChanges(trx, resolution);
    if ('missing' in named) return { outcome: 'not-in-timeline', changeId: named.missing };
    const news = await newOf(trx, incident, named);
    const decides = news.causeId !== undefined || news.fixIds.length > 0;
    if (decides && mustSayWhy(saidBy) && !isReason(resolution.note)) return { outcome: 'no-reason' };
    const decided = await decideAll(trx, incident, { ...news, note: resolution.note }, saidBy, now);
    const resolved = await resolveLocked(trx, decided, { note: resolution.note, at: now }, saidBy, now);
    const measures = measuresOf(resolved, await firstAlertOf(trx, resolved.id));
    return { outcome: 'resolved', incident: resolved, measures };
  });
}

/** On an incident that the caller has locked and that is not resolved. `at` is when it was over, such as its last alert. */
export async function resolveLocked(
  trx: Transaction<Schema>,
  incident: Incident,
  { note, at }: { readonly note: string; readonly at: Date },
  saidBy: string | null,
  now: Date,
): Promise<Incident> {
  return alter(trx, incident, { resolved_at: at }, { kind: 'resolved', text: note, at, saidBy }, now);
}

export type Mitigated =
  | { readonly outcome: 'mitigated'; readonly incident: Incident; readonly measures: IncidentMeasures }
  /** Also where it is resolved: what is over hurts no more. */
  | SaidBefore
  | { readonly outcome: 'gone' };

/** It hurts nobody any more, though its cause may still be there. */
export function mitigate(
  db: Kysely<Schema>,
  incidentId: string,
  { note }: { readonly note: string },
  saidBy: string | null,
  now: Date,
): Promise<Mitigated> {
  return db.transaction().execute(async (trx) => {
    const incident = await lockIncident(trx, incidentId);
    if (incident === null) return { outcome: 'gone' };
    if (incident.resolvedAt !== null) return saidBefore(trx, incident, 'resolved', incident.resolvedAt);
    if (incident.mitigatedAt !== null) return saidBefore(trx, incident, 'mitigated', incident.mitigatedAt);
    const entry = { kind: 'mitigated', text: note, at: now, saidBy } as const;
    const altered = await alter(trx, incident, { mitigated_at: now }, entry, now);
    const measures = measuresOf(altered, await firstAlertOf(trx, altered.id));
    return { outcome: 'mitigated', incident: altered, measures };
  });
}

export type Reopened =
  | { readonly outcome: 'reopened'; readonly incident: Incident }
  /** It was neither resolved nor mitigated. */
  | { readonly outcome: 'open'; readonly incident: Incident }
  | { readonly outcome: 'gone' };

export function reopen(
  db: Kysely<Schema>,
  incidentId: string,
  { why }: { readonly why: string },
  saidBy: string | null,
  now: Date,
): Promise<Reopened> {
  return db.transaction().execute(async (trx) => {
    const incident = await lockIncident(trx, incidentId);
    if (incident === null) return { outcome: 'gone' };
    if (incident.resolvedAt === null && incident.mitigatedAt === null) return { outcome: 'open', incident };
    return { outcome: 'reopened', incident: await reopenLocked(trx, incident, why, saidBy, now) };
  });
}

/** On an incident that the caller has locked: it is neither over nor mitigated, since the fault is there again. */
export async function reopenLocked(
  trx: Transaction<Schema>,
  incident: Incident,
  why: string,
  saidBy: string | null,
  now: Date,
): Promise<Incident> {
  const entry = { kind: 'reopened', text: why, at: now, saidBy } as const;
  return alter(trx, incident, { resolved_at: null, mitigated_at: null }, entry, now);
}

async function alter(
  trx: Transaction<Schema>,
  { id }: Incident,
  values: { readonly resolved_at?: Date | null; readonly mitigated_at?: Date | null },
  entry: NewEntry,
  now: Date,
): Promise<Incident> {
  const row = await trx
    .updateTable('incidents')
    .set(values)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await addEntry(trx, id, entry, now);
  await refreshCards(trx, [id], now);
  return incidentOfRow(row);
}

async function saidBefore(
  trx: Transaction<Schema>,
  incident: Incident,
  kind: EntryKind,
  at: Date,
): Promise<SaidBefore> {
  const entry = await trx
    .selectFrom('incident_entries')
    .select('said_by')
    .where('incident_id', '=', incident.id)
    .where('kind', '=', kind)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return { outcome: 'already', incident, by: entry?.said_by ?? null, at };
}

interface Named {
  /** Undefined: nothing was said about the cause. */
  readonly causeId: string | null | undefined;
  readonly fixIds: readonly string[];
}

async function shownChanges(
  trx: Transaction<Schema>,
  { causeId, fixIds = [] }: Resolution,
): Promise<Named | { readonly missing: string }> {
  const shown = new Map<string, string>();
  for (const id of typeof causeId === 'string' ? [causeId, ...fixIds] : fixIds) {
    const found = await shownChange(trx, id);
    if (found === null) return { missing: id };
    shown.set(id, found);
  }
  const cause = typeof causeId === 'string' ? shown.get(causeId) : causeId;
  const fixes = new Set(fixIds.flatMap((id) => shown.get(id) ?? []));
  return { causeId: cause, fixIds: [...fixes].filter((id) => id !== cause) };
}

/** What is decided already is not decided again. */
async function newOf(trx: Transaction<Schema>, incident: Incident, { causeId, fixIds }: Named): Promise<Named> {
  const decided = await verdictsOf(trx, incident.id);
  return {
    causeId: causeId !== null && causeId === incident.causeId ? undefined : causeId,
    fixIds: fixIds.filter((id) => decided.get(id)?.verdict?.verdict !== 'fixed'),
  };
}

async function decideAll(
  trx: Transaction<Schema>,
  given: Incident,
  { causeId, fixIds, note }: Named & { readonly note: string },
  saidBy: string | null,
  now: Date,
): Promise<Incident> {
  let incident = given;
  for (const changeId of fixIds) {
    incident = await decide(trx, incident, { changeId, verdict: 'fixed', why: note }, saidBy, now);
  }
  if (causeId === null) return causedByNoChange(trx, incident, note, saidBy, now);
  if (causeId !== undefined)
    return decide(trx, incident, { changeId: causeId, verdict: 'caused', why: note }, saidBy, now);
  // Of a cause that nobody knows there is nothing to note.
  const isKnown = incident.causeId !== null || incident.causeNote !== null;
  return isKnown ? keepCause(trx, incident, incident.causeId, note) : incident;
}
