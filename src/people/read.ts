import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Known } from '../domain/people/known.ts';
import type { IdentityKind } from '../domain/people/link-command.ts';

interface Row {
  readonly identity: string;
  readonly slack_id: string | null;
  readonly linked: boolean;
  readonly kind: IdentityKind;
}

/** What people said and Slack knows of these names and members, and of whoever has one of the names. */
export async function readKnown(
  db: Kysely<Schema>,
  { keys, slackIds }: { readonly keys: readonly string[]; readonly slackIds: readonly string[] },
): Promise<Pick<Known, 'links' | 'nobodys' | 'finds'>> {
  const [names, members] = [[...new Set(keys)], [...new Set(slackIds)]];
  if (names.length === 0 && members.length === 0) return { links: [], nobodys: new Set(), finds: [] };
  const { rows } = await sql<Row>`
    with concerned as materialized (
      select slack_id from people_links where identity = any(${names}::text[])
      union select slack_id from people_finds where email = any(${names}::text[])
      union select unnest(${members}::text[])
    )
    select identity, slack_id, true as linked, kind from people_links
    where slack_id in (select slack_id from concerned) or identity = any(${names}::text[])
    union all
    select email, slack_id, false, 'email' from people_finds
    where slack_id in (select slack_id from concerned where slack_id is not null)
    order by linked desc, identity
  `.execute(db);
  const claims = (linked: boolean) =>
    rows.flatMap(({ identity, slack_id: slackId, kind, ...row }) =>
      slackId === null || row.linked !== linked ? [] : [{ identity, slackId, kind }],
    );
  return {
    links: claims(true),
    finds: claims(false),
    nobodys: new Set(rows.filter((row) => row.linked && row.slack_id === null).map(({ identity }) => identity)),
  };
}
