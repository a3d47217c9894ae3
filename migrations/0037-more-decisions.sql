-- Decisions that only their own tables knew, or that a later one overwrote: who is who, what a channel is told, digests.

create function audit_person(said people_links, what text, at timestamptz, by text) returns void language sql as $$
  select audit(at, what, by, 'name ' || said.identity, null,
    jsonb_build_object('identity', said.identity, 'kind', said.kind, 'person', said.slack_id))
$$;
create function audit_subscription(said subscriptions, what text) returns void language sql as $$
  select audit(case what when 'subscription-made' then said.made_at else said.ended_at end, what,
    case what when 'subscription-made' then said.made_by else acting_person() end, 'subscription ' || said.id, null,
    jsonb_build_object('subscription', said.id, 'channel', said.channel_id, 'environments', to_jsonb(said.environments),
      'services', to_jsonb(said.services), 'kinds', to_jsonb(said.kinds), 'statuses', to_jsonb(said.statuses)))
$$;
create function audit_digest_word(said digest_words) returns void language sql as $$
  select audit(said.at, 'digest-' || said.kind, said.by, 'digest of ' || said.channel, coalesce(said.note, said.cause),
    jsonb_build_object('channel', said.channel, 'week', said.week, 'until', said.until, 'cause', said.cause))
$$;

create function audit_who_is_who() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    perform audit_person(old, 'person-unlinked', clock_timestamp(), coalesce(old.slack_id, acting_person()));
  else
    perform audit_person(new, case when new.decided then 'person-decided' else 'person-linked' end, new.said_at,
      new.said_by);
  end if;
  return null;
end
$$;
create function audit_what_is_told() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'digest_words' then perform audit_digest_word(new);
  elsif tg_op = 'INSERT' then perform audit_subscription(new, 'subscription-made');
  elsif new.ended_at is not null then perform audit_subscription(new, 'subscription-ended');
  end if;
  return null;
end
$$;
create trigger audited after insert or update or delete on people_links
  for each row execute function audit_who_is_who();
create trigger audited after insert on subscriptions for each row execute function audit_what_is_told();
create trigger audited_when_ended after update of ended_at on subscriptions
  for each row when (old.ended_at is null and new.ended_at is not null) execute function audit_what_is_told();
create trigger audited after insert on digest_words for each row execute function audit_what_is_told();

create trigger digest_words_are_append_only before update or delete on digest_words
  for each row execute function refuse_to_change_the_record();

-- Who mutes an alarm again, for another reason, decides again.
drop trigger audited on parity_alarms;
create trigger audited after update of muted_at on parity_alarms
  for each row when (new.muted_at is not null and new.muted_at is distinct from old.muted_at)
  execute function audit_what_was_decided();

-- What was decided before these were audited.
select audit_person(said, case when decided then 'person-decided' else 'person-linked' end, said_at, said_by)
  from people_links as said order by said_at, identity;
select audit_subscription(said, 'subscription-made') from subscriptions as said order by id;
select audit_digest_word(said) from digest_words as said order by id;
