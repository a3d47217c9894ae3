import { type RawBuilder, sql } from 'kysely';

/**
 * Of a row of `backports`, the incident that it fixes, as far as it may be named to those who may not see what is of the
 * `hidden` services, lower-case: none that is private, and none of these services unless the backport is of the same.
 */
export function shownIncident(hidden: readonly string[]): RawBuilder<string | null> {
  return sql<string | null>`(
    select id from incidents
    where incidents.id = backports.incident_id and not private and not exists (
      select from unnest(incidents.services) as named
      where lower(named) = any(${[...hidden]}::text[]) and lower(named) is distinct from lower(backports.service)
    )
  )`;
}
