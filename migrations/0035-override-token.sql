-- With whose name an override was given is said by whoever has a token: which token that was is kept too.
alter table overrides add column token text check (length(token) between 1 and 200);

create or replace function audit_override() returns trigger language plpgsql as $$
begin
  perform audit(new.said_at, 'override', new.said_by,
    case when new.change_id is null then 'deploy of ' || new.service || ' ' || new.version || ' to ' || new.environment
      else 'change ' || new.change_id end,
    new.reason,
    jsonb_build_object('override', new.id, 'change', new.change_id, 'rule', new.rule, 'freeze', new.freeze_name,
      'service', new.service, 'environment', new.environment, 'version', new.version, 'commit', new.commit,
      'until', new.valid_until)
    || case when new.token is null then '{}' else jsonb_build_object('token', new.token) end);
  return null;
end
$$;
