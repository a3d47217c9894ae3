-- How alike two environments were at the last comparison of a day (UTC).
create table parity_scores (
  reference text not null check (length(reference) between 1 and 200),
  mirror text not null check (length(mirror) between 1 and 200),
  day date not null,
  compared_at timestamptz not null,
  -- Null: nothing could be compared.
  score double precision check (score between 0 and 100),
  coverage double precision not null check (coverage between 0 and 100),
  facts integer not null check (facts >= 0),
  equal integer not null check (equal >= 0),
  -- Differences by verdict.
  counts jsonb not null,
  primary key (reference, mirror, day)
);

-- What was not fine when it could be compared last. It goes on to cost the score while it cannot be compared, so that
-- nothing is won by taking a collector away.
create table parity_faults (
  reference text not null check (length(reference) between 1 and 200),
  mirror text not null check (length(mirror) between 1 and 200),
  -- Empty: of the environment, of no one service.
  service text not null check (length(service) <= 200),
  facet text not null check (length(facet) between 1 and 40),
  key text collate "C" not null check (length(key) between 1 and 500),
  verdict text not null check (length(verdict) between 1 and 40),
  -- When it was found not to be fine last, to the day: what is found again the same day is not written again.
  judged_on date not null,
  primary key (reference, mirror, service, facet, key)
);
