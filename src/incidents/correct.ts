import type { Kysely, Transaction } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { EntryKind, Incident } from '../domain/incidents/incident.ts';
import { outsideText } from '../domain/outside-text.ts';
import type { Severity } from '../domain/signal.ts';
import { addEntry } from './entries.ts';
import { findIncident, lockIncident } from './incident-rows.ts';
import { servicesOf, titleOf } from './open.ts';
import { refreshCards } from './refresh.ts';

export type Corrected =
  | { readonly outcome: 'done'; readonly incident: Incident }
  /** There is no such incident. */
  | { readonly outcome: 'gone' }
  /** `why`: a sentence. */
  | { readonly outcome: 'refused'; readonly why: string };

export interface Scope {
  readonly environment?: string | null;
  /** By our names. Empty: not known. */
  readonly services?: readonly string[];
}

/** What is affected, in place of what signals and the channel say from now on too. */
export function setScope(
  db: Kysely<Schema>,
  id: string,
  { environment, services }: Scope,
  saidBy: string,
  now: Date,
): Promise<Corrected> {
  return correct(db, id, { saidBy, now }, (incident) => {
    const after = {
      environment: environment === undefined ? incident.environment : (outsideText(environment ?? '', 200) ?? null),
      services: services === undefined ? [...incident.services] : [...servicesOf(services)],
    };
    return {
      columns: { ...after, scope_is_said: true },
      kind: 'scope',
      text: `${scopeWords(after)} (before: ${scopeWords(incident)})`,
    };
  });
}

/** When the fault began. */
export function setStart(
  db: Kysely<Schema>,
  id: string,
  startedAt: Date,
  saidBy: string,
  now: Date,
): Promise<Corrected> {
  return correct(db, id, { saidBy, now }, (incident) => {
    if (startedAt > now) return { refused: 'It cannot have begun in the future.' };
    if (incident.resolvedAt !== null && startedAt > incident.resolvedAt) {
      return { refused: 'It cannot have begun after it was resolved.' };
    }
    return {
      columns: { started_at: startedAt, start_is_said: true },
      kind: 'start-time',
      text: `${startedAt.toISOString()} (before: ${incident.startedAt.toISOString()})`,
    };
  });
}

export function setSeverity(
  db: Kysely<Schema>,
  id: string,
  severity: Severity | null,
  saidBy: string,
  now: Date,
): Promise<Corrected> {
  return correct(db, id, { saidBy, now }, (incident) => ({
    columns: { severity, severity_is_said: true },
    kind: 'severity',
    text: `${severity ?? 'unknown'} (before: ${incident.severity ?? 'unknown'})`,
  }));
}

export function setTitle(db: Kysely<Schema>, id: string, title: string, saidBy: string, now: Date): Promise<Corrected> {
  return correct(db, id, { saidBy, now }, () => {
    if (outsideText(title, 300) === undefined) return { refused: 'A title needs words.' };
    return { columns: { title: titleOf(title), title_is_said: true }, kind: 'title', text: titleOf(title) };
  });
}

/** What is seen of it, in words. */
export function setSymptom(
  db: Kysely<Schema>,
  id: string,
  symptom: string,
  saidBy: string,
  now: Date,
): Promise<Corrected> {
  return correct(db, id, { saidBy, now }, () => {
    const said = outsideText(symptom, 5000) ?? '';
    return {
      columns: { symptom: said },
      kind: 'note',
      text: said === '' ? 'No symptom any more.' : `Symptom: ${said}`,
    };
  });
}

interface Correction {
  readonly columns: Parameters<typeof save>[2];
  readonly kind: EntryKind;
  readonly text: string;
}

async function correct(
  db: Kysely<Schema>,
  id: string,
  { saidBy, now }: { readonly saidBy: string; readonly now: Date },
  decide: (incident: Incident) => Correction | { readonly refused: string },
): Promise<Corrected> {
  return db.transaction().execute(async (trx): Promise<Corrected> => {
    const before = await lockIncident(trx, id);
    if (before === null) return { outcome: 'gone' };
    const correction = decide(before);
    if ('refused' in correction) return { outcome: 'refused', why: correction.refused };
    const { columns, kind, text } = correction;
    await save(trx, before.id, columns);
    await addEntry(trx, before.id, { kind, at: now, text, saidBy }, now);
    await refreshCards(trx, [before.id], now);
    const incident = await findIncident(trx, before.id);
    return incident === null ? { outcome: 'gone' } : { outcome: 'done', incident };
  });
}

interface Columns {
  readonly environment?: string | null;
  readonly services?: string[];
  readonly scope_is_said?: boolean;
  readonly started_at?: Date;
  readonly start_is_said?: boolean;
  readonly severity?: Severity | null;
  readonly severity_is_said?: boolean;
  readonly symptom?: string;
  readonly title?: string;
  readonly title_is_said?: boolean;
}

async function save(trx: Transaction<Schema>, id: string, columns: Columns): Promise<void> {
  await trx.updateTable('incidents').set(columns).where('id', '=', id).execute();
}

function scopeWords({ environment, services }: Pick<Incident, 'environment' | 'services'>): string {
  const what = services.length === 0 ? 'no known service' : services.join(', ');
  return environment === null ? what : `${what} in ${environment}`;
}
