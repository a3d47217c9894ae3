-- The pull request that brings a backport home: wanted first, in the transaction with the job that makes it.
create table backport_pulls (
  backport_id bigint primary key references backports (id),
  state text not null
    check (state in ('wanted', 'failed', 'draft', 'review-wanted', 'changes-requested', 'approved', 'merged', 'closed')),
  -- `<owner>/<name>`.
  repository text collate "C" not null check (length(repository) between 1 and 200),
  branch text not null check (length(branch) between 1 and 250),
  base text not null check (length(base) between 1 and 250),
  number integer check (number > 0),
  url text check (length(url) <= 2000),
  -- As the git host calls them.
  author text check (length(author) <= 200),
  reviewers text[] not null default '{}' check (cardinality(reviewers) <= 50),
  opened_by_us boolean not null,
  -- Why it could not be made, or what stands in its way, as a sentence.
  problem text check (length(problem) between 1 and 2000),
  -- How often it was asked for: an earlier one was closed, or could not be made.
  attempt integer not null default 1 check (attempt > 0),
  wanted_by text check (length(wanted_by) <= 200),
  -- Also the committer's time of what is pushed: whoever makes it again makes the same commits.
  wanted_at timestamptz not null,
  -- What we push, kept before it is pushed.
  head text collate "C" check (head ~ '^[0-9a-f]{40}$'),
  updated_at timestamptz not null,
  -- When the git host was asked last, or told.
  followed_at timestamptz,
  check (opened_by_us or number is not null),
  check (state in ('wanted', 'failed') or number is not null)
);
create index backport_pulls_by_number on backport_pulls (repository, number) where number is not null;
create index backport_pulls_followed on backport_pulls (followed_at)
  where state in ('draft', 'review-wanted', 'changes-requested', 'approved');

-- What would become of picking a backport onto the mirror's branch, as that was when it was tried.
create table backport_picks (
  backport_id bigint primary key references backports (id),
  outcome text not null check (outcome in ('clean', 'conflicts', 'unknown')),
  -- The mirror's branch, and its newest commit.
  base text check (length(base) between 1 and 250),
  base_commit text collate "C" check (base_commit ~ '^[0-9a-f]{40}$'),
  -- What was picked.
  commits text[] not null,
  files text[] not null default '{}' check (cardinality(files) <= 100),
  -- What it lacks: `[{"commit", "title"}]`, oldest first.
  missing jsonb not null default '[]',
  why text check (length(why) between 1 and 1000),
  at timestamptz not null,
  check ((outcome = 'unknown') = (why is not null)),
  check (outcome = 'unknown' or (base is not null and base_commit is not null)),
  check (outcome = 'conflicts' or files = '{}')
);
