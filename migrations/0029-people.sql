-- Who is who in Slack, beyond what the settings say.

-- What people said of themselves (`/since link`), or administrators decided. An identity is a login, a name or an e-mail
-- address, lower-case as `changes.actors` has it: it does not say of which system it is.
create table people_links (
  identity text collate "C" primary key check (length(identity) between 1 and 300),
  kind text not null check (kind in ('github', 'gitlab', 'pagerduty', 'git', 'email')),
  -- Null: an administrator said that it is nobody's.
  slack_id text collate "C" check (length(slack_id) between 1 and 50),
  said_by text not null check (length(said_by) between 1 and 50),
  said_at timestamptz not null,
  -- An administrator said so, between people who claimed it.
  decided boolean not null,
  check (slack_id is not null or decided)
);
create index people_links_by_person on people_links (slack_id);

-- Two people claim one identity: the first has it until an administrator decides.
create table people_conflicts (
  id bigint generated always as identity primary key,
  identity text collate "C" not null check (length(identity) between 1 and 300),
  kind text not null check (kind in ('github', 'gitlab', 'pagerduty', 'git', 'email')),
  holder text collate "C" not null check (length(holder) <= 50),
  claimant text collate "C" not null check (length(claimant) <= 50),
  claimed_at timestamptz not null,
  -- When its holder was told; the claimant is answered at once.
  told_at timestamptz,
  decided_by text check (length(decided_by) <= 50),
  decided_at timestamptz,
  -- Whose it is; null: nobody's, or not decided.
  decided_for text check (length(decided_for) <= 50),
  -- One of them gave it up before anybody decided.
  settled_at timestamptz,
  check ((decided_by is null) = (decided_at is null)),
  check (decided_for is null or decided_by is not null)
);
create unique index people_conflicts_open on people_conflicts (identity, claimant)
  where decided_at is null and settled_at is null;
create index people_conflicts_untold on people_conflicts (id) where told_at is null;

-- Whether members of Slack are full members, as Slack said when it was asked. Only of those whom something is about.
create table people_standings (
  slack_id text collate "C" primary key check (length(slack_id) <= 50),
  standing text not null
    check (standing in ('member', 'guest', 'other-organisation', 'bot', 'deactivated', 'unknown')),
  name text not null check (length(name) <= 200),
  asked_at timestamptz not null
);
create index people_standings_by_time on people_standings (asked_at);

-- E-mail addresses of which Slack was asked whose they are, or is to be.
create table people_finds (
  email text collate "C" primary key check (length(email) between 3 and 300),
  -- Null: nobody's, or not asked yet.
  slack_id text collate "C" check (length(slack_id) <= 50),
  wanted_at timestamptz not null,
  asked_at timestamptz,
  check (slack_id is null or asked_at is not null)
);
create index people_finds_by_person on people_finds (slack_id) where slack_id is not null;
create index people_finds_by_time on people_finds (asked_at nulls first);

-- Whether Slack lets us ask by e-mail: the scope users:read.email.
create table people_email_scope (
  scope text primary key default 'users:read.email' check (scope = 'users:read.email'),
  granted boolean not null,
  asked_at timestamptz not null
);
