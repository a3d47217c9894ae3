import { type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { type Decision, decideSignals, newIncidentId } from '../domain/incidents/join.ts';
import { type Incident, incidentReference } from '../domain/incidents/incident.ts';
import { shorten } from '../domain/shorten.ts';
import { sourceTitle } from '../domain/source-title.ts';
import { enqueueAll } from '../jobs/enqueue.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { isRefusal } from '../timeline/group-commit.ts';
import type { IncidentContext } from './context.ts';
import { addEntry } from './entries.ts';
import { followSignals } from './follow-signals.ts';
import { lockIncident } from './incident-rows.ts';
import { keyOfSignal, knownIncidents } from './known-incidents.ts';
import { neighboursIn } from './neighbours.ts';
import { openIncident } from './open.ts';
import { type AttachedSignal, readSignals } from './read-signals.ts';
import { refreshCards } from './refresh.ts';
import { reopenLocked } from './resolve.ts';
import { resolveWhatIsOver } from './resolve-over.ts';
import { takeTurn } from './take-turn.ts';

const day = 86_400_000;
/** Incidents that were resolved within this before a signal may be what it belongs to. */
const looksBack = day;

/**
 * Has each of these signals belong to the incident that it is about, opening one where the rules say so, and incidents
 * follow what is said of their signals. May run any number of times, in any order, in several processes.
 */
export async function attachSignals(
  context: IncidentContext,
  { signalIds, opens }: Attaching,
  now: Date,
): Promise<void> {
  try {
    await attachTogether(context, { signalIds, opens }, now);
  } catch (error) {
    if (signalIds.length < 2 || !isRefusal(error)) throw error;
    // One that nothing can be done with must not keep the others back.
    const half = Math.ceil(signalIds.length / 2);
    const halves = [signalIds.slice(0, half), signalIds.slice(half)];
    await enqueueAll(
      context.db,
      'attach-signals',
      halves.map((ids) => ({ payload: { signalIds: [...ids], opens } })),
    );
  }
}

interface Attaching {
  readonly signalIds: readonly string[];
  /** False: they are no reason to open an incident now. */
  readonly opens: boolean;
}

async function attachTogether(
  { db, catalog: settings, defaultEnvironment }: IncidentContext,
  { signalIds, opens }: Attaching,
  now: Date,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await takeTurn(trx);
    const catalog = await catalogWith(trx, settings);
    const signals = await readSignals(trx, signalIds, catalog);
    const told = signals.filter(({ incidentId }) => incidentId !== null);
    const { reopening, anew } = await firedAgain(trx, told);
    const fresh = [...signals.filter(({ incidentId }) => incidentId === null), ...anew];
    const joined = await join(trx, fresh, { catalog, defaultEnvironment, opens, now });
    const following = [...told.filter((each) => !anew.includes(each)), ...joined.signals];
    const ids = [...new Set(following.flatMap(({ incidentId }) => incidentId ?? []))];
    await lockAll(trx, ids);
    for (const [id, why] of [...reopening, ...joined.reopening]) await reopenOnce(trx, id, why, now);
    await followSignals(trx, following);
    await resolveWhatIsOver(trx, ids, now);
    await refreshCards(trx, ids, now);
  });
}

/** In the order of their ids, so that nobody who locks several waits for another who does. */
async function lockAll(trx: Transaction<Schema>, ids: readonly string[]): Promise<void> {
  await sql`
    select from incidents where id = any(${[...ids]}::bigint[]) order by id for update
  `.execute(trx);
}

interface Again {
  /** Why, by incident. */
  readonly reopening: ReadonlyMap<string, string>;
  /** So long after their incident was over that they are another. */
  readonly anew: readonly AttachedSignal[];
}

/** Of signals whose incident was resolved, those that began once more since. */
async function firedAgain(trx: Transaction<Schema>, told: readonly AttachedSignal[]): Promise<Again> {
  const again = told.filter(({ againAt, signal }) => againAt !== null && signal.state !== 'resolved');
  const resolved = await resolvedAmong(
    trx,
    again.flatMap(({ incidentId }) => incidentId ?? []),
  );
  const reopening = new Map<string, string>();
  const anew: AttachedSignal[] = [];
  for (const each of again) {
    const over = resolved.get(each.incidentId ?? '');
    const since = over === undefined || each.againAt === null ? 0 : each.againAt.getTime() - over.getTime();
    if (since <= 0) continue;
    if (since > day && !each.byHand) anew.push(each);
    else reopening.set(each.incidentId ?? '', `${wordsOf(each)} fires again`);
  }
  return { reopening, anew };
}

async function resolvedAmong(trx: Transaction<Schema>, ids: readonly string[]): Promise<ReadonlyMap<string, Date>> {
  if (ids.length === 0) return new Map();
  const rows = await trx
    .selectFrom('incidents')
    .select(['id', 'resolved_at'])
    .where('id', 'in', [...ids])
    .where('resolved_at', 'is not', null)
    .execute();
  return new Map(rows.flatMap(({ id, resolved_at: at }) => (at === null ? [] : [[id, at] as const])));
}

