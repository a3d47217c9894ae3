import { type Selectable, type Transaction, sql } from 'kysely';
import type { Drifts } from '../database/parity-schema.ts';
import type { Schema } from '../database/schema.ts';
import type { Change } from '../domain/change.ts';
import { isIgnored } from '../domain/comparison/ignored-facts.ts';
import type { Facet } from '../domain/facts/fact.ts';
import type { ParityContext } from './context.ts';
import { type FactWindow, changesBetween, explanationOf } from './explaining-changes.ts';
import type { Whose } from './fact-rows.ts';
import { type KeptFact, placeOf } from './snapshot-facts.ts';

interface Value extends Pick<KeptFact, 'value' | 'digest'> {
  readonly same: string;
}

/** A fact that a snapshot saw otherwise than the one before. */
export interface Moved extends Pick<KeptFact, 'service' | 'facet' | 'key'> {
  /** Null: there was no such fact, or is none any more. */
  readonly before: Value | null;
  readonly after: Value | null;
  /** When `before` was seen last. */
  readonly from: Date;
}

interface Seen {
  readonly id: string;
  readonly takenAt: Date;
  /** Whether the snapshot saw this fact as it is in the drift. */
  readonly isStill: (drift: Live) => boolean;
}

export type Live = Pick<
  Selectable<Drifts>,
  'id' | 'service' | 'facet' | 'key' | 'state' | 'window_to' | 'before_same' | 'after_same'
>;

/** What these measure changes by itself, with no one changing anything. */
const measures: ReadonlySet<Facet> = new Set<Facet>(['data', 'health']);
const mostChanges = 1000;
const chunkSize = 2000;

/** Called with the turn of the collector. Gives how many facts now are otherwise without a change that explains it. */
export async function watchDrift(
  trx: Transaction<Schema>,
  { catalog, ignored }: Pick<ParityContext, 'catalog' | 'ignored'>,
  {
    whose,
    moves,
    snapshot,
    now,
  }: { readonly whose: Whose; readonly moves: readonly Moved[]; readonly snapshot: Seen; readonly now: Date },
): Promise<number> {
  const live = new Map((await liveDrifts(trx, whose)).map((drift) => [placeOf(drift), drift]));
  const begun: Moved[] = [];
  const explained = explainer({ db: trx, catalog }, whose.environment);
  const moved = new Set<string>();
  for (const move of moves) {
    if (measures.has(move.facet) || isIgnored(ignored, move)) continue;
    const drift = live.get(placeOf(move));
    if (drift !== undefined) {
      moved.add(drift.id);
      if (isBack(drift, move)) await clear(trx, drift, snapshot.takenAt, 'It is as it was before.');
      else await goOn(trx, drift, { move, snapshot, now });
    } else if (isOther(move) && (await explained(move, snapshot.takenAt)) === null) begun.push(move);
  }
  await seeAgain(
    trx,
    [...live.values()].filter(
      (drift) => !moved.has(drift.id) && drift.window_to < snapshot.takenAt && snapshot.isStill(drift),
    ),
  );
  return insertDrifts(trx, { whose, begun, snapshot, now });
}

/** What a collector of another version, or our rules, read otherwise was no drift, or is none any more. */
export async function forgetDrift(
  trx: Transaction<Schema>,
  whose: Whose,
  places: ReadonlySet<string>,
  at: Date,
): Promise<void> {
  for (const drift of await liveDrifts(trx, whose)) {
    if (places.has(placeOf(drift))) await clear(trx, drift, at, 'It is read in another way now.');
  }
}

async function liveDrifts(trx: Transaction<Schema>, { environment, collector }: Whose): Promise<readonly Live[]> {
  return trx
    .selectFrom('drifts')
    .select(['id', 'service', 'facet', 'key', 'state', 'window_to', 'before_same', 'after_same'])
    .where('environment', '=', environment)
    .where('collector', '=', collector)
    .where('state', 'in', ['watched', 'open'])
    .orderBy('id')
    .forUpdate()
    .execute();
}

