import { type Kysely, type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { type FoundGroup, type GroupProblem, groupMeant } from '../domain/people/group.ts';
import { type RestrictedService, type Viewer, viewerOf } from '../domain/viewer.ts';
import { enqueue } from '../jobs/enqueue.ts';
import { locked } from './claims.ts';
import type { SlackGroups } from './slack-groups.ts';

/** Nobody is taken to be in a group of which Slack has told nothing for so long, in milliseconds. */
export const groupsKnownFor = 24 * 3_600_000;
/** Between what Slack tells of a change and the look at it: many changes at once are one look. */
const settling = 5000;

interface GroupDependencies {
  readonly db: Kysely<Schema>;
  readonly now: () => Date;
}

/** A restricted service with the groups whose members own it, as the settings name them. */
type Owned = RestrictedService & { readonly groups: readonly string[] };

/**
 * What one person sees alone; null: what anybody may see. Who is in the groups is read at each question, so that several
 * processes agree; where no group owns anything, nothing is read.
 */
export function viewersOf(
  { db, now }: GroupDependencies,
  restricted: readonly Owned[],
): (slackId: string | null) => Promise<Viewer> {
  const someGroups = restricted.some(({ groups }) => groups.length > 0);
  return async (slackId) => {
    if (slackId === null) return viewerOf(restricted, { type: 'anybody' });
    const looker = { type: 'person', slackId } as const;
    if (!someGroups) return viewerOf(restricted, looker);
    const theirs = await groupsOf(db, slackId, now());
    return viewerOf(
      restricted.map((service) =>
        service.groups.some((each) => theirs.has(each))
          ? { ...service, owners: new Set([...service.owners, slackId]) }
          : service,
      ),
      looker,
    );
  };
}

async function groupsOf(db: Kysely<Schema>, slackId: string, now: Date): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('people_group_members')
    .innerJoin('people_groups', 'people_groups.named', 'people_group_members.named')
    .select('people_groups.named')
    .where('member', '=', slackId)
    .where('state', '=', 'read')
    .where('read_at', '>', new Date(now.getTime() - groupsKnownFor))
    .execute();
  return new Set(rows.map(({ named }) => named));
}

/** Only these are asked about and kept, by whichever process asks. Slack is asked soon, where there are any. */
export async function wantGroups(db: Kysely<Schema>, named: readonly string[]): Promise<void> {
  const wanted = [...named];
  await locked(db, async (trx) => {
    await sql`delete from people_groups where named <> all(${wanted}::text[])`.execute(trx);
    await sql`
      insert into people_groups (named, state) select named, 'unread' from unnest(${wanted}::text[]) as named
      on conflict do nothing
    `.execute(trx);
    if (wanted.length > 0) await enqueue(trx, 'read-groups', {}, { jobKey: 'read-groups:wanted' });
    else await trx.deleteFrom('people_group_reading').execute();
  });
}

/** Somebody came to a group or left it, or it was renamed or disabled: of which, is asked anew. */
export async function groupsChanged({ db, now }: GroupDependencies): Promise<void> {
  const any = await db.selectFrom('people_groups').select('named').limit(1).executeTakeFirst();
  if (any === undefined) return;
  const runAt = new Date(now().getTime() + settling);
  await enqueue(db, 'read-groups', {}, { jobKey: 'read-groups:changed', runAt, keepsTime: true });
}

/** Asks Slack who is in the groups that are wanted. Rejects while it cannot be asked: what it told last counts a while. */
export async function readGroups({ db, now }: GroupDependencies, slack: SlackGroups): Promise<void> {
  const wanted = await db.selectFrom('people_groups').select('named').execute();
  if (wanted.length === 0) return;
  const at = now();
  const answer = await slack.all();
  await locked(db, async (trx) => {
    const refused = answer.outcome === 'refused' ? answer.why.slice(0, 100) : null;
    if (!(await isNewest(trx, at, refused))) return;
    if (answer.outcome === 'refused') {
      await trx.deleteFrom('people_group_members').execute();
      await trx.updateTable('people_groups').set({ state: 'unread', handle: null, read_at: null }).execute();
      return;
    }
    const found = wanted.map(({ named }) => ({ named, ...groupMeant(named, answer.groups) }));
    await keep(trx, found, at);
  });
}

/** Of two answers that come at once, the one that was asked for later counts. */
async function isNewest(trx: Transaction<Schema>, at: Date, refused: string | null): Promise<boolean> {
  const said = { asked_at: at, refused };
  const kept = await trx
    .insertInto('people_group_reading')
    .values(said)
    .onConflict((conflict) => conflict.column('one').doUpdateSet(said).where('people_group_reading.asked_at', '<=', at))
    .returning('one')
    .executeTakeFirst();
  return kept !== undefined;
}

async function keep(
  trx: Transaction<Schema>,
  found: readonly (FoundGroup & { readonly named: string })[],
  at: Date,
): Promise<void> {
  const groups = found.map(({ named, state, handle }) => ({ named, state, handle }));
  const members = found.flatMap((group) =>
    group.state === 'read' ? group.members.map((member) => ({ named: group.named, member })) : [],
  );
  // What is not wanted any more meanwhile is not kept.
  await sql`
    update people_groups set state = told.state, handle = told.handle, read_at = ${at}
    from json_to_recordset(${JSON.stringify(groups)}::json) as told (named text, state text, handle text)
    where people_groups.named = told.named
  `.execute(trx);
  const told = sql`json_to_recordset(${JSON.stringify(members)}::json) as told (named text, member text)`;
  await sql`
    delete from people_group_members as kept
    where not exists (select from ${told} where told.named = kept.named and told.member = kept.member)
  `.execute(trx);
  await sql`
    insert into people_group_members (named, member)
    select told.named, told.member from ${told} join people_groups using (named)
    on conflict do nothing
  `.execute(trx);
}

/** What keeps members of these groups from seeing what is theirs. */
export async function groupProblems(
  db: Kysely<Schema>,
  named: readonly string[],
  now: Date,
): Promise<readonly GroupProblem[]> {
  if (named.length === 0) return [];
  const [rows, reading] = await Promise.all([
    db.selectFrom('people_groups').select(['named', 'state', 'read_at']).execute(),
    db.selectFrom('people_group_reading').select('refused').executeTakeFirst(),
  ]);
  const kept = new Map(rows.map((row) => [row.named, row]));
  const refused = reading?.refused ?? null;
  return named.flatMap((each): readonly GroupProblem[] => {
    if (refused !== null) return [{ named: each, problem: { why: 'refused', said: refused } }];
    const { state = 'unread', read_at: readAt = null } = kept.get(each) ?? {};
    if (state === 'unread' || readAt === null) return [{ named: each, problem: { why: 'unread' } }];
    if (readAt.getTime() <= now.getTime() - groupsKnownFor)
      return [{ named: each, problem: { why: 'stale', since: readAt } }];
    return state === 'read' ? [] : [{ named: each, problem: { why: state } }];
  });
}
