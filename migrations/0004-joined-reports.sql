-- A deploy that several systems report under identities of their own is shown once: its first recorded report is the
-- change, and the others point to it. Computed from all reports of the place, so it can be computed again.
alter table changes
  add column joined_to bigint references changes (id),
  -- On the one that is shown: the events of the others, so that one row is all that an answer reads.
  add column joined jsonb,
  add check (joined_to is null or at is null);

create index changes_joined on changes (joined_to) where joined_to is not null;
