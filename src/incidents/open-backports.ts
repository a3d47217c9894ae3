import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Incident } from '../domain/incidents/incident.ts';

/** What a service runs that the environment which mirrors it lacks. */
export interface OpenBackports {
  readonly service: string;
  readonly count: number;
  /** Some of them, the longest open first. */
  readonly oldest: readonly { readonly pullRequest: number | null; readonly title: string; readonly openedAt: Date }[];
}

const mostServices = 4;
const mostNamed = 2;

/** The open backports of the affected services, by service; none: there are none. */
export async function openBackportsOf(
  db: Kysely<Schema>,
  { services, environment }: Pick<Incident, 'services' | 'environment'>,
): Promise<readonly OpenBackports[]> {
  if (services.length === 0) return [];
  const { rows } = await sql<Row>`
    select service, "pullRequest", title, "openedAt", count from (
      select service, pull_request as "pullRequest", title, opened_at as "openedAt", (count(*) over mine)::int as count,
        row_number() over (partition by service order by opened_at, id) as place
      from backports
      where service = any(${[...services]}::text[]) and state in ('open', 'candidate', 'not-evaluable')
        and (${environment}::text is null or reference = ${environment})
      window mine as (partition by service)
    ) as open
    where place <= ${mostNamed} order by service, place
  `.execute(db);
  return [...Map.groupBy(rows, ({ service }) => service)]
    .map(([service, [first, ...others]]) => ({
      service,
      count: first?.count ?? 0,
      oldest: [...(first === undefined ? [] : [first]), ...others].map(({ pullRequest, title, openedAt }) => ({
        pullRequest,
        title,
        openedAt,
      })),
    }))
    .slice(0, mostServices);
}

interface Row {
  readonly service: string;
  readonly pullRequest: number | null;
  readonly title: string;
  readonly openedAt: Date;
  readonly count: number;
}
