-- Deliveries of one transaction are compressed together: their bodies are much alike. One of them, the last received, has
-- the block; the others say where theirs is in it. What was kept before has its own body, and no block.
alter table deliveries
  alter body drop not null,
  add block_at timestamptz,
  add block uuid,
  add start int,
  add size int,
  add constraint deliveries_have_a_body check (
    case when block is null then body is not null and num_nonnulls(block_at, start, size) = 0
      else num_nulls(block_at, start, size) = 0 and (body is not null) = (block = id) and block_at >= received_at end
  ) not valid;
