import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { namesOf } from '../domain/people/directory.ts';
import { settingsSay } from '../domain/people/known.ts';
import type { IdentityKind } from '../domain/people/link-command.ts';
import type { PeopleDependencies } from './people.ts';

/** All that is known of how one member is called elsewhere, and by whom. */
export interface Links {
  readonly settings: readonly string[];
  /** `holds`: the settings say nothing else of it. */
  readonly links: readonly { readonly identity: string; readonly kind: IdentityKind; readonly holds: boolean }[];
  /** E-mail addresses that Slack knows to be theirs. */
  readonly finds: readonly string[];
  /** What somebody else says is theirs, or what they say is theirs and somebody else has. */
  readonly contested: readonly { readonly identity: string; readonly other: string; readonly has: boolean }[];
}

export async function linksOf({ db, settings }: PeopleDependencies, slackId: string): Promise<Links> {
  const [links, finds, contested] = await Promise.all([
    db
      .selectFrom('people_links')
      .select(['identity', 'kind'])
      .where('slack_id', '=', slackId)
      .orderBy('identity')
      .execute(),
    db.selectFrom('people_finds').select('email').where('slack_id', '=', slackId).orderBy('email').execute(),
    contestedBy(db, slackId),
  ]);
  const own = settings.people.filter(({ slack }) => slack === slackId);
  const claimed = new Set(links.map(({ identity }) => identity));
  return {
    settings: own.flatMap(namesOf),
    links: links.map((link) => {
      const entry = settingsSay(settings, link.identity);
      return { ...link, holds: entry === null || entry.slack === null || entry.slack === slackId };
    }),
    finds: finds.map(({ email }) => email).filter((email) => !claimed.has(email)),
    contested,
  };
}

async function contestedBy(db: Kysely<Schema>, slackId: string): Promise<Links['contested']> {
  const { rows } = await sql<Links['contested'][number]>`
    select identity, case when holder = ${slackId} then claimant else holder end as other, holder = ${slackId} as has
    from people_conflicts
    where decided_at is null and settled_at is null and (holder = ${slackId} or claimant = ${slackId})
    order by id limit 50
  `.execute(db);
  return rows;
}
