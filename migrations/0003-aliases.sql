-- What people have said about names: `alias` is the service or environment `name`. Settings come first.
create table aliases (
  what text not null check (what in ('service', 'environment')),
  -- Lower-case, hyphens for spaces and underscores.
  alias text not null check (length(alias) between 1 and 200),
  name text not null check (length(name) between 1 and 200),
  -- A member id of Slack, or `cli`.
  added_by text not null check (length(added_by) between 1 and 200),
  added_at timestamptz not null,
  primary key (what, alias)
);

-- The aliases, for a transaction that writes changes by them: who changes an alias waits until it has ended, so that
-- what no longer holds is not written behind the back of the job that renames. The lock comes before the snapshot that
-- the aliases are read with, which one statement cannot do.
create function aliases_to_write_by() returns setof aliases language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('aliases', 0));
  return query select * from aliases;
end
$$;
