import { type Transaction, sql } from 'kysely';
import { recordDecision } from '../database/record-decision.ts';
import type { Schema } from '../database/schema.ts';
import type { Incident, Verdict } from '../domain/incidents/incident.ts';
import { outsideText } from '../domain/outside-text.ts';
import { addEntry, longestEntry, verdictsOf } from './entries.ts';
import { incidentOfRow } from './incident-rows.ts';

export interface Decision {
  /** As `shownChange` gives it. */
  readonly changeId: string;
  readonly verdict: Verdict;
  readonly why: string;
}

/** On an incident that the caller has locked. There is one cause: who names another takes the one before back. */
export async function decide(
  trx: Transaction<Schema>,
  incident: Incident,
  { changeId, verdict, why }: Decision,
  saidBy: string | null,
  now: Date,
): Promise<Incident> {
  if (verdict === 'caused') await takeCausesBack(trx, incident.id, changeId, saidBy, now);
  await addEntry(
    trx,
    incident.id,
    { kind: 'verdict', at: now, text: why, saidBy, verdict: { changeId, verdict } },
    now,
  );
  if (verdict === 'caused') return keepCause(trx, incident, changeId, why);
  return incident.causeId === changeId ? keepCause(trx, incident, null, '') : incident;
}

/** A cause that is no change has a note, by which it is told from one that nobody knows. */
const somethingElse = 'something else';

/** On an incident that the caller has locked: what `note` says caused it, and no change. */
export async function causedByNoChange(
  trx: Transaction<Schema>,
  incident: Incident,
  note: string,
  saidBy: string | null,
  now: Date,
): Promise<Incident> {
  await takeCausesBack(trx, incident.id, null, saidBy, now);
  if (saidBy !== null && !isSaid(incident, note)) await recordNoChange(trx, incident.id, note, saidBy, now);
  const kept = incident.causeId === null ? incident.causeNote : null;
  return keepCause(trx, incident, null, note.trim() || (kept ?? somethingElse));
}

/** That no change caused it, for this very reason. */
function isSaid({ causeId, causeNote }: Incident, note: string): boolean {
  return causeId === null && causeNote !== null && (note.trim() === '' || note.trim() === causeNote);
}

/** A verdict about no change is no entry of the incident, so that nothing else audits it. */
function recordNoChange(
  trx: Transaction<Schema>,
  incidentId: string,
  note: string,
  saidBy: string,
  now: Date,
): Promise<void> {
  return recordDecision(trx, {
    at: now,
    kind: 'verdict',
    actor: saidBy,
    about: `INC-${incidentId}`,
    reason: outsideText(note, longestEntry) ?? null,
    details: { incident: Number(incidentId), verdict: 'no-change' },
  });
}

async function takeCausesBack(
  trx: Transaction<Schema>,
  incidentId: string,
  except: string | null,
  saidBy: string | null,
  now: Date,
): Promise<void> {
  for (const [changeId, { verdict }] of await verdictsOf(trx, incidentId)) {
    if (verdict?.verdict !== 'caused' || changeId === except) continue;
    const text = except === null ? 'no longer held to be the cause' : 'another change is held to be the cause';
    await addEntry(
      trx,
      incidentId,
      { kind: 'verdict', at: now, text, saidBy, verdict: { changeId, verdict: 'suspect' } },
      now,
    );
  }
}

/** On an incident that the caller has locked. An empty note leaves what was said of the same cause. */
export async function keepCause(
  trx: Transaction<Schema>,
  incident: Incident,
  causeId: string | null,
  note: string,
): Promise<Incident> {
  const said = outsideText(note, longestEntry) ?? null;
  const row = await trx
    .updateTable('incidents')
    .set({ cause_id: causeId, cause_note: said ?? (causeId === incident.causeId ? incident.causeNote : null) })
    .where('id', '=', incident.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return incidentOfRow(row);
}

/** The id under which the timeline shows this change, which may have become one with another. Null: it shows none. */
export async function shownChange(trx: Transaction<Schema>, id: string): Promise<string | null> {
  if (!/^\d{1,18}$/.test(id)) return null;
  const { rows } = await sql<{ id: string; shown: boolean }>`
    with recursive led as (
      select id, coalesce(merged_into, joined_to) as next, at is not null as shown from changes where id = ${id}::bigint
      union
      select changes.id, coalesce(changes.merged_into, changes.joined_to), changes.at is not null
      from led join changes on changes.id = led.next
    )
    select id, shown from led where next is null
  `.execute(trx);
  const [found] = rows;
  return found?.shown === true ? found.id : null;
}
