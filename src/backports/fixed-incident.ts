import { sql } from 'kysely';

/**
 * Of a row of `backports`: whether it fixed the incident that was open when it came, as far as people said. They called its
 * change the fix; or the incident is over, and they called no other change that, nor its own something else. What was
 * decided last counts, also in incidents that were joined.
 */
export const fixedIncident = sql<boolean>`(incident_id is not null and (
  with recursive joined (id) as (
    select backports.incident_id
    union
    select incidents.merged_into from joined join incidents on incidents.id = joined.id
    where incidents.merged_into is not null
  ), said as (
    select distinct on (change_id) change_id, verdict from incident_entries
    where incident_id in (select id from joined) and kind = 'verdict'
    order by change_id, id desc
  )
  select coalesce(bool_or(verdict = 'fixed' and said.change_id = backports.change_id), false) or (
    not coalesce(bool_or(verdict = 'fixed' or said.change_id = backports.change_id), false) and exists (
      select from incidents
      where id in (select id from joined) and merged_into is null and resolved_at is not null
    )
  ) from said
))`;
