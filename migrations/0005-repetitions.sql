-- How often a change was told of that is the same each time, such as a controller's patch of one object. Only its first
-- and last events stay in its row; all are in `events`. Null: each of its events says something of its own.
alter table changes add column repetitions int check (repetitions > 0);
