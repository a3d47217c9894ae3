import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Incident, IncidentEntry, Verdict } from '../domain/incidents/incident.ts';
import { mustSayWhy, isReason } from '../domain/reason.ts';
import { causedByNoChange, decide, shownChange } from './decide.ts';
import { verdictsOf } from './entries.ts';
import { lockIncident } from './incident-rows.ts';
import { refreshCards } from './refresh.ts';

export interface NewVerdict {
  readonly changeId: string;
  readonly verdict: Verdict;
  /** Empty: a program gave none. */
  readonly why: string;
  /** The entry with what was decided about it when the person looked; null: nothing. Left out: it is not known. */
  readonly seen?: string | null;
}

export type VerdictSaid =
  /** `before`: what had been decided about the same change until then. */
  | { readonly outcome: 'said'; readonly incident: Incident; readonly before: IncidentEntry | null }
  /** The same had been decided already, by whom and why `before` says. */
  | { readonly outcome: 'unchanged'; readonly incident: Incident; readonly before: IncidentEntry }
  /** A person has to say why. */
  | { readonly outcome: 'no-reason' }
  | { readonly outcome: 'not-in-timeline' }
  | { readonly outcome: 'gone' };

/**
 * What a person decides about a change: `caused` makes it the incident's cause until something else is said. A change
 * that turned out to be one with another is that one. Who says what somebody else has said meanwhile changes nothing.
 */
export function sayVerdict(
  db: Kysely<Schema>,
  incidentId: string,
  { changeId: named, verdict, why, seen }: NewVerdict,
  saidBy: string | null,
  now: Date,
): Promise<VerdictSaid> {
  return db.transaction().execute(async (trx) => {
    const locked = await lockIncident(trx, incidentId);
    if (locked === null) return { outcome: 'gone' };
    const changeId = await shownChange(trx, named);
    if (changeId === null) return { outcome: 'not-in-timeline' };
    const before = (await verdictsOf(trx, locked.id)).get(changeId) ?? null;
    if (before?.verdict?.verdict === verdict) {
      const isNews = seen !== undefined && seen !== before.id;
      if (isNews || why.trim() === '' || why === before.text) return { outcome: 'unchanged', incident: locked, before };
    }
    if (mustSayWhy(saidBy) && !isReason(why)) return { outcome: 'no-reason' };
    const incident = await decide(trx, locked, { changeId, verdict, why }, saidBy, now);
    await refreshCards(trx, [incident.id], now);
    return { outcome: 'said', incident, before };
  });
}

export type NoChangeSaid = { readonly outcome: 'said'; readonly incident: Incident } | { readonly outcome: 'gone' };

/** No change of the timeline caused it, but what `note` says; a program may leave it empty. */
export function sayNoChangeCaused(
  db: Kysely<Schema>,
  incidentId: string,
  note: string,
  saidBy: string | null,
  now: Date,
): Promise<NoChangeSaid> {
  return db.transaction().execute(async (trx) => {
    const locked = await lockIncident(trx, incidentId);
    if (locked === null) return { outcome: 'gone' };
    const incident = await causedByNoChange(trx, locked, note, saidBy, now);
    await refreshCards(trx, [incident.id], now);
    return { outcome: 'said', incident };
  });
}
