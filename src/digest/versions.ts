import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Pair } from '../domain/comparison/difference.ts';
import type { RunningVersions } from '../domain/digest/facts.ts';

/** Services that are looked at. */
const most = 2000;

/** What was deployed last to either environment, by service: one look into the index for each. */
export async function runningVersions(
  db: Kysely<Schema>,
  { reference, mirror }: Pair,
  at: Date,
): Promise<ReadonlyMap<string, RunningVersions>> {
  const { rows } = await sql<{ service: string; environment: string; version: string | null }>`
    select known.name as service, place.environment, coalesce(deploy.version, left(deploy.commit, 7)) as version
    from (select name from services order by name limit ${most}) as known
      cross join unnest(${[reference, mirror]}::text[]) as place (environment)
      cross join lateral (
        select commit, (
            select said.event -> 'statement' ->> 'to' from jsonb_array_elements(events) with ordinality as said (event, place)
            where said.event -> 'statement' ->> 'to' is not null
            order by coalesce((said.event -> 'statement' ->> 'authority')::numeric, 0) desc,
              said.event -> 'statement' ->> 'occurredAt' desc, said.place desc
            limit 1
          ) as version
        from changes
        where service = known.name and changes.environment = place.environment and kind in ('deploy', 'rollback')
          and at is not null and at <= ${at.toISOString()} and (status is null or status = 'succeeded')
        order by at desc, id desc limit 1
      ) as deploy
  `.execute(db);
  const found = new Map<string, { reference: string | null; mirror: string | null }>();
  for (const { service, environment, version } of rows) {
    const running = found.get(service) ?? { reference: null, mirror: null };
    running[environment === reference ? 'reference' : 'mirror'] = version;
    found.set(service, running);
  }
  return found;
}
