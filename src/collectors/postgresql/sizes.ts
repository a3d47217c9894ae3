import { type Part, factsOf, notOfExtension, ownSchema } from './part.ts';

/**
 * To powers of ten, or every snapshot would differ from the one before: estimates and sizes say whether a table is
 * empty, small or large. Partitions count with their parent. Numbers, so that a rule can ask for a ratio.
 */
export const sizeFacts: Part = (client) =>
  factsOf(
    client,
    'data',
    `with counted as (
       select 'table ' || quote_ident(nspname) || '.' || quote_ident(root.relname) as name,
         -- Never analysed, it has what the statistics counted since they began.
         sum(case when part.reltuples >= 0 then part.reltuples
           else coalesce(pg_stat_get_live_tuples(part.oid), 0) end) as rows,
         -- Without its indexes: that one is missing is told by the schema.
         sum(coalesce(pg_relation_size(part.oid), 0) + coalesce(pg_relation_size(nullif(part.reltoastrelid, 0)), 0))
           as bytes
       from pg_class part
         join pg_class root on root.oid = coalesce(pg_partition_root(part.oid), part.oid)
         join pg_namespace schema on schema.oid = root.relnamespace
       where part.relkind in ('r', 'm') and ${ownSchema('schema')} and ${notOfExtension('pg_class', 'root.oid')}
       group by nspname, root.relname
     )
     select name || ':rows' as key, to_jsonb(case when rows < 1 then 0 else (10 ^ round(log(rows::numeric)))::bigint end)
       as value
     from counted
     union all
     select name || ':bytes', to_jsonb(case when bytes < 1 then 0 else (10 ^ round(log(bytes::numeric)))::bigint end)
     from counted`,
  );
