-- Delivery measures, as views that read what the timeline holds: nothing is kept twice. docs/measures.md says what each
-- number means; these views are what it is computed from, here and in Grafana.

create index changes_measured on changes (environment, at desc) where kind in ('deploy', 'rollback') and at is not null;
-- Reports of a deploy are hidden behind the one that is shown: what somebody said of a hidden one counts for that.
create index changes_merged on changes (merged_into) where merged_into is not null;
-- What took a deploy back, by what it took back.
create index changes_taken_back on changes (((relation ->> 'previousId')::bigint))
  where (kind = 'rollback' or (kind = 'deploy' and relation #>> '{carried,direction}' = 'backward')) and at is not null;
-- Deploys that brought something that calls itself a revert: few among all.
create index changes_reverting on changes (service, environment, at)
  where kind = 'deploy' and at is not null
    and relation @? '$.carried.commits[*].title ? (@ like_regex "^revert[ :]" flag "i")';
create index incidents_by_cause on incidents (cause_id) where cause_id is not null and merged_into is null;
create index incidents_by_end on incidents (resolved_at) where merged_into is null;

-- What a title says that it takes back, as `measure_title` writes titles: of `Revert "Retry calls (#812)" (#815)` it is
-- `retry calls`. Null: it says nothing of the kind, or takes a revert back.
create function measure_title(title text) returns text language sql immutable parallel safe
  return lower(regexp_replace(title, '"?( \(#\d+\))?"?( \(#\d+\))?$', ''));
create function measure_reverted(title text) returns text language sql immutable parallel safe
  return case
    when title ~* '^revert(:|\s)\s*"?revert[\s:]' then null
    when title ~* '^revert(:|\s)\s*"?\S' then measure_title(regexp_replace(title, '^revert(:|\s)\s*"?', '', 'i'))
  end;

-- The incident's cause is what a person decided last. A merge that is named stands for the deploy by which it came.
create view measure_causes as
  select incidents.id as incident_id, incidents.started_at, shown.id as change_id
  from incidents
  cross join lateral (
    with recursive led as (
      select id, coalesce(merged_into, joined_to) as next from changes where id = incidents.cause_id
      union
      select changes.id, coalesce(changes.merged_into, changes.joined_to)
      from led join changes on changes.id = led.next
    )
    select changes.id, changes.kind, changes.repository, changes.commit
    from led join changes on changes.id = led.id
    where led.next is null and changes.at is not null
  ) as named
  cross join lateral (
    select named.id where named.kind <> 'merge'
    union all
    (select deploys.id
    from mentions join changes as deploys on deploys.id = mentions.change_id
    where named.kind = 'merge' and mentions.type = 'commit' and mentions.value = named.repository || '@' || named.commit
      and deploys.kind = 'deploy' and deploys.at is not null and deploys.environment = incidents.environment
      and (deploys.status is null or deploys.status = 'succeeded')
      and (incidents.services = '{}' or deploys.services && incidents.services)
    order by deploys.at <= incidents.started_at desc, abs(extract(epoch from incidents.started_at - deploys.at))
    limit 1)
  ) as shown
  where incidents.cause_id is not null and incidents.merged_into is null and not incidents.private;
comment on view measure_causes is
  'The change that a person named as the cause of an incident (private incidents left out). A merge stands for the first deploy to the incident''s environment that carried it.';
comment on column measure_causes.change_id is 'A deploy, or another change such as a flag: only deploys count for the change failure rate.';

-- Each column is looked up for the rows that are read and only where it is asked for, by an index.
create view measure_deploys as
  select deploys.id as change_id, deploys.at, deploys.environment, deploys.service, deploys.services, deploys.repository,
    deploys.commit, deploys.title,
    deploys.kind = 'deploy' and deploys.relation #>> '{carried,direction}' is distinct from 'backward' as forward,
    -- People who named this as what mended another change's fault have said what failed: not what it took back besides.
    (
      select back.id from changes as back
      where (back.relation ->> 'previousId')::bigint = deploys.id
        and (back.kind = 'rollback' or (back.kind = 'deploy' and back.relation #>> '{carried,direction}' = 'backward'))
        and back.at is not null and (back.status is null or back.status = 'succeeded')
        and not exists (
          select from incident_entries as fixed
          join measure_causes as cause on cause.incident_id = fixed.incident_id
          where fixed.change_id = back.id and fixed.verdict = 'fixed' and cause.change_id <> deploys.id
            and not exists (
              select from incident_entries as later
              where later.change_id = fixed.change_id and later.incident_id = fixed.incident_id and later.id > fixed.id
            )
        )
      order by back.at, back.id
      limit 1
    ) as rolled_back_by,
    (
      select revert.id from changes as revert
      where revert.service = deploys.service and revert.environment = deploys.environment
        and revert.at > deploys.at and revert.at <= deploys.at + interval '7 days'
        and revert.kind = 'deploy' and revert.relation #>> '{carried,direction}' = 'forward'
        and revert.relation @? '$.carried.commits[*].title ? (@ like_regex "^revert[ :]" flag "i")'
        and (revert.status is null or revert.status = 'succeeded')
        and deploys.relation #>> '{carried,direction}' = 'forward'
        and exists (
          select from (
            select measure_reverted(title #>> '{}') as title from jsonb_path_query(
              revert.relation, '$.carried.commits[*].title ? (@ like_regex "^revert[ :]" flag "i")'
            ) as title
            offset 0
          ) as taken
          cross join jsonb_path_query(deploys.relation, '$.carried.commits[*].title') as brought
          -- By a pattern only where the beginning is the same: most titles are of something else.
          where case
            when starts_with(lower(brought #>> '{}'), taken.title) then measure_title(brought #>> '{}') = taken.title
          end
        )
      order by revert.at, revert.id
      limit 1
    ) as reverted_by,
    deploys.id in (select change_id from measure_causes) as caused_incident,
    case
      when deploys.kind = 'rollback' or deploys.relation #>> '{carried,direction}' = 'backward' then (
        select 'rollback' from changes as before
        where before.id = (deploys.relation ->> 'previousId')::bigint and before.at >= deploys.at - interval '7 days'
      )
      when exists (
        select from incident_entries as fixed
        join measure_causes as cause on cause.incident_id = fixed.incident_id
        join changes as culprit on culprit.id = cause.change_id
        where fixed.change_id = deploys.id and fixed.verdict = 'fixed' and culprit.id <> deploys.id
          and culprit.kind in ('deploy', 'rollback') and culprit.environment = deploys.environment
          and culprit.services && deploys.services
          and culprit.at >= deploys.at - interval '7 days' and culprit.at <= deploys.at
          and not exists (
            select from incident_entries as later
            where later.change_id = fixed.change_id and later.incident_id = fixed.incident_id and later.id > fixed.id
          )
      ) then 'fix'
      when deploys.events @? '$[*].statement.branch ? (@ like_regex "^hot-?fix(es)?([-_./]|$)" flag "i")' then (
        select 'hotfix' from changes as before
        where before.id = (deploys.relation ->> 'previousId')::bigint and before.at >= deploys.at - interval '7 days'
      )
      when deploys.relation @? '$.carried.commits[*].title ? (@ like_regex "^revert[ :]" flag "i")'
        and not deploys.relation @? '$.carried.commits[*].title ? (!(@ like_regex "^(revert[ :]|merge )" flag "i"))'
        and exists (
          select from changes as before
          cross join lateral jsonb_path_query(before.relation, '$.carried.commits[*].title') as brought
          join jsonb_path_query(deploys.relation, '$.carried.commits[*].title') as taken
            on measure_title(brought #>> '{}') = measure_reverted(taken #>> '{}')
          where before.service = deploys.service and before.environment = deploys.environment
            and before.at >= deploys.at - interval '7 days' and before.at < deploys.at
            and before.kind = 'deploy' and before.relation #>> '{carried,direction}' = 'forward'
            and (before.status is null or before.status = 'succeeded')
        )
      then 'revert'
    end as rework
  from changes as deploys
  where deploys.kind in ('deploy', 'rollback') and deploys.at is not null
    and (deploys.status is null or deploys.status = 'succeeded') and deploys.environment is not null;
comment on view measure_deploys is
  'Every deploy and rollback that went well, once, however many systems reported it. Deployment frequency counts those that go forward; rework is the share of all that have `rework`.';
comment on column measure_deploys.at is 'When it took effect.';
comment on column measure_deploys.service is 'Null where it is about several, which `services` has all.';
comment on column measure_deploys.forward is 'False: it went back to an earlier version.';
comment on column measure_deploys.rolled_back_by is 'What went back from it to an earlier version.';
comment on column measure_deploys.reverted_by is
  'The first deploy of its service within 7 days that carried a revert of a commit that this one carried.';
comment on column measure_deploys.caused_incident is 'A person named it as the cause of an incident.';
comment on column measure_deploys.rework is
  'Why it only mends or takes back what a deploy of its service brought in the 7 days before: rollback, fix, hotfix or revert. Null: it does not.';

create view measure_lead_times as
  select change_id, at, environment, service, services, first_commit_at, measured_from,
    extract(epoch from at - first_commit_at)::double precision as lead_seconds
  from (
    select deploys.id as change_id, deploys.at, deploys.environment, deploys.service, deploys.services,
      coalesce(
        (deploys.relation #>> '{carried,firstAuthoredAt}')::timestamptz,
        case when deploys.relation #> '{carried,firstAuthoredAt}' is null then (
          select min(merges.at)
          from jsonb_array_elements(deploys.relation #> '{carried,commits}') as carried
          join identities on identities.type = 'commit'
            and identities.value = deploys.repository || '@' || (carried.value ->> 'sha')
          join changes as merges on merges.id = identities.change_id and merges.kind = 'merge'
        ) end
      ) as first_commit_at,
      case when deploys.relation #> '{carried,firstAuthoredAt}' is null then 'merge' else 'author' end as measured_from
    from changes as deploys
    where deploys.kind = 'deploy' and deploys.at is not null
      and (deploys.status is null or deploys.status = 'succeeded') and deploys.environment is not null
      and deploys.relation #>> '{carried,direction}' = 'forward'
  ) as timed
  where first_commit_at <= at;
comment on view measure_lead_times is
  'From the first commit that a deploy carried until it took effect. A deploy of which it is not known what it carried, that carried nothing, or whose commits are dated after it is not here.';
comment on column measure_lead_times.measured_from is
  'author: when the first commit was written. merge: that is not known, so when the first of them was merged, which is later.';

create view measure_failures as
  select change_id, at, environment, service, services,
    case when caused_incident then 'incident' when rolled_back_by is not null then 'rollback' else 'revert' end as why,
    caused_incident, rolled_back_by, reverted_by
  from measure_deploys
  where forward and (caused_incident or rolled_back_by is not null or reverted_by is not null);
comment on view measure_failures is
  'Deploys that failed, each once: a person named it as the cause of an incident, it was rolled back, or a deploy of its service within 7 days carried its revert. Nothing is guessed. Divide by the deploys of measure_deploys that go forward.';
comment on column measure_failures.why is 'The first of incident, rollback and revert that holds.';

create view measure_restores as
  select incidents.id as incident_id, incidents.started_at, incidents.resolved_at, incidents.environment,
    incidents.services, incidents.severity, incidents.cause_id is not null as caused_by_change,
    extract(epoch from incidents.resolved_at - incidents.started_at)::double precision as restore_seconds
  from incidents
  where incidents.merged_into is null and not incidents.private and incidents.resolved_at >= incidents.started_at;
comment on view measure_restores is
  'Incidents that are over, from the onset of the fault until it was resolved. Private incidents are left out.';
comment on column measure_restores.caused_by_change is 'A person named a change as its cause.';

create view grafana_timeline as
  select at as time, null::timestamptz as timeend,
    replace(replace(replace(title, '&', '&amp;'), '<', '&lt;'), '>', '&gt;') as text,
    concat_ws(',', kind, status, service) as tags,
    environment, services, kind, status, 'change ' || id as id
  from changes
  where at is not null
  union all
  select started_at, resolved_at,
    replace(replace(replace('INC-' || id || ': ' || title, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'),
    concat_ws(',', 'incident', severity), environment, services, 'incident',
    case when resolved_at is null then 'open' else 'resolved' end, 'incident ' || id
  from incidents
  where merged_into is null and not private;
comment on view grafana_timeline is
  'Changes and incidents as annotations: time, timeend, text and tags have the names that Grafana expects. Text is escaped, since Grafana shows it as HTML. Private incidents are left out.';
comment on column grafana_timeline.kind is 'deploy, rollback, merge, config, flag … or incident.';

create view grafana_parity as
  select compared_at as time, day, reference, mirror, score, coverage, facts, equal,
    coalesce((counts ->> 'unexplained')::integer, 0) as unexplained,
    coalesce((counts ->> 'reference-only')::integer, 0) as reference_only,
    coalesce((counts ->> 'pending-promotion')::integer, 0) as pending_promotion,
    coalesce((counts ->> 'explained')::integer, 0) as explained,
    coalesce((counts ->> 'intended')::integer, 0) as intended,
    coalesce((counts ->> 'forbidden-equality')::integer, 0) as forbidden_equality,
    coalesce((counts ->> 'unknown')::integer, 0) as unknown
  from parity_scores;
comment on view grafana_parity is
  'How alike two environments were at the last comparison of each day (UTC), with the differences by verdict. Score and coverage are percentages; no score: nothing could be compared.';

create view grafana_backports as
  select id, opened_at as time, state, service, reference, mirror, repository, pull_request, title, url,
    state in ('open', 'candidate', 'landed', 'not-evaluable') as waits, landed_at, live_at
  from backports;
comment on view grafana_backports is
  'Fixes that the reference has and the mirror should have too. Who owns them is not told here: this is about services.';
comment on column grafana_backports.waits is 'The mirror does not run it yet, and nobody said that it need not.';
