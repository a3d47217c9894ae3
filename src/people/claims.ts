import { type Kysely, type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { namesOf, personOf } from '../domain/people/directory.ts';
import { bareName } from '../domain/people/identity.ts';
import { settingsSay } from '../domain/people/known.ts';
import type { IdentityKind } from '../domain/people/link-command.ts';
import type { PeopleDependencies } from './people.ts';
import { standingsOf } from './standings.ts';

/** What somebody says of themselves. */
export interface NewClaim {
  readonly kind: IdentityKind;
  /** Lower-case. */
  readonly identity: string;
  /** A full member. */
  readonly by: string;
}

export type Claimed =
  | { readonly outcome: 'linked' }
  | { readonly outcome: 'already' }
  /** The settings say that it is this person's. */
  | { readonly outcome: 'settled'; readonly name: string }
  /** The settings name it as one who looks after a service, and do not say who that is. */
  | { readonly outcome: 'owner' }
  /** An administrator decided whose it is; null: nobody's. */
  | { readonly outcome: 'decided'; readonly for: string | null }
  /** Of two people the first keeps it until an administrator decides. */
  | { readonly outcome: 'conflict'; readonly holder: string }
  | { readonly outcome: 'too-many' };

const mostLinks = 30;
const mostClaims = 10;

/** The first who says that an identity is theirs has it, unless the settings say otherwise or its holder has left. */
export async function claim(dependencies: PeopleDependencies, claimed: NewClaim): Promise<Claimed> {
  const { db, settings } = dependencies;
  const { identity, by } = claimed;
  const entry = settingsSay(settings, identity);
  if (entry !== null && entry.slack !== null) {
    return entry.slack === by ? { outcome: 'already' } : { outcome: 'settled', name: entry.name };
  }
  if (entry === null && isOwner(dependencies, identity)) return { outcome: 'owner' };
  const all = entry === null ? [identity] : namesOf(entry);
  // Slack is asked before anything is locked.
  const present = await presentAmong(dependencies, await holdersOf(db, all, identity));
  return locked(db, async (trx) => {
    const decided = await decisionOn(trx, all);
    if (decided !== null && decided.slack_id === null) return { outcome: 'decided', for: null };
    const holders = await holdersOf(trx, all, identity);
    if (holders.some(({ slackId, of }) => slackId === by && of === identity)) return { outcome: 'already' };
    const other = holders.find(({ slackId }) => slackId !== by && present(slackId));
    if (other !== undefined) {
      if (decided !== null) return { outcome: 'decided', for: decided.slack_id };
      return (await contest(trx, dependencies, claimed, other.slackId))
        ? { outcome: 'conflict', holder: other.slackId }
        : { outcome: 'too-many' };
    }
    if ((await countOf(trx, by)) >= mostLinks) return { outcome: 'too-many' };
    await saveLink(trx, { ...claimed, slackId: by, decided: false, now: dependencies.now() });
    return { outcome: 'linked' };
  });
}

export type Unclaimed = 'unlinked' | 'withdrawn' | 'settings' | 'slack' | 'not-theirs';

/** What a person said of themselves, taken back: it is nobody's then, until somebody says so. */
export async function unclaim(
  { db, settings, now }: PeopleDependencies,
  { identity, by }: Pick<NewClaim, 'identity' | 'by'>,
): Promise<Unclaimed> {
  return locked(db, async (trx) => {
    const removed = await trx
      .deleteFrom('people_links')
      .where('identity', '=', identity)
      .where('slack_id', '=', by)
      .returning('identity')
      .executeTakeFirst();
    const { numUpdatedRows } = await trx
      .updateTable('people_conflicts')
      .set({ settled_at: now() })
      .where('identity', '=', identity)
      .where('decided_at', 'is', null)
      .where('settled_at', 'is', null)
      .where((one) => one.or([one('claimant', '=', by), one('holder', '=', by)]))
      .executeTakeFirst();
    if (removed !== undefined) return 'unlinked';
    if (numUpdatedRows > 0n) return 'withdrawn';
    if (settingsSay(settings, identity)?.slack === by) return 'settings';
    const found = await trx
      .selectFrom('people_finds')
      .select('email')
      .where('email', '=', identity)
      .where('slack_id', '=', by)
      .executeTakeFirst();
    return found === undefined ? 'not-theirs' : 'slack';
  });
}

/** One at a time of all that is said of who is who: it is said seldom. */
export function locked<T>(db: Kysely<Schema>, work: (trx: Transaction<Schema>) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('people', 0))`.execute(trx);
    return work(trx);
  });
}

export async function saveLink(
  trx: Transaction<Schema>,
  link: Omit<NewClaim, 'by'> & {
    readonly by: string;
    readonly slackId: string | null;
    readonly decided: boolean;
    readonly now: Date;
  },
): Promise<void> {
  const said = {
    kind: link.kind,
    slack_id: link.slackId,
    said_by: link.by,
    said_at: link.now,
    decided: link.decided,
  };
  await trx
    .insertInto('people_links')
    .values({ identity: link.identity, ...said })
    .onConflict((conflict) => conflict.column('identity').doUpdateSet(said))
    .execute();
}

interface Holder {
  readonly slackId: string;
  readonly of: string;
}

/** Who has said that one of these is theirs; of an address also whose it is in Slack. */
async function holdersOf(db: Kysely<Schema>, all: readonly string[], identity: string): Promise<readonly Holder[]> {
  const { rows } = await sql<Holder>`
    select slack_id as "slackId", identity as "of" from people_links
    where identity = any(${all}::text[]) and slack_id is not null
    union all
    select slack_id, null from people_finds where email = ${identity} and slack_id is not null
  `.execute(db);
  return rows;
}

async function decisionOn(trx: Transaction<Schema>, all: readonly string[]) {
  const row = await trx
    .selectFrom('people_links')
    .select('slack_id')
    .where(sql<boolean>`identity = any(${all}::text[])`)
    .where('decided', '=', true)
    .executeTakeFirst();
  return row ?? null;
}

/** Whoever has left holds nothing. Of whom Slack does not tell anything now, what it told last is so. */
async function presentAmong(
  dependencies: PeopleDependencies,
  holders: readonly Holder[],
): Promise<(slackId: string) => boolean> {
  const ids = holders.map(({ slackId }) => slackId);
  const standings = await standingsOf(dependencies, ids, 'few');
  return (slackId) => standings.get(slackId)?.member ?? true;
}

/** False: they contest too much. */
async function contest(
  trx: Transaction<Schema>,
  { now }: PeopleDependencies,
  { identity, kind, by }: NewClaim,
  holder: string,
): Promise<boolean> {
  const open = await trx
    .selectFrom('people_conflicts')
    .select('identity')
    .where('claimant', '=', by)
    .where('decided_at', 'is', null)
    .where('settled_at', 'is', null)
    .execute();
  if (open.some((each) => each.identity === identity)) return true;
  if (open.length >= mostClaims) return false;
  await trx
    .insertInto('people_conflicts')
    .values({ identity, kind, holder, claimant: by, claimed_at: now() })
    .execute();
  return true;
}

async function countOf(trx: Transaction<Schema>, slackId: string): Promise<number> {
  const { count } = await trx
    .selectFrom('people_links')
    .select((select) => select.fn.countAll<string>().as('count'))
    .where('slack_id', '=', slackId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Nobody makes themselves one who is asked for a second opinion, or a team. */
function isOwner({ settings }: PeopleDependencies, identity: string): boolean {
  return [...settings.services.values()].some(({ owners, lead }) =>
    [...owners, ...(lead === null ? [] : [lead])].some(
      (each) => bareName(each).toLowerCase() === identity && personOf(settings, each)?.slackId === null,
    ),
  );
}
