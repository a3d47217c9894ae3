-- Deploys that were looked at for fixes that run in their environment and that their version lacks.
create table guards (
  change_id bigint primary key references changes (id),
  -- `reverts` stays so: what became of it is what became of the deploy. `unknown`: it could not be looked at yet.
  outcome text not null check (outcome in ('passes', 'reverts', 'unknown')),
  -- Of `unknown`, for people.
  why text check (length(why) between 1 and 500),
  -- That its version stands for.
  commit text collate "C" check (commit ~ '^[0-9a-f]{40}$'),
  -- It goes back to a version that ran there before.
  rollback boolean not null,
  first_looked_at timestamptz not null,
  looked_at timestamptz not null,
  check ((outcome = 'unknown') = (why is not null))
);

-- The fixes that each takes back, one for each.
create table guarded_fixes (
  change_id bigint not null references guards (change_id),
  backport_id bigint not null references backports (id),
  live_since timestamptz not null,
  found_at timestamptz not null,
  -- The commit of its version that takes it back; null: it never had it.
  taken_by text collate "C" check (taken_by ~ '^[0-9a-f]{40}$'),
  -- The deploy that brought it back.
  back_id bigint references changes (id),
  primary key (change_id, backport_id)
);
create index guarded_fixes_of on guarded_fixes (backport_id);
create index guarded_fixes_gone on guarded_fixes (change_id) where back_id is null;
