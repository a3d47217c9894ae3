import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';

/** Slack takes about one message a second in a channel (docs.slack.dev/apis/web-api/rate-limits). */
const between = 1000;
/** Whoever does not come within this of its turn has lost it. */
const held = 60_000;

interface Waiting {
  readonly key: string;
  readonly channel: string;
  /** The turn that was given before. */
  readonly turnAt: Date | null;
}

/**
 * When this message may be written: null, now. All processes share the turns of a channel, and each message keeps its
 * place among them. Must be asked for each write.
 */
export async function turnOf(
  db: Kysely<Schema>,
  method: string,
  { key, channel, turnAt }: Waiting,
  now: Date,
): Promise<Date | null> {
  const paused = await pausedUntil(db, method, now);
  if (paused !== null) return paused;
  const age = turnAt === null ? held : now.getTime() - turnAt.getTime();
  if (turnAt !== null && age < 0) return turnAt;
  if (age < held) {
    await keepTurn(db, key, null);
    return null;
  }
  const given = await giveTurn(db, channel, now);
  if (given <= now) return null;
  await keepTurn(db, key, given);
  return given;
}

/** Nothing is written by this method until then; `slack`: by none. */
export async function pause(db: Kysely<Schema>, name: string, until: Date): Promise<void> {
  await sql`
    insert into slack_pauses (name, until) values (${name}, ${until})
    on conflict (name) do update set until = greatest(slack_pauses.until, excluded.until)
  `.execute(db);
}

async function pausedUntil(db: Kysely<Schema>, method: string, now: Date): Promise<Date | null> {
  const row = await db
    .selectFrom('slack_pauses')
    .select((eb) => eb.fn.max('until').as('until'))
    .where('name', 'in', [method, 'slack'])
    .where('until', '>', now)
    .executeTakeFirst();
  return row?.until ?? null;
}

async function giveTurn(db: Kysely<Schema>, channel: string, now: Date): Promise<Date> {
  const { rows } = await sql<{ until: Date }>`
    insert into slack_pauses (name, until) values (${`channel ${channel}`}, ${new Date(now.getTime() + between)})
    on conflict (name) do update
      set until = greatest(slack_pauses.until, ${now}::timestamptz) + ${between} * interval '1 millisecond'
    returning until
  `.execute(db);
  return new Date((rows[0]?.until.getTime() ?? now.getTime()) - between);
}

async function keepTurn(db: Kysely<Schema>, key: string, turnAt: Date | null): Promise<void> {
  await db.updateTable('slack_posts').set({ turn_at: turnAt }).where('key', '=', key).execute();
}
