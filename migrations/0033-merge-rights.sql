-- Who approved a pull request that brings a backport home, as the git host calls them.
alter table backport_pulls add column approvers text[] not null default '{}' check (cardinality(approvers) <= 50);

-- Whether somebody may merge in a repository, as the git host said. Only of those who may be asked to.
create table merge_rights (
  repository text collate "C" not null check (length(repository) between 1 and 200),
  -- Lower-case.
  login text collate "C" not null check (length(login) between 1 and 100),
  may_merge boolean not null,
  asked_at timestamptz not null,
  primary key (repository, login)
);
