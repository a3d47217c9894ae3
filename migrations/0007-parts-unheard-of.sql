-- Of the first `count` parts of a batch those of which nothing is here: no delivery of the same key, no identity. Looked
-- up row by row in the index, whatever size the tables had when this was planned: a plan that reads a small table from
-- end to end would be kept while that grows to millions. `offset 0` keeps each question apart from the others. Being
-- volatile, it sees what was committed until now, and not only until its statement began.
create function parts_unheard_of(count int, keys jsonb, identities jsonb) returns setof int language plpgsql
  set enable_seqscan = off as $$
begin
  return query
    select part from generate_series(0, count - 1) as part
    except select given.part from jsonb_to_recordset(keys) as given (part int, source text, key text)
      where exists (
        select from delivery_keys as known where known.source = given.source and known.key = given.key offset 0
      )
    except select given.part from jsonb_to_recordset(identities) as given (part int, type text, value text)
      where exists (
        select from identities as known where known.type = given.type and known.value = given.value offset 0
      )
    order by 1;
end
$$;
