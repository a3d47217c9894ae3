-- What people say of a commit proves something together with what else speaks for it: `confirmed`.
alter table backport_commits
  drop constraint backport_commits_method_check,
  add constraint backport_commits_method_check
    check (method in ('ancestry', 'trailer', 'change-id', 'patch-id', 'patch-id-without-context', 'authorship',
                      'named', 'listed', 'near-identical', 'confirmed'));

-- To whom it was handed over: as the git host calls them, or a Slack member id.
alter table backport_decisions
  add column handed_to text check (length(handed_to) between 1 and 320),
  add check ((kind = 'handed-over') = (handed_to is not null));
