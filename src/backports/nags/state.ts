import { type Kysely, type Selectable, sql } from 'kysely';
import type { Nags } from '../../database/backport-tables.ts';
import type { Schema } from '../../database/schema.ts';
import type { NagClock } from '../../domain/nags/clock.ts';
import type { ToldStep } from '../../domain/nags/ladder.ts';
import type { NagStep, NextNag } from '../../domain/nags/nag.ts';

export interface NagRow {
  readonly clock: NagClock;
  readonly listedOnly: boolean;
  /** What its message in the channel shows, as hex; null: it has none. */
  readonly shown: string | null;
  readonly settled: boolean;
  readonly next: { readonly at: Date; readonly step: NagStep; readonly person: string | null } | null;
}

export interface NagState {
  readonly rows: ReadonlyMap<string, NagRow>;
  readonly told: ReadonlyMap<string, readonly ToldStep[]>;
  /** `U123 2026-11-20`: who had their message on which day of theirs. */
  readonly cards: ReadonlySet<string>;
}

/** Longer than any day of anybody's lasts. */
const recent = '4 days';

export async function readState(db: Kysely<Schema>, ids: readonly string[], now: Date): Promise<NagState> {
  const rows = await db
    .selectFrom('nags')
    .selectAll()
    .where(sql<boolean>`backport_id = any(${ids}::bigint[])`)
    .execute();
  const steps = await db
    .selectFrom('nag_steps')
    .selectAll()
    .where(sql<boolean>`backport_id = any(${ids}::bigint[])`)
    .orderBy('told_at')
    .execute();
  const cards = await db
    .selectFrom('nag_cards')
    .select(['person', 'day'])
    .where(sql<boolean>`told_at > ${now}::timestamptz - ${recent}::interval`)
    .execute();
  return {
    rows: new Map(rows.map((row) => [row.backport_id, rowOf(row)])),
    told: new Map(
      [...Map.groupBy(steps, ({ backport_id }) => backport_id)].map(([id, each]) => [
        id,
        each.map(({ step, occasion, person, told_at: at }) => ({ step, occasion, person, at })),
      ]),
    ),
    cards: new Set(cards.map(({ person, day }) => `${person} ${day}`)),
  };
}

function rowOf(row: Selectable<Nags>): NagRow {
  const { next_at: at, next_step: step, next_person: person } = row;
  return {
    clock: {
      from: row.clock_from,
      elapsed: Number(row.elapsed),
      silentSince: row.silent_since,
      round: row.round,
    },
    listedOnly: row.listed_only,
    shown: row.shown?.toString('hex') ?? null,
    settled: row.settled,
    next: at === null || step === null ? null : { at, step, person },
  };
}

export interface NewState {
  readonly id: string;
  readonly clock: NagClock;
  readonly listedOnly: boolean;
  readonly settled: boolean;
  readonly next: NextNag | null;
}

/** Those that are not as they were. What its message shows stays. */
export async function writeState(db: Kysely<Schema>, before: NagState, states: readonly NewState[]): Promise<void> {
  const changed = states.filter((state) => !isAsBefore(state, before.rows.get(state.id)));
  if (changed.length === 0) return;
  const rows = changed.map(({ id, clock, listedOnly, settled, next }) => ({
    id,
    listed_only: listedOnly,
    clock_from: clock.from,
    elapsed: Math.round(clock.elapsed),
    silent_since: clock.silentSince,
    round: clock.round,
    next_at: next?.at ?? null,
    next_step: next?.step ?? null,
    next_person: next === null ? null : called(next),
    settled,
  }));
  await sql`
    insert into nags (backport_id, listed_only, clock_from, elapsed, silent_since, round, next_at, next_step,
      next_person, settled)
    select * from json_to_recordset(${JSON.stringify(rows)}::json) as given (id bigint, listed_only boolean,
      clock_from timestamptz, elapsed bigint, silent_since timestamptz, round integer, next_at timestamptz,
      next_step text, next_person text, settled boolean)
    on conflict (backport_id) do update set clock_from = excluded.clock_from, elapsed = excluded.elapsed,
      silent_since = excluded.silent_since, round = excluded.round, next_at = excluded.next_at,
      next_step = excluded.next_step, next_person = excluded.next_person, settled = excluded.settled
  `.execute(db);
}

function isAsBefore({ clock, listedOnly, settled, next }: NewState, row: NagRow | undefined): boolean {
  if (row === undefined) return false;
  return (
    clock.round === row.clock.round &&
    clock.silentSince?.getTime() === row.clock.silentSince?.getTime() &&
    listedOnly === row.listedOnly &&
    settled === row.settled &&
    next?.at.getTime() === row.next?.at.getTime() &&
    (next === null || (next.step === row.next?.step && called(next) === row.next.person))
  );
}

function called({ person }: NextNag): string | null {
  return person === null ? null : (person.slackId ?? person.name).slice(0, 320);
}
