-- What taking a commit back would change follows from its lines since version 2 of the rules, which computes all anew.
alter table commit_fingerprints drop column inverse;
delete from commit_fingerprints;
