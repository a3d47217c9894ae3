-- Nobody can tell by its content whether the version has the fix: people are told so, and nothing is concluded from it.
alter table guarded_fixes add column unsure boolean not null default false;
