import { type Kysely, sql } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import type { BackportPull } from '../../domain/backports/pull.ts';
import { gitHubLoginsOf, namedIn } from '../../domain/people/directory.ts';
import type { DirectoryOf } from '../nags/known.ts';
import type { PullHost } from './host.ts';

export interface RightsDependencies {
  readonly db: Kysely<Schema>;
  readonly host: PullHost;
  readonly directoryOf: DirectoryOf;
  readonly now: () => Date;
}

type Approved = Pick<BackportPull, 'author' | 'approvers'> & { readonly repository: string; readonly number: number };

/** Of whom it is asked for one pull request at most. */
const mostAsked = 10;
/** Rights are asked for anew after so long, ... */
const fresh = 3_600_000;
/** ... and what could not be asked for since holds for no longer than this. */
const longest = 24 * fresh;
const login = /^[\w-]{1,100}$/;

/**
 * Keeps who of those that an approved pull request is about may merge it: whoever owns the fix, approved, made the pull
 * request, or owns the service. In that order, as far as it is known what they are called at GitHub.
 */
export async function keepMergers({ db, host, directoryOf, now }: RightsDependencies, pull: Approved): Promise<void> {
  const { repository } = pull;
  const logins = await loginsFor({ db, directoryOf }, pull);
  const asked = new Map(
    (
      await db
        .selectFrom('merge_rights')
        .select(['login', 'asked_at'])
        .where('repository', '=', repository)
        .where(sql<boolean>`login = any(${logins}::text[])`)
        .execute()
    ).map((row) => [row.login, row.asked_at.getTime()]),
  );
  const at = now();
  for (const each of logins) {
    if ((asked.get(each) ?? 0) > at.getTime() - fresh) continue;
    const told = await host.mayMerge(repository, each);
    if (told.outcome === 'refused') {
      await forget(db, repository, { logins, before: told.again ? new Date(at.getTime() - longest) : at });
      return;
    }
    const said = { may_merge: told.value, asked_at: at };
    await db
      .insertInto('merge_rights')
      .values({ repository, login: each, ...said })
      .onConflict((conflict) => conflict.columns(['repository', 'login']).doUpdateSet(said))
      .execute();
  }
}

async function loginsFor(
  { db, directoryOf }: Pick<RightsDependencies, 'db' | 'directoryOf'>,
  { repository, number, author, approvers }: Approved,
): Promise<readonly string[]> {
  const backports = await db
    .selectFrom('backports')
    .innerJoin('backport_pulls', 'backport_pulls.backport_id', 'backports.id')
    .select(['backports.owner', 'backports.service'])
    .where('backport_pulls.repository', '=', repository)
    .where('backport_pulls.number', '=', number)
    .orderBy('backports.id')
    .limit(mostAsked)
    .execute();
  const owners = backports.flatMap(({ owner }) => owner ?? []);
  const services = [...new Set(backports.flatMap(({ service }) => service ?? []))];
  const directory = await directoryOf({ identities: owners, services });
  const called = (who: string) => gitHubLoginsOf(directory, who);
  const logins = [
    ...owners.flatMap(called),
    ...approvers,
    ...(author === null ? [] : [author]),
    ...namedIn(directory, services).flatMap(called),
  ];
  return [...new Set(logins.map((each) => each.toLowerCase()).filter((each) => login.test(each)))].slice(0, mostAsked);
}

/** What is not known to be so any more. */
async function forget(
  db: Kysely<Schema>,
  repository: string,
  { logins, before }: { readonly logins: readonly string[]; readonly before: Date },
): Promise<void> {
  await db
    .deleteFrom('merge_rights')
    .where('repository', '=', repository)
    .where(sql<boolean>`login = any(${logins}::text[])`)
    .where('asked_at', '<', before)
    .execute();
}
