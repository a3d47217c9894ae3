-- Restricted services leave the views that are made for others. What Sincewhen itself measures is read from views that
-- nobody else is given.

-- Names of restricted services, with their aliases, as the settings of the processes that run have them. Each process says
-- its own once a minute; one that none says any more is forgotten some minutes later. Nobody but Sincewhen reads them.
create table restricted_names (
  name text primary key check (length(name) between 1 and 1000),
  said_at timestamptz not null
);

-- All the names under which something of them may be recorded: also aliases that people added, and spellings from when the
-- settings wrote it otherwise. One row, so that a query reads it once. None: nobody has said yet what is restricted, and the
-- views for others show nothing.
create table restricted_now (
  one boolean primary key default true check (one),
  names text[] not null,
  -- How long names have been said without a pause, and when last.
  since timestamptz not null,
  said_at timestamptz not null,
  check (since <= said_at)
);

-- As names that nothing is known of are written by us.
create function plain_name(name text) returns text language sql immutable strict parallel safe
  return trim(both '-' from regexp_replace(lower(name), '[\s_\u2010-\u2015-]+', '-', 'g'));

-- The same as the views for others are so far, for Sincewhen alone: who looks decides what it shows.
do $$
declare
  name text;
begin
  foreach name in array array['causes', 'deploys', 'lead_times', 'restores'] loop
    execute format(
      'create view %I as %s',
      'unfiltered_' || name,
      replace(pg_get_viewdef('measure_' || name), 'measure_causes', 'unfiltered_causes')
    );
  end loop;
end
$$;
comment on view unfiltered_causes is 'measure_causes with restricted services: not for others.';
comment on view unfiltered_deploys is 'measure_deploys with restricted services: not for others.';
comment on view unfiltered_lead_times is 'measure_lead_times with restricted services: not for others.';
comment on view unfiltered_restores is 'measure_restores with restricted services: not for others.';

-- What it is given. Declared volatile for what PostgreSQL does not do then: ask a condition of somebody else on it within a
-- view. It is no slower, because it is inlined afterwards.
create function not_asked(value text) returns text language sql volatile parallel safe return value;

-- What others see of the changes. A barrier, or a condition that somebody else writes could be asked of a hidden row, and
-- its error would tell what is in it. Comparisons pass a barrier, so that `explain analyze` would tell whether a hidden row
-- has a name or a title: these are not asked. Time, environment, kind and status pass, which the indexes are for.
create view changes_for_others with (security_barrier) as
  select id, at, kind, status, environment, not_asked(service) as service, services, not_asked(repository) as repository,
    not_asked(commit) as commit, not_asked(title) as title, relation, events
  from changes
  where not services && (select names from restricted_now);
comment on view changes_for_others is 'Changes without those of restricted services, nor those of several of which one is.';

create view incidents_for_others with (security_barrier) as
  select id, started_at, resolved_at, environment, services, severity, title, cause_id
  from incidents
  where merged_into is null and not private and not services && (select names from restricted_now);
comment on view incidents_for_others is 'Incidents without private ones and those of restricted services.';

-- The views for others, under the names that they have: who may read them already goes on. A hidden change or incident
-- counts for nothing in them, like a private incident.
create view causes_for_others as
  select incidents.id as incident_id, incidents.started_at, shown.id as change_id
  from incidents
  cross join lateral (
    with recursive led as (
      select id, coalesce(merged_into, joined_to) as next from changes where id = incidents.cause_id
      union
      select changes.id, coalesce(changes.merged_into, changes.joined_to)
      from led join changes on changes.id = led.next
    )
    select changes.id, changes.kind, changes.repository, changes.commit, changes.services
    from led join changes on changes.id = led.id
    where led.next is null and changes.at is not null
  ) as named
  cross join lateral (
    select named.id, named.services where named.kind <> 'merge'
    union all
    (select deploys.id, deploys.services || named.services
    from mentions join changes as deploys on deploys.id = mentions.change_id
    where named.kind = 'merge' and mentions.type = 'commit' and mentions.value = named.repository || '@' || named.commit
      and deploys.kind = 'deploy' and deploys.at is not null and deploys.environment = incidents.environment
      and (deploys.status is null or deploys.status = 'succeeded')
      and (incidents.services = '{}' or deploys.services && incidents.services)
    order by deploys.at <= incidents.started_at desc, abs(extract(epoch from incidents.started_at - deploys.at))
    limit 1)
  ) as shown
  where incidents.cause_id is not null and incidents.merged_into is null and not incidents.private
    and not incidents.services && (select names from restricted_now)
    and not shown.services && (select names from restricted_now);
comment on view causes_for_others is 'measure_causes without its barrier, which would have views that use it compute all of it.';
create or replace view measure_causes with (security_barrier) as
  select incident_id, started_at, change_id from causes_for_others;
comment on view measure_causes is
  'The change that a person named as the cause of an incident (private incidents and restricted services left out). A merge stands for the first deploy to the incident''s environment that carried it.';

