import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { versionKey } from './anchors.ts';

interface Asked {
  readonly service: string | null;
  readonly environment: string;
  readonly version: string;
}

/** Deploys among which a version is looked for that was there before. */
const remembered = 50;

/** The environment has run this version, with `before` before that deploy: to go back to it is no new release. */
export async function wasThere(
  db: Kysely<Schema>,
  { service, environment, version }: Asked,
  commit: string | null,
  before: { readonly id: string; readonly at: Date } | null = null,
): Promise<boolean> {
  const earlier = before === null ? sql`true` : sql`(at, id) < (${before.at}::timestamptz, ${before.id}::bigint)`;
  const { rows } = await sql<{ there: boolean }>`
    select exists (
      select from (
        select id, commit from changes
        where service is not distinct from ${service} and environment = ${environment} and kind in ('deploy', 'rollback')
          and at is not null and (status is null or status = 'succeeded')
          and ${earlier}
        order by at desc, id desc limit ${remembered}
      ) as deploy
      where deploy.commit = ${commit} or exists (
        select from mentions
        where type = 'version' and value = ${versionKey(version)} collate "C" and change_id = deploy.id
      )
    ) as there
  `.execute(db);
  return rows[0]?.there === true;
}
