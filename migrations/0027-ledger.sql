-- The ledger: what proves later that nobody altered, removed or slipped in what was recorded.

-- The transaction that recorded it: when all before one have ended, what they recorded is complete and can be sealed.
-- 0: it was there before the ledger was. A constant for what is there, so that the table is not written anew.
alter table events add column txid bigint not null default 0;
alter table events alter column txid set default txid_current();
-- Rows stand in the order of their transactions, so that this costs next to nothing where they are inserted.
create index events_by_transaction on events using brin (txid) with (pages_per_range = 32);

-- What people decided, and what was done to the record itself. Append-only.
create table audit_events (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  kind text not null check (length(kind) between 1 and 100),
  -- A member id of Slack, `api:<token's name>`, `cli`, `<user>@<host>`, or `sincewhen` where no person decided.
  actor text not null check (length(actor) between 1 and 300),
  -- `INC-42`, `change 1337`, `backport 7`, `settings` …
  about text not null check (length(about) between 1 and 1000),
  reason text,
  details jsonb not null,
  txid bigint not null default txid_current()
);
create index audit_events_by_time on audit_events (at, id);
create index audit_events_by_kind on audit_events (kind, id);
create index audit_events_about on audit_events (about, id);
create index audit_events_by_transaction on audit_events (txid);

create function refuse_to_change_the_record() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % is refused', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end
$$;
create trigger audit_events_are_append_only before update or delete on audit_events
  for each row execute function refuse_to_change_the_record();
create trigger audit_events_are_not_truncated before truncate on audit_events
  for each statement execute function refuse_to_change_the_record();

-- Every human decision: who, when, about what, and why.
create view decisions as
  select id, at, kind, actor, about, reason, details from audit_events where actor <> 'sincewhen';

-- One seal for each stretch of transactions and each day (UTC) on which they recorded something; all are one chain.
create table ledger_seals (
  number bigint primary key,
  -- `earlier`: events that were there before the ledger; their positions are microseconds of their own time, their day
  -- is that of the seal. Of `events` and `decisions` positions are transactions.
  stream text not null check (stream in ('earlier', 'events', 'decisions')),
  day date not null,
  -- Among the seals of the day, from 1.
  sequence integer not null check (sequence > 0),
  -- [from, to)
  from_position bigint not null,
  to_position bigint not null check (to_position > from_position),
  count integer not null check (count > 0),
  -- When the first and the last of them was recorded, and when they were sealed.
  first_at timestamptz not null,
  last_at timestamptz not null,
  sealed_at timestamptz not null,
  -- Of each row 32 bytes (docs/ledger.md), in their order as bytes; and SHA-256 of them all.
  leaves bytea storage external not null check (length(leaves) = 32 * count),
  leaves_hash bytea not null check (length(leaves_hash) = 32),
  -- The hash of the seal before, and SHA-256 of all that is above and of that.
  previous bytea not null check (length(previous) = 32),
  hash bytea not null unique check (length(hash) = 32),
  unique (day, sequence)
);
create index ledger_seals_by_position on ledger_seals (stream, from_position);
create trigger ledger_seals_are_append_only before update or delete on ledger_seals
  for each row execute function refuse_to_change_the_record();
create trigger ledger_seals_are_not_truncated before truncate on ledger_seals
  for each statement execute function refuse_to_change_the_record();

create table ledger_state (
  singleton boolean primary key default true check (singleton),
  -- Transactions are numbered by the server. A database that was moved to another begins again with low numbers; this
  -- is added to them, so that numbers go on.
  txid_offset bigint not null,
  -- What was there before the ledger is sealed.
  earlier_sealed boolean not null
);
insert into ledger_state (txid_offset, earlier_sealed) select 0, not exists (select from events);

-- Decisions that are kept elsewhere come here by triggers, so that nothing that decides can forget to say so.
create function audit(at timestamptz, kind text, actor text, about text, reason text, details jsonb)
returns void language sql as $$
  insert into audit_events (at, kind, actor, about, reason, details)
  values (at, left(kind, 100), left(coalesce(nullif(actor, ''), 'unknown'), 300), left(about, 1000), nullif(reason, ''),
          jsonb_strip_nulls(details))
$$;

-- Who acts, where the row does not say: set for the transaction.
create function acting_person() returns text language sql stable as $$
  select coalesce(nullif(current_setting('sincewhen.actor', true), ''), 'unknown')
$$;

