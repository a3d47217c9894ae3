-- Whom Slack has told of backports, and whom it will tell when.

-- How long each backport has waited to be told of, in working time. A clock stands still while nobody is to hear of it.
create table nags (
  backport_id bigint primary key references backports (id),
  -- It was there long before anybody could be told: it is listed, and no news.
  listed_only boolean not null,
  clock_from timestamptz not null,
  -- Milliseconds that were waited before.
  elapsed bigint not null check (elapsed >= 0),
  silent_since timestamptz,
  -- How often its clock began to run again.
  round integer not null check (round >= 0),
  -- When it will speak again, how, and to whom (a member id, else a name). Null: it will not.
  next_at timestamptz,
  next_step text check (next_step in ('channel', 'owner', 'team', 'lead', 'digest')),
  next_person text check (length(next_person) <= 320),
  -- A digest of what its message in the channel shows. Null: it has none.
  shown bytea check (length(shown) = 32),
  -- There is no more to say in it.
  settled boolean not null,
  check ((next_at is null) = (next_step is null))
);

-- What was told, each once for ever: whoever plans or posts it a second time finds it here.
create table nag_steps (
  backport_id bigint not null references backports (id),
  step text not null check (step in ('channel', 'owner', 'team', 'lead', 'digest')),
  -- What makes it one: `to:<member id>`, or `again:<round>` after a snooze; else empty.
  occasion text collate "C" not null check (length(occasion) <= 60),
  person text check (length(person) <= 50),
  told_at timestamptz not null,
  primary key (backport_id, step, occasion)
);
create index nag_steps_by_time on nag_steps (told_at);

-- The one message that a person gets unasked on a day of theirs.
create table nag_cards (
  person text collate "C" not null check (length(person) between 1 and 50),
  -- `2026-11-20`, where they are.
  day text collate "C" not null check (day ~ '^\d{4}-\d\d-\d\d$'),
  backport_ids bigint[] not null,
  as_lead bigint[] not null,
  -- What is told with it: `[{"id", "step", "occasion", "person"}]`.
  marks jsonb not null,
  planned_at timestamptz not null,
  -- Null: Slack does not show it yet, and it may become another.
  told_at timestamptz,
  primary key (person, day)
);
create index nag_cards_planned on nag_cards (planned_at) where told_at is null;

-- What Slack said of people, so that it need not be asked of all of them each time.
create table nag_people (
  slack_id text collate "C" primary key check (length(slack_id) <= 50),
  timezone text not null check (length(timezone) <= 100),
  dnd_until timestamptz,
  active boolean not null,
  asked_at timestamptz not null
);
