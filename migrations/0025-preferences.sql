-- What each person wants of us, and how the first of them was met.

create table preferences (
  -- A member id.
  person text collate "C" primary key check (length(person) between 1 and 50),
  -- `18:00`, where they are, to which they are not disturbed. Both or none; from one day into the next where `from` is
  -- the later.
  quiet_from text check (quiet_from ~ '^[0-2]\d:[0-5]\d$'),
  quiet_to text check (quiet_to ~ '^[0-2]\d:[0-5]\d$'),
  -- Whether they are reminded of backports in direct messages.
  reminders boolean not null,
  changed_at timestamptz not null,
  check ((quiet_from is null) = (quiet_to is null)),
  check (quiet_from <> quiet_to)
);

-- Of whom Slack was asked, the nags know whether they want to be reminded.
alter table nag_people add column reminders boolean not null default true;

-- The one person of a workspace who was told the first step, once for ever.
create table welcomes (
  team text collate "C" primary key check (length(team) between 1 and 50),
  person text not null check (length(person) between 1 and 50),
  begun_at timestamptz not null,
  -- Their message has said all that it will say. Null: it follows what they have done.
  done_at timestamptz
);

-- The last test event of each source: it tells of no change, and proves that the source reaches us.
create table source_pings (
  source text primary key check (length(source) <= 100),
  received_at timestamptz not null
);

-- "My changes" looks for a person among those who are named by what was merged lately.
create index changes_of_people on changes (at desc, id desc) include (actors)
  where kind in ('merge', 'config') and commit is not null and at is not null;