create function audit_entry(said incident_entries) returns void language sql as $$
  select audit(said.recorded_at, case said.kind when 'verdict' then 'verdict' else 'incident-' || said.kind end,
    said.said_by, case when said.change_id is null then 'INC-' || said.incident_id else 'change ' || said.change_id end,
    said.text, jsonb_build_object('incident', said.incident_id, 'entry', said.id, 'change', said.change_id,
      'verdict', said.verdict))
  where said.said_by is not null and said.kind not in ('note', 'channel')
$$;
create function audit_acceptance(said acceptances, what text) returns void language sql as $$
  select audit(
    case what when 'accepted' then said.accepted_at when 'confirmed' then said.confirmed_at else said.withdrawn_at end,
    'parity-' || what,
    case what when 'accepted' then said.accepted_by when 'confirmed' then said.confirmed_by else said.withdrawn_by end,
    'difference ' || said.facet || ' ' || said.key, said.reason,
    jsonb_build_object('acceptance', said.id, 'reference', said.reference, 'mirror', said.mirror, 'service',
      said.service, 'must', said.must, 'impact', nullif(said.impact, ''), 'owner', said.owner, 'expires', said.expires))
$$;
create function audit_explanation(said explanations) returns void language sql as $$
  select audit(said.said_at, 'parity-explained', said.said_by, 'difference ' || said.facet || ' ' || said.key, said.note,
    jsonb_build_object('reference', said.reference, 'mirror', said.mirror, 'service', nullif(said.service, ''),
      'change', said.change_id))
$$;
create function audit_backport(said backport_decisions) returns void language sql as $$
  select audit(said.at, 'backport-' || said.kind, said.by, 'backport ' || said.backport_id, said.reason,
    jsonb_build_object('backport', said.backport_id, 'until', said.until, 'commit', said.commit, 'cause', said.cause))
$$;
create function audit_alias(said aliases) returns void language sql as $$
  select audit(said.added_at, 'alias-said', said.added_by, said.what || ' ' || said.alias, null,
    jsonb_build_object('what', said.what, 'alias', said.alias, 'name', said.name))
$$;
create function audit_token(said tokens) returns void language sql as $$
  select audit(coalesce(said.revoked_at, said.created_at),
    case when said.revoked_at is null then 'token-made' else 'token-revoked' end, acting_person(), 'token ' || said.id,
    null, jsonb_build_object('token', said.id, 'name', said.name, 'scopes', to_jsonb(said.scopes)))
$$;
create function audit_mute(said parity_alarms) returns void language sql as $$
  select audit(said.muted_at, 'alarm-muted', said.muted_by, 'alarm ' || said.id, coalesce(said.muted_note, said.muted_why),
    jsonb_build_object('alarm', said.id, 'why', said.muted_why, 'reference', said.reference, 'mirror', said.mirror))
$$;

create function audit_what_was_decided() returns trigger language plpgsql as $$
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
        perform audit(clock_timestamp(), 'alias-removed', acting_person(), old.what || ' ' || old.alias, null,
          jsonb_build_object('what', old.what, 'alias', old.alias, 'name', old.name));
      elsif tg_op = 'INSERT' or new.added_at <> old.added_at then perform audit_alias(new);
      end if;
    when 'tokens' then perform audit_token(new);
    when 'parity_alarms' then perform audit_mute(new);
  end case;
  return null;
end
$$;
create trigger audited after insert on incident_entries
  for each row when (new.said_by is not null) execute function audit_what_was_decided();
create trigger audited after insert or update on acceptances for each row execute function audit_what_was_decided();
create trigger audited after insert or update on explanations for each row execute function audit_what_was_decided();
create trigger audited after insert on backport_decisions for each row execute function audit_what_was_decided();
create trigger audited after insert or update or delete on aliases
  for each row execute function audit_what_was_decided();
create trigger audited after insert on tokens for each row execute function audit_what_was_decided();
create trigger audited_when_revoked after update of revoked_at on tokens
  for each row when (old.revoked_at is null and new.revoked_at is not null) execute function audit_what_was_decided();
create trigger audited after update of muted_at on parity_alarms
  for each row when (old.muted_at is null and new.muted_at is not null) execute function audit_what_was_decided();

-- What was decided before there was an audit.
select audit_entry(said) from incident_entries as said order by id;
select audit_acceptance(said, 'accepted') from acceptances as said order by id;
select audit_acceptance(said, 'confirmed') from acceptances as said where confirmed_at is not null order by id;
select audit_acceptance(said, 'withdrawn') from acceptances as said where withdrawn_at is not null order by id;
select audit_explanation(said) from explanations as said order by said_at;
select audit_backport(said) from backport_decisions as said order by id;
select audit_alias(said) from aliases as said order by added_at;
select audit_mute(muted) from parity_alarms as muted where muted_at is not null order by id;
