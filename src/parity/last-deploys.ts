import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Change } from '../domain/change.ts';
import { joiningIdentities } from '../domain/fold.ts';
import type { Identity } from '../domain/identity.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';
import { saidOf } from '../timeline/change-rows.ts';

/** What runs in one place as far as the timeline knows. */
export interface LastDeploy {
  readonly change: Change;
  readonly service: string;
  readonly environment: string;
  /** By which other systems know it. */
  readonly identities: readonly Identity[];
}

/** The last successful deploy of each service (or of those named) to an environment, by service. */
export async function lastDeploys(
  db: Kysely<Schema>,
  catalog: Catalog,
  { environment, services }: { readonly environment: string; readonly services: readonly string[] | null },
): Promise<readonly LastDeploy[]> {
  const wanted = services === null ? sql`select name from services` : sql`select unnest(${services}::text[]) as name`;
  const rows = await db
    .selectFrom('changes')
    .select([...changeColumns, sql<string>`service`.as('service')])
    .where(
      sql<boolean>`id in (
        select deploy.id from (${wanted}) as known cross join lateral (
          select id from changes
          where service = known.name and environment = ${environment} and kind in ('deploy', 'rollback')
            and at is not null and (status is null or status = 'succeeded')
          order by at desc, id desc limit 1
        ) as deploy
      )`,
    )
    .orderBy('service')
    .execute();
  return rows.map((row) => ({
    change: changeOfRow(row, catalog),
    service: row.service,
    environment,
    identities: joiningIdentities(saidOf(row)),
  }));
}
