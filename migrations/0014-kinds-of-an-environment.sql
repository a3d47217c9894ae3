-- Flags and maintenance are few among an environment's changes, and parity asks for them alone.
create index changes_of_parity on changes (kind, environment, at desc, id desc)
  where kind in ('flag', 'maintenance') and at is not null;
