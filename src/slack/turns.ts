import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';

interface Pace {
  /** Milliseconds from one to the next. */
  readonly between: number;
  /** So many come at once, where none came for a while. */
  readonly burst: number;
}

/** Slack takes about one message a second in a channel (docs.slack.dev/apis/web-api/rate-limits). */
const ofChannel: Pace = { between: 1000, burst: 1 };
const { between } = ofChannel;
/** And several hundred a minute in a workspace: half of three hundred are left to what somebody waits for. */
const inBackground: Pace = { between: 400, burst: 20 };
/** Whoever does not come within this of its turn has lost it. */
const held = 60_000;

interface Waiting {
  readonly key: string;
  readonly channel: string;
  /** The turn that was given before. */
  readonly turnAt: Date | null;
  /** A message that nobody sees yet and that stands by itself: what is only edited or told below one comes after it. */
  readonly isNew: boolean;
  /** Nobody waits for it. */
  readonly background: boolean;
}

/**
 * When this message may be written: null, now. All processes share the turns of a channel, and of what nobody waits for
 * those of the workspace, and each message keeps its place among them; who comes late for its turn waits until a second has passed since the last write. Must be asked for
 * each write.
 */
export async function turnOf(db: Kysely<Schema>, method: string, waiting: Waiting, now: Date): Promise<Date | null> {
  const { key, channel, turnAt, isNew, background } = waiting;
  const ahead = `new in ${channel}`;
  const pauses = [method, 'slack'].flatMap((name) => (background ? [name, pauseOf(name, waiting)] : [name]));
  const paused = await pausedUntil(db, isNew ? pauses : [...pauses, ahead], now);
  if (paused !== null) return paused;
  if (turnAt !== null && turnAt > now) return turnAt;
  if (turnAt === null || now.getTime() - turnAt.getTime() >= held) {
    const own = await giveTurn(db, isNew ? ahead : `channel ${channel}`, ofChannel, now);
    const shared = background ? await giveTurn(db, 'background', inBackground, now) : now;
    const given = own > shared ? own : shared;
    if (given > now) {
      await keepTurn(db, key, given);
      return given;
    }
  }
  const free = await startWrite(db, channel, now);
  if (free !== null && isNew) await pause(db, ahead, new Date(free.getTime() + between));
  if (free !== null || turnAt !== null) await keepTurn(db, key, free);
  return free;
}

/** What Slack makes something wait for that nobody waits for holds up nothing else: Slack may have meant its channel. */
export function pauseOf(name: string, { background = false }: Partial<Pick<Waiting, 'background'>>): string {
  return background ? `${name} in background` : name;
}

/** Nothing is written by this method until then; `slack`: by none. */
export async function pause(db: Kysely<Schema>, name: string, until: Date): Promise<void> {
  await sql`
    insert into slack_pauses (name, until) values (${name}, ${until})
    on conflict (name) do update set until = greatest(slack_pauses.until, excluded.until)
  `.execute(db);
}

async function pausedUntil(db: Kysely<Schema>, names: readonly string[], now: Date): Promise<Date | null> {
  const row = await db
    .selectFrom('slack_pauses')
    .select((eb) => eb.fn.max('until').as('until'))
    .where('name', 'in', [...names])
    .where('until', '>', now)
    .executeTakeFirst();
  return row?.until ?? null;
}

async function giveTurn(db: Kysely<Schema>, name: string, { between, burst }: Pace, now: Date): Promise<Date> {
  const earliest = new Date(now.getTime() - (burst - 1) * between);
  const { rows } = await sql<{ until: Date }>`
    insert into slack_pauses (name, until) values (${name}, ${new Date(earliest.getTime() + between)})
    on conflict (name) do update
      set until = greatest(slack_pauses.until, ${earliest}::timestamptz) + ${between} * interval '1 millisecond'
    returning until
  `.execute(db);
  return new Date((rows[0]?.until.getTime() ?? now.getTime()) - between);
}

/** Null: the channel is its own for a second. Otherwise when the second of another is over. */
async function startWrite(db: Kysely<Schema>, channel: string, now: Date): Promise<Date | null> {
  const name = `write ${channel}`;
  const until = new Date(now.getTime() + between);
  const { rows } = await sql`
    insert into slack_pauses (name, until) values (${name}, ${until})
    on conflict (name) do update set until = excluded.until where slack_pauses.until <= ${now}
    returning until
  `.execute(db);
  if (rows.length > 0) return null;
  const row = await db.selectFrom('slack_pauses').select('until').where('name', '=', name).executeTakeFirst();
  // Whoever let it go meanwhile is told of by the next who asks.
  return row !== undefined && row.until > now ? row.until : until;
}

async function keepTurn(db: Kysely<Schema>, key: string, turnAt: Date | null): Promise<void> {
  await db.updateTable('slack_posts').set({ turn_at: turnAt }).where('key', '=', key).execute();
}
