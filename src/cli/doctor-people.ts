import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';

export interface PeopleReport {
  /** Members who said who they are elsewhere. */
  readonly linked: number;
  /** E-mail addresses that Slack knows. */
  readonly found: number;
  /** Names that several people say are theirs. */
  readonly contested: number;
  /** Whether Slack may be asked by e-mail; null: the service has not asked Slack yet. */
  readonly email_scope: boolean | null;
}

export async function peopleReport(db: Kysely<Schema>): Promise<PeopleReport> {
  const { rows } = await sql<PeopleReport>`
    select (select count(distinct slack_id) from people_links)::int as linked,
      (select count(*) from people_finds where slack_id is not null)::int as found,
      (select count(distinct identity) from people_conflicts where decided_at is null and settled_at is null)::int
        as contested,
      (select granted from people_email_scope) as email_scope
  `.execute(db);
  return rows[0] ?? { linked: 0, found: 0, contested: 0, email_scope: null };
}

export function peopleLines({ linked, found, contested, email_scope: scope }: PeopleReport): readonly string[] {
  const said = `\nPeople: ${linked} said who they are (/since link), ${found} found by e-mail`;
  const lacking =
    scope === false
      ? [
          'E-mail addresses are not looked up: the scope users:read.email, which is optional, was not granted (docs/people.md).',
        ]
      : [];
  const open =
    contested === 0
      ? []
      : [
          `Names that several people say are theirs: ${contested}. Administrators of the workspace decide in the Home tab.`,
        ];
  return [...(linked + found + contested === 0 && scope !== false ? [] : [said]), ...lacking, ...open];
}
