-- Why, where a row has no place for it: set for the transaction, as who acts is.
create function given_reason() returns text language sql stable as $$
  select nullif(current_setting('sincewhen.reason', true), '')
$$;

create or replace function audit_alias(said aliases) returns void language sql as $$
  select audit(said.added_at, 'alias-said', said.added_by, said.what || ' ' || said.alias, given_reason(),
    jsonb_build_object('what', said.what, 'alias', said.alias, 'name', said.name))
$$;
create or replace function audit_token(said tokens) returns void language sql as $$
  select audit(coalesce(said.revoked_at, said.created_at),
    case when said.revoked_at is null then 'token-made' else 'token-revoked' end, acting_person(), 'token ' || said.id,
    given_reason(), jsonb_build_object('token', said.id, 'name', said.name, 'scopes', to_jsonb(said.scopes)))
$$;
-- Why something was accepted is not why it was withdrawn.
create or replace function audit_acceptance(said acceptances, what text) returns void language sql as $$
  select audit(
    case what when 'accepted' then said.accepted_at when 'confirmed' then said.confirmed_at else said.withdrawn_at end,
    'parity-' || what,
    case what when 'accepted' then said.accepted_by when 'confirmed' then said.confirmed_by else said.withdrawn_by end,
    'difference ' || said.facet || ' ' || said.key,
    case what when 'withdrawn' then given_reason() else said.reason end,
    jsonb_build_object('acceptance', said.id, 'reference', said.reference, 'mirror', said.mirror, 'service',
      said.service, 'must', said.must, 'impact', nullif(said.impact, ''), 'owner', said.owner, 'expires', said.expires,
      'accepted_for', case what when 'withdrawn' then said.reason end))
$$;
-- What was chosen from a list is a reason too, as it is of an alarm and of a digest.
create or replace function audit_backport(said backport_decisions) returns void language sql as $$
  select audit(said.at, 'backport-' || said.kind, said.by, 'backport ' || said.backport_id,
    coalesce(said.reason, said.cause),
    jsonb_build_object('backport', said.backport_id, 'until', said.until, 'commit', said.commit, 'cause', said.cause))
$$;

create or replace function audit_what_was_decided() returns trigger language plpgsql as $$
begin
  case tg_table_name
    when 'incident_entries' then perform audit_entry(new);
    when 'acceptances' then
      if tg_op = 'INSERT' then perform audit_acceptance(new, 'accepted');
      elsif new.confirmed_at is not null and old.confirmed_at is null then perform audit_acceptance(new, 'confirmed');
      elsif new.withdrawn_at is not null and old.withdrawn_at is null then perform audit_acceptance(new, 'withdrawn');
      end if;
    when 'explanations' then perform audit_explanation(new);
    when 'backport_decisions' then perform audit_backport(new);
    when 'aliases' then
      if tg_op = 'DELETE' then
        perform audit(clock_timestamp(), 'alias-removed', acting_person(), old.what || ' ' || old.alias, given_reason(),
          jsonb_build_object('what', old.what, 'alias', old.alias, 'name', old.name));
      elsif tg_op = 'INSERT' or new.added_at <> old.added_at then perform audit_alias(new);
      end if;
    when 'tokens' then perform audit_token(new);
    when 'parity_alarms' then perform audit_mute(new);
  end case;
  return null;
end
$$;

-- Of what was said before there may be none.
alter table backport_decisions add constraint backport_decisions_waived_says_why
  check (kind <> 'waived' or reason is not null) not valid;
