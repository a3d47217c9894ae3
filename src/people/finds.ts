import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { type StandingDependencies, keepStanding } from './standings.ts';

const day = 86_400_000;
/** Slack allows 50 a minute to all that the app does (docs.slack.dev/apis/web-api/rate-limits, tier 3). */
const aMinute = 30;
/** Whose an address is is asked again after so long; who leaves stops being a member sooner, and is not addressed. */
const askedAgain = { found: 30 * day, nobody: 7 * day };
/** What nobody needed for so long is forgotten. */
const forgotten = { finds: 60 * day, standings: 90 * day };
/** Wanted at once, and in all: addresses come from outside. */
const mostWanted = 500;
const mostKept = 100_000;

/** Has Slack asked about these addresses soon, where it may be. */
export async function wantFinds(db: Kysely<Schema>, emails: readonly string[], now: Date): Promise<void> {
  const wanted = [...new Set(emails)].slice(0, mostWanted);
  if (wanted.length === 0) return;
  await sql`
    insert into people_finds (email, wanted_at)
    select email, ${now}::timestamptz from unnest(${wanted}::text[]) as email
    where (select granted from people_email_scope)
      and (select count(*) from (select from people_finds limit ${mostKept}) as kept) < ${mostKept}
    on conflict (email) do update set wanted_at = excluded.wanted_at
      where people_finds.wanted_at < excluded.wanted_at - interval '1 day'
  `.execute(db);
}

/**
 * Asks Slack whose the addresses are that were wanted: not at all without its scope, and never more than a few a minute,
 * however many processes do.
 */
export async function findWanted({ db, slack, now }: StandingDependencies): Promise<void> {
  if (slack === null || !(await keepScope({ db, slack, now }))) return;
  const at = now();
  const { rows } = await sql<{ email: string }>`
    select email from people_finds
    where asked_at is null
      or (asked_at < ${new Date(at.getTime() - askedAgain.found)} and wanted_at > asked_at)
      or (slack_id is null and asked_at < ${new Date(at.getTime() - askedAgain.nobody)} and wanted_at > asked_at)
    order by asked_at nulls first, email
    limit greatest(0, ${aMinute} - (select count(*) from people_finds where asked_at > ${new Date(at.getTime() - 60_000)}))
  `.execute(db);
  for (const { email } of rows) {
    const described = await slack.byEmail(email);
    if (described !== null) await keepStanding(db, described, at);
    await db
      .updateTable('people_finds')
      .set({ slack_id: described?.slackId ?? null, asked_at: at })
      .where('email', '=', email)
      .execute();
  }
}

export async function forgetUnneeded(db: Kysely<Schema>, now: Date): Promise<void> {
  await db
    .deleteFrom('people_finds')
    .where('wanted_at', '<', new Date(now.getTime() - forgotten.finds))
    .execute();
  await db
    .deleteFrom('people_standings')
    .where('asked_at', '<', new Date(now.getTime() - forgotten.standings))
    .execute();
}

/** Whether the scope is there is kept for who cannot ask Slack. Where it was taken away, what it told is forgotten. */
async function keepScope({ db, slack, now }: StandingDependencies): Promise<boolean> {
  const granted = (await slack?.mayAskByEmail()) ?? false;
  const said = { granted, asked_at: now() };
  await db
    .insertInto('people_email_scope')
    .values(said)
    .onConflict((conflict) => conflict.column('scope').doUpdateSet(said))
    .execute();
  if (!granted) await db.deleteFrom('people_finds').execute();
  return granted;
}
