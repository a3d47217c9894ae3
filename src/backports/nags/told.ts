import { type Kysely, sql } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import type { DayCard, NagEscalation, NagStep } from '../../domain/nags/nag.ts';
import type { NagMessage } from './plan.ts';

/** Slack shows this message, or will never take it: it is planned again when there is something else to show. */
export async function messageShown(db: Kysely<Schema>, { view, digest }: NagMessage, now: Date): Promise<void> {
  const { id, state } = view.backport;
  await db
    .updateTable('nags')
    .set({ shown: Buffer.from(digest, 'hex'), settled: state === 'live' || state === 'lapsed' })
    .where('backport_id', '=', id)
    .execute();
  await keepStep(db, { id, step: 'channel', occasion: '', person: null }, now);
}

/** Somebody got their message of this day, so that there is no other. */
export async function cardTold(db: Kysely<Schema>, { person, day, views }: DayCard, now: Date): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { marks } = await trx
      .insertInto('nag_cards')
      .values({
        person: person.slackId,
        day,
        backport_ids: views.map(({ backport }) => backport.id),
        as_lead: [],
        // It was planned anew meanwhile, as none.
        marks: JSON.stringify([]),
        planned_at: now,
        told_at: now,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['person', 'day'])
          .doUpdateSet({ told_at: sql`coalesce(nag_cards.told_at, excluded.told_at)` }),
      )
      .returning('marks')
      .executeTakeFirstOrThrow();
    for (const mark of marks) await keepStep(trx, mark, now);
  });
}

/** The thread has this line, so that there is no other. */
export async function escalationTold(db: Kysely<Schema>, { view, person }: NagEscalation, now: Date): Promise<void> {
  const { id } = view.backport;
  await keepStep(db, { id, step: 'team', occasion: '', person: person?.slackId ?? null }, now);
}

interface Step {
  readonly id: string;
  readonly step: NagStep;
  readonly occasion: string;
  readonly person: string | null;
}

async function keepStep(db: Kysely<Schema>, { id, step, occasion, person }: Step, now: Date): Promise<void> {
  await db
    .insertInto('nag_steps')
    .values({ backport_id: id, step, occasion, person, told_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