interface Joining {
  readonly catalog: Catalog;
  readonly defaultEnvironment: string;
  readonly opens: boolean;
  readonly now: Date;
}

interface Joined {
  readonly signals: readonly AttachedSignal[];
  /** Why, by incident. */
  readonly reopening: ReadonlyMap<string, string>;
}

async function join(trx: Transaction<Schema>, fresh: readonly AttachedSignal[], joining: Joining): Promise<Joined> {
  if (fresh.length === 0) return { signals: [], reopening: new Map() };
  const { catalog, defaultEnvironment, opens, now } = joining;
  const heard = fresh.map(({ id, signal, heardAt, againAt }) => ({
    id,
    signal,
    heardAt: againAt ?? heardAt,
    mayOpen: opens,
  }));
  const earliest = Math.min(...heard.map(({ heardAt }) => heardAt.getTime()));
  const incidents = await knownIncidents(trx, {
    since: new Date(earliest - looksBack),
    subjects: heard.map(({ signal }) => signal),
    catalog,
  });
  const decisions = decideSignals(heard, incidents, { defaultEnvironment, areNeighbours: neighboursIn(catalog) });
  const byId = new Map(fresh.map((each) => [each.id, each] as const));
  const opened = new Map<string, string>();
  for (const { outcome, signalId } of decisions) {
    const each = byId.get(signalId);
    if (outcome !== 'opens' || each === undefined) continue;
    opened.set(newIncidentId(signalId), await open(trx, each, joining));
  }
  const belongs = decisions.flatMap((decision) => belonging(decision, opened));
  await keep(trx, belongs, now);
  return {
    signals: belongs.flatMap(({ signalId, incidentId }) => {
      const each = byId.get(signalId);
      return each === undefined ? [] : [{ ...each, incidentId }];
    }),
    reopening: new Map(
      belongs.flatMap(({ signalId, incidentId, reopens }) => {
        const each = byId.get(signalId);
        return reopens && each !== undefined ? [[incidentId, `${wordsOf(each)} fires again`] as const] : [];
      }),
    ),
  };
}

interface Belonging {
  readonly signalId: string;
  readonly incidentId: string;
  readonly why: string;
  readonly reopens: boolean;
}

function belonging(decision: Decision, opened: ReadonlyMap<string, string>): readonly Belonging[] {
  const { signalId } = decision;
  switch (decision.outcome) {
    case 'none':
      return [];
    case 'opens':
      return [{ signalId, incidentId: opened.get(newIncidentId(signalId)) ?? '', why: 'opened it', reopens: false }];
    case 'joins': {
      const { incidentId, why, reopens } = decision;
      return [{ signalId, incidentId: opened.get(incidentId) ?? incidentId, why: shorten(why, 300), reopens }];
    }
  }
}

async function open(
  trx: Transaction<Schema>,
  each: AttachedSignal,
  { defaultEnvironment, now }: Joining,
): Promise<string> {
  const { signal, againAt, incidentId } = each;
  const heardAt = againAt ?? each.heardAt;
  const { incident } = await openIncident(
    trx,
    {
      key: keyOfSignal(signal, incidentId === null ? null : againAt),
      title: signal.title,
      severity: signal.severity,
      environment: signal.environment ?? defaultEnvironment,
      services: signal.services,
      startedAt: signal.startedAt,
      heardAt,
      saidBy: null,
      why: wordsOf(each),
    },
    now,
  );
  if (incidentId !== null) {
    const text = `${wordsOf(each)} fires again: ${incidentReference(incident)}`;
    await addEntry(trx, incidentId, { kind: 'parted', at: heardAt, text, saidBy: null }, now);
  }
  return incident.id;
}

/** One that has been somewhere else, and is another now, moves. */
async function keep(trx: Transaction<Schema>, belongs: readonly Belonging[], now: Date): Promise<void> {
  const rows = belongs.map(({ signalId, incidentId, why }) => ({ signal_id: signalId, incident_id: incidentId, why }));
  await sql`
    insert into incident_signals (signal_id, incident_id, why, said_by, joined_at)
    select signal_id, incident_id, why, null, ${now}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (signal_id bigint, incident_id bigint, why text)
    order by signal_id
    on conflict (signal_id) do update set incident_id = excluded.incident_id, why = excluded.why, joined_at = excluded.joined_at
  `.execute(trx);
}

async function reopenOnce(trx: Transaction<Schema>, id: string, why: string, now: Date): Promise<void> {
  const incident: Incident | null = await lockIncident(trx, id);
  if (incident !== null && incident.resolvedAt !== null) await reopenLocked(trx, incident, why, null, now);
}

/** `PagerDuty #1234: Checkout fails`. */
function wordsOf({ signal: { source, reference, title } }: AttachedSignal): string {
  const who = reference === null ? sourceTitle(source) : `${sourceTitle(source)} ${shorten(reference, 40)}`;
  return `${who}: ${shorten(title, 200)}`;
}
