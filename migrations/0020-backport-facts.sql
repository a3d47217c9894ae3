-- Backports of what never was a commit: facts that one environment has and its mirror should have too.
alter table backports
  -- What made them: `change:17` or `drift:4`.
  add column fact_group text collate "C" check (length(fact_group) between 1 and 100),
  add check ((fact_facet is null) = (fact_group is null));
-- One for what a change did to one service, however many facts it altered.
create unique index backports_of_facts on backports (reference, mirror, coalesce(service, ''), fact_group)
  where fact_group is not null;

create table backport_facts (
  backport_id bigint not null references backports (id),
  -- Empty: of the environment, of no one service.
  service text not null check (length(service) <= 200),
  facet text not null check (length(facet) between 1 and 50),
  key text collate "C" not null check (length(key) between 1 and 500),
  -- What tells values apart (facts.same): what the reference has, and what the mirror had when it was opened. Null: there
  -- was no such fact.
  wanted bytea check (length(wanted) = 16),
  former bytea check (length(former) = 16),
  -- What proves that the mirror has it: when it was seen first, and by which collector in which snapshot; or by which change,
  -- where only changes tell.
  proved_at timestamptz,
  collector text check (length(collector) between 1 and 200),
  snapshot_id bigint references snapshots (id),
  change_id bigint references changes (id),
  primary key (backport_id, service, facet, key),
  check ((proved_at is null) = (collector is null))
);

-- Collectors whose differences have been looked at: what was there at the first look is no news.
create table backport_fact_looks (
  reference text not null check (length(reference) between 1 and 200),
  mirror text not null check (length(mirror) between 1 and 200),
  collector text not null check (length(collector) between 1 and 200),
  looked_at timestamptz not null,
  primary key (reference, mirror, collector)
);

-- Since when nothing could be told: the longer, the less often it is tried again.
alter table backport_runs add column unreadable_since timestamptz;

-- What repositories were called before, lower-case: all is kept under what they are called now.
create table repository_names (
  old text collate "C" primary key check (length(old) between 1 and 200),
  new text collate "C" not null check (length(new) between 1 and 200),
  renamed_at timestamptz not null,
  check (old <> new)
);
create index repository_names_new on repository_names (new);