/** Reads the changes of each window once. */
export function explainer(deps: Parameters<typeof changesBetween>[0], environment: string) {
  const read = new Map<string, Promise<readonly Change[]>>();
  return async (move: Moved, to: Date) => {
    const window: FactWindow = { environment, from: move.from, to };
    const key = `${move.from.getTime()}-${to.getTime()}`;
    const changes = read.get(key) ?? changesBetween(deps, window, mostChanges);
    read.set(key, changes);
    return explanationOf(
      await changes,
      {
        service: move.service === '' ? null : move.service,
        facet: move.facet,
        key: move.key,
        before: textOf(move.before),
        after: textOf(move.after),
        secret: isSecret(move),
      },
      to,
    );
  };
}

function textOf(value: Value | null): string | null {
  return value === null ? null : (value.value ?? value.digest);
}

function isSecret({ before, after }: Pick<Moved, 'before' | 'after'>): boolean {
  return [before, after].some((each) => each !== null && each.digest !== null);
}

function isBack({ before_same: before }: Live, { after }: Moved): boolean {
  return (before?.toString('hex') ?? null) === (after?.same ?? null);
}

function isOther({ before, after }: Moved): boolean {
  return before?.same !== after?.same;
}

async function clear(trx: Transaction<Schema>, { id }: Live, at: Date, why: string): Promise<void> {
  await trx.updateTable('drifts').set({ state: 'cleared', ended_at: at, why }).where('id', '=', id).execute();
}

/** Something else again: what is told of it already is not told anew. */
async function goOn(
  trx: Transaction<Schema>,
  { id, state }: Live,
  { move: { after, ...move }, snapshot, now }: { readonly move: Moved; readonly snapshot: Seen; readonly now: Date },
): Promise<void> {
  const is = {
    after: textOf(after),
    after_same: after === null ? null : Buffer.from(after.same, 'hex'),
    secret: isSecret({ before: move.before, after }),
  };
  const anew = { seen: 1, window_to: snapshot.takenAt, snapshot_id: snapshot.id, first_seen_at: now };
  await trx
    .updateTable('drifts')
    .set(state === 'watched' ? { ...is, ...anew } : is)
    .where('id', '=', id)
    .execute();
}

async function seeAgain(trx: Transaction<Schema>, drifts: readonly Live[]): Promise<void> {
  if (drifts.length === 0) return;
  const ids = drifts.map(({ id }) => id);
  await sql`update drifts set seen = seen + 1 where id = any(${ids}::bigint[])`.execute(trx);
}

async function insertDrifts(
  trx: Transaction<Schema>,
  {
    whose,
    begun,
    snapshot,
    now,
  }: { readonly whose: Whose; readonly begun: readonly Moved[]; readonly snapshot: Seen; readonly now: Date },
): Promise<number> {
  let inserted = 0;
  for (let at = 0; at < begun.length; at += chunkSize) {
    const rows = begun.slice(at, at + chunkSize).map((move) => ({
      service: move.service,
      facet: move.facet,
      key: move.key,
      before: textOf(move.before),
      after: textOf(move.after),
      secret: isSecret(move),
      was: move.before?.same ?? null,
      is: move.after?.same ?? null,
      from: move.from,
    }));
    const { numAffectedRows } = await sql`
      insert into drifts (environment, collector, service, facet, key, before, after, secret, before_same, after_same,
        window_from, window_to, snapshot_id, seen, first_seen_at, state)
      select ${whose.environment}, ${whose.collector}, service, facet, key, before, after, secret,
        decode("was", 'hex'), decode("is", 'hex'), "from", ${snapshot.takenAt}, ${snapshot.id}, 1, ${now}, 'watched'
      from json_to_recordset(${JSON.stringify(rows)}::json) as given (service text, facet text, key text, before text,
        after text, secret boolean, "was" text, "is" text, "from" timestamptz)
      on conflict (environment, service, facet, key) where state in ('watched', 'open') do nothing
    `.execute(trx);
    inserted += Number(numAffectedRows ?? 0);
  }
  return inserted;
}