create or replace view measure_deploys as
  select deploys.id as change_id, deploys.at, deploys.environment, deploys.service, deploys.services, deploys.repository,
    deploys.commit, deploys.title,
    deploys.kind = 'deploy' and deploys.relation #>> '{carried,direction}' is distinct from 'backward' as forward,
    -- People who named this as what mended another change's fault have said what failed: not what it took back besides.
    (
      select back.id from changes as back
      where (back.relation ->> 'previousId')::bigint = deploys.id
        and (back.kind = 'rollback' or (back.kind = 'deploy' and back.relation #>> '{carried,direction}' = 'backward'))
        and back.at is not null and (back.status is null or back.status = 'succeeded')
        and not back.services && (select names from restricted_now)
        and not exists (
          select from incident_entries as fixed
          join causes_for_others as cause on cause.incident_id = fixed.incident_id
          where fixed.change_id = back.id and fixed.verdict = 'fixed' and cause.change_id <> deploys.id
            and not exists (
              select from incident_entries as later
              where later.change_id = fixed.change_id and later.incident_id = fixed.incident_id and later.id > fixed.id
            )
        )
      order by back.at, back.id
      limit 1
    ) as rolled_back_by,
    -- What has the same `service` as one that is shown is of no other.
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
    deploys.id in (select change_id from causes_for_others) as caused_incident,
    case
      when deploys.kind = 'rollback' or deploys.relation #>> '{carried,direction}' = 'backward' then (
        select 'rollback' from changes as before
        where before.id = (deploys.relation ->> 'previousId')::bigint and before.at >= deploys.at - interval '7 days'
          and not before.services && (select names from restricted_now)
      )
      when exists (
        select from incident_entries as fixed
        join causes_for_others as cause on cause.incident_id = fixed.incident_id
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
          and not before.services && (select names from restricted_now)
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
  from changes_for_others as deploys
  where deploys.kind in ('deploy', 'rollback') and deploys.at is not null
    and (deploys.status is null or deploys.status = 'succeeded') and deploys.environment is not null;
comment on view measure_deploys is
  'Every deploy and rollback that went well, once, however many systems reported it; restricted services left out. Deployment frequency counts those that go forward; rework is the share of all that have `rework`.';

create or replace view measure_lead_times as
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
            and not merges.services && (select names from restricted_now)
        ) end
      ) as first_commit_at,
      case when deploys.relation #> '{carried,firstAuthoredAt}' is null then 'merge' else 'author' end as measured_from
    from changes_for_others as deploys
    where deploys.kind = 'deploy' and deploys.at is not null
      and (deploys.status is null or deploys.status = 'succeeded') and deploys.environment is not null
      and deploys.relation #>> '{carried,direction}' = 'forward'
  ) as timed
  where first_commit_at <= at;
comment on view measure_lead_times is
  'From the first commit that a deploy carried until it took effect. A deploy of which it is not known what it carried, that carried nothing, or whose commits are dated after it is not here, nor are restricted services.';

create or replace view measure_restores as
  select incidents.id as incident_id, incidents.started_at, incidents.resolved_at, incidents.environment,
    incidents.services, incidents.severity,
    incidents.cause_id is not null and not exists (
      select from changes where changes.id = incidents.cause_id and changes.services && (select names from restricted_now)
    ) as caused_by_change,
    extract(epoch from incidents.resolved_at - incidents.started_at)::double precision as restore_seconds
  from incidents_for_others as incidents
  where incidents.resolved_at >= incidents.started_at;
comment on view measure_restores is
  'Incidents that are over, from the onset of the fault until it was resolved. Private incidents and those of restricted services are left out.';
comment on column measure_restores.caused_by_change is
  'A person named a change as its cause, and it is of no restricted service.';

-- No barrier would hold around a `union all`: there is one in what it is made of.
create or replace view grafana_timeline as
  select at as time, null::timestamptz as timeend,
    replace(replace(replace(title, '&', '&amp;'), '<', '&lt;'), '>', '&gt;') as text,
    concat_ws(',', kind, status, service) as tags,
    environment, services, kind, status, 'change ' || id as id
  from changes_for_others
  where at is not null
  union all
  select started_at, resolved_at,
    replace(replace(replace('INC-' || id || ': ' || title, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'),
    concat_ws(',', 'incident', severity), environment, services, 'incident',
    case when resolved_at is null then 'open' else 'resolved' end, 'incident ' || id
  from incidents_for_others;
comment on view grafana_timeline is
  'Changes and incidents as annotations: time, timeend, text and tags have the names that Grafana expects. Text is escaped, since Grafana shows it as HTML. Private incidents and restricted services are left out.';

create or replace view grafana_backports with (security_barrier) as
  select id, opened_at as time, state, not_asked(service) as service, reference, mirror, not_asked(repository) as repository,
    pull_request, not_asked(title) as title, not_asked(url) as url,
    state in ('open', 'candidate', 'landed', 'not-evaluable') as waits, landed_at, live_at
  from backports
  where not (
    case when service is null then '{}'::text[] else array[service, plain_name(service)] end
    && (select names from restricted_now)
  );
comment on view grafana_backports is
  'Fixes that the reference has and the mirror should have too, those of restricted services left out. Who owns them is not told here: this is about services.';

-- Default privileges may have given these to a role that is for reading views. Whoever may read the changes themselves keeps
-- them: as a service that is not the owner does.
do $$
declare
  given record;
begin
  for given in
    select made.oid::regclass as name, case acl.grantee when 0 then 'public' else acl.grantee::regrole::text end as role
    from pg_class as made cross join aclexplode(made.relacl) as acl
    where acl.grantee <> made.relowner and not has_table_privilege(acl.grantee, 'changes', 'select')
      and made.oid = any (array[
        'restricted_names', 'restricted_now', 'unfiltered_causes', 'unfiltered_deploys', 'unfiltered_lead_times',
        'unfiltered_restores', 'changes_for_others', 'incidents_for_others', 'causes_for_others'
      ]::regclass[])
  loop
    execute format('revoke all on %s from %s', given.name, given.role);
  end loop;
end
$$;
