import type { Transaction } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import { onsetOf } from '../domain/incidents/onset.ts';
import { outsideText } from '../domain/outside-text.ts';
import type { Severity } from '../domain/signal.ts';
import { type AnyJobRequest, enqueueMixed } from '../jobs/enqueue.ts';
import { addEntry } from './entries.ts';
import { findIncident, incidentOfChannel, incidentOfRow } from './incident-rows.ts';
import { waitingSignals } from './read-signals.ts';
import { refreshCards } from './refresh.ts';
import { takeTurn } from './take-turn.ts';

export interface NewIncident {
  /** What the same report sent again has too. At most 500 characters. */
  readonly key: string | null;
  readonly title: string;
  readonly symptom?: string;
  readonly severity?: Severity | null;
  readonly environment: string | null;
  readonly services: readonly string[];
  readonly startedAt: Date;
  /** When we heard of it; otherwise now. */
  readonly heardAt?: Date;
  readonly channel?: { readonly id: string; readonly name: string; readonly private: boolean; readonly topic?: string };
  /** A Slack member id or `api:<name of the token>`; null: a rule. */
  readonly saidBy: string | null;
  /** People said these rather than rules. */
  readonly said?: {
    readonly scope?: boolean;
    readonly start?: boolean;
    readonly title?: boolean;
    readonly severity?: boolean;
  };
  /** In words, for its timeline: what it was opened by. */
  readonly why?: string;
}

export interface Opened {
  readonly incident: Incident;
  /** False: there was one with this key or channel. */
  readonly fresh: boolean;
}

/** More affected services, told by signals, say no more than that everything is affected. */
export const mostServices = 10;
/** By people. */
const mostSaid = 50;
/** What was being recorded while it was opened is on its card after this. */
const settling = 5000;

/** Whatever calls it in its transaction has locked no incident yet. */
export async function openIncident(trx: Transaction<Schema>, incident: NewIncident, now: Date): Promise<Opened> {
  await takeTurn(trx);
  const there = await thatIsThere(trx, incident);
  if (there !== null) return { incident: there, fresh: false };
  const { at, doubted } = startOf(incident, now);
  const { channel, said = {} } = incident;
  const row = await trx
    .insertInto('incidents')
    .values({
      key: incident.key,
      title: titleOf(incident.title),
      symptom: outsideText(incident.symptom, 5000) ?? '',
      severity: incident.severity ?? null,
      environment: outsideText(incident.environment ?? undefined, 200) ?? null,
      services: [...servicesOf(incident.services)],
      started_at: at,
      opened_at: incident.heardAt ?? now,
      scope_is_said: said.scope ?? false,
      start_is_said: said.start ?? false,
      title_is_said: said.title ?? false,
      severity_is_said: said.severity ?? false,
      channel_id: channel?.id ?? null,
      channel_name: channel?.name ?? null,
      channel_topic: outsideText(channel?.topic, 1000) ?? null,
      private: channel?.private ?? false,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const { saidBy } = incident;
  await addEntry(trx, row.id, { kind: 'opened', at: now, text: incident.why ?? '', saidBy }, now);
  if (doubted !== null) await addEntry(trx, row.id, doubtedStart(doubted, now), now);
  await refreshCards(trx, [row.id], now);
  await enqueueMixed(trx, followUps(row.id, await waitingSignals(trx, now), now));
  return { incident: incidentOfRow(row), fresh: true };
}

/** What had been heard before and was no reason for it may belong to it all the same. */
function followUps(incidentId: string, waiting: string[], now: Date): readonly AnyJobRequest[] {
  const settled: AnyJobRequest = {
    name: 'refresh-card',
    payload: { incidentId },
    jobKey: `refresh-card:${incidentId}:settled`,
    runAt: new Date(now.getTime() + settling),
  };
  if (waiting.length === 0) return [settled];
  return [settled, { name: 'attach-signals', payload: { signalIds: waiting, opens: false } }];
}

/** A title as it may be stored: one line, never empty. */
export function titleOf(text: string): string {
  return outsideText(text, 300) ?? 'Untitled incident';
}

/** Names of services as they may be stored, each once. */
export function servicesOf(names: readonly string[]): readonly string[] {
  return [...new Set(names.flatMap((name) => outsideText(name, 200) ?? []))].slice(0, mostSaid);
}

async function thatIsThere(trx: Transaction<Schema>, { key, channel }: NewIncident): Promise<Incident | null> {
  const ofChannel = channel === undefined ? null : await incidentOfChannel(trx, channel.id);
  if (ofChannel !== null || key === null) return ofChannel;
  const row = await trx.selectFrom('incidents').select('id').where('key', '=', key).executeTakeFirst();
  return row === undefined ? null : findIncident(trx, row.id);
}

/** People may say that something began long ago; nobody can say that it will begin. */
function startOf({ startedAt, said, ...incident }: NewIncident, now: Date) {
  const heardAt = incident.heardAt ?? now;
  if (said?.start === true && startedAt <= heardAt) return { at: startedAt, doubted: null };
  return onsetOf(startedAt, heardAt);
}

function doubtedStart(told: Date, now: Date) {
  const text = `It was told to have begun at ${told.toISOString()}, which is not believed: taken as when we heard of it.`;
  return { kind: 'start-time', at: now, text, saidBy: null } as const;
}
