-- Groups of people in Slack that the settings name as owners of restricted services, and no others.

create table people_groups (
  -- As the settings name it: an id (`S0614TZR7`), or a handle without its @, lower-case.
  named text collate "C" primary key check (length(named) between 1 and 200),
  -- `read`: its members are known. Of all others nobody is one.
  state text not null check (state in ('unread', 'read', 'unknown', 'disabled', 'ambiguous')),
  handle text check (length(handle) <= 200),
  -- When Slack was asked what it answered.
  read_at timestamptz,
  check ((state = 'unread') = (read_at is null))
);

create table people_group_members (
  -- A member id.
  member text collate "C" check (length(member) <= 50),
  named text collate "C" references people_groups on delete cascade,
  primary key (member, named)
);
create index people_group_members_by_group on people_group_members (named);

-- The last answer of Slack, whatever it was: an older one comes too late.
create table people_group_reading (
  one boolean primary key default true check (one),
  asked_at timestamptz not null,
  -- Why Slack does not tell: `missing_scope`.
  refused text check (length(refused) <= 100)
);
