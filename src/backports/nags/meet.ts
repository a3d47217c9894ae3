import { type Kysely, sql } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import type { Availability } from '../../domain/nags/nag.ts';
import type { NagDependencies } from './known.ts';

interface Met extends Availability {
  readonly askedAt: Date;
}

export type People = ReadonlyMap<string, Met>;

/** Where somebody works, and whether they are still there, is asked anew after so long. */
const longest = 24 * 3_600_000;
/** Of whom is to be told something now, it is asked again whether they may be disturbed. */
const justAsked = 60_000;

/** What is known of these people; who is not known, or was asked about long ago, is asked about. */
export async function meet(dependencies: NagDependencies, ids: readonly string[], now: Date): Promise<People> {
  const people = new Map(await read(dependencies.db, ids));
  await askOf(dependencies, people, ids, { now, after: longest });
  return people;
}

/** The same people, with those asked about who are to be told something now. */
export async function meetAgain(
  dependencies: NagDependencies,
  people: People,
  ids: readonly string[],
  now: Date,
): Promise<People> {
  const again = new Map(people);
  await askOf(dependencies, again, ids, { now, after: justAsked });
  return again;
}

/** They have changed what they want: it is asked anew before they are told anything. */
export async function forgetPerson(db: Kysely<Schema>, slackId: string): Promise<void> {
  await db.deleteFrom('nag_people').where('slack_id', '=', slackId).execute();
}

async function askOf(
  { db, availability }: NagDependencies,
  people: Map<string, Met>,
  ids: readonly string[],
  { now, after }: { readonly now: Date; readonly after: number },
): Promise<void> {
  for (const slackId of ids) {
    const known = people.get(slackId);
    if (known !== undefined && now.getTime() - known.askedAt.getTime() < after) continue;
    const { timezone, dndUntil, active, reminders = true } = await availability(slackId);
    people.set(slackId, { timezone, dndUntil, active, reminders, askedAt: now });
    const said = { timezone: timezone.slice(0, 100), dnd_until: dndUntil, active, reminders, asked_at: now };
    await db
      .insertInto('nag_people')
      .values({ slack_id: slackId, ...said })
      .onConflict((conflict) => conflict.column('slack_id').doUpdateSet(said))
      .execute();
  }
}

async function read(db: Kysely<Schema>, ids: readonly string[]): Promise<People> {
  const rows = await db
    .selectFrom('nag_people')
    .selectAll()
    .where(sql<boolean>`slack_id = any(${ids}::text[])`)
    .execute();
  return new Map(
    rows.map(({ slack_id: slackId, timezone, dnd_until: dndUntil, active, reminders, asked_at: askedAt }) => [
      slackId,
      { timezone, dndUntil, active, reminders, askedAt },
    ]),
  );
}
