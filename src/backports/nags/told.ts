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
  await keepSteps(db, [{ id, step: 'channel', occasion: '', person: null }], now);
}

/** Somebody got their message of this day, so that there is no other. */
export async function cardTold(db: Kysely<Schema>, card: DayCard, now: Date): Promise<void> {
  const { person, day, views, asLead } = card;
  await db.transaction().execute(async (trx) => {
    const { marks } = await trx
      .insertInto('nag_cards')
      .values({
        person: person.slackId,
        day,
        backport_ids: views.map(({ backport }) => backport.id),
        as_lead: [...asLead],
        // Meanwhile it was planned anew, as none.
        marks: JSON.stringify(marksOf(card)),
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
    await keepSteps(trx, marks, now);
  });
}

function marksOf({ person: { slackId }, views, asLead }: DayCard): readonly Step[] {
  return views.map(({ backport: { id } }) =>
    asLead.has(id)
      ? { id, step: 'lead', occasion: '', person: slackId }
      : { id, step: 'owner', occasion: `to:${slackId}`, person: slackId },
  );
}

/** The thread has this line, so that there is no other. */
export async function escalationTold(db: Kysely<Schema>, { view, person }: NagEscalation, now: Date): Promise<void> {
  const { id } = view.backport;
  await keepSteps(db, [{ id, step: 'team', occasion: '', person: person?.slackId ?? null }], now);
}

interface Step {
  readonly id: string;
  readonly step: NagStep;
  readonly occasion: string;
  readonly person: string | null;
}

/** In one query: a message may hold thousands. */
async function keepSteps(db: Kysely<Schema>, steps: readonly Step[], now: Date): Promise<void> {
  await sql`
    insert into nag_steps (backport_id, step, occasion, person, told_at)
    select id, step, occasion, person, ${now} from json_to_recordset(${JSON.stringify(steps)}::json)
      as given (id bigint, step text, occasion text, person text)
    on conflict do nothing
  `.execute(db);
}
