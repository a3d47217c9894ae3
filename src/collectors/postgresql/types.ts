import { type Part, factsOf, notOfExtension, ownSchema } from './part.ts';

/** `public` is in every database; sequences of identity columns are told by these. */
export const typeFacts: Part = (client) =>
  factsOf(
    client,
    'schema',
    `select 'schema ' || quote_ident(nspname) as key, to_jsonb('there'::text) as value
     from pg_namespace schema
     where ${ownSchema('schema')} and nspname <> 'public' and ${notOfExtension('pg_namespace', 'schema.oid')}
     union all
     select 'type ' || quote_ident(nspname) || '.' || quote_ident(typname), to_jsonb(case typtype
       when 'e' then 'enum (' || (
         select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) from pg_enum where enumtypid = made.oid)
         || ')'
       when 'd' then concat_ws(' ', 'domain of ' || format_type(typbasetype, typtypmod),
         case when typnotnull then 'not null' end, 'default ' || typdefault,
         (select string_agg(pg_get_constraintdef(held.oid), ' ' order by conname) from pg_constraint held
            where contypid = made.oid and contype = 'c'))
       when 'c' then 'composite (' || (
         select string_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod), ', ' order by attnum)
         from pg_attribute where attrelid = typrelid and attnum > 0 and not attisdropped) || ')'
       else 'range of ' || (select format_type(rngsubtype, null) from pg_range where rngtypid = made.oid) end)
     from pg_type made join pg_namespace schema on schema.oid = typnamespace
     where ${ownSchema('schema')} and ${notOfExtension('pg_type', 'made.oid')}
       and (typtype in ('e', 'd', 'r') or (typtype = 'c' and exists (
         select from pg_class where pg_class.oid = typrelid and relkind = 'c')))
     union all
     select 'sequence ' || quote_ident(nspname) || '.' || quote_ident(relname), to_jsonb(concat_ws(' ',
       format_type(seqtypid, null), 'start', seqstart, 'increment', seqincrement, 'from', seqmin, 'to', seqmax,
       case when seqcycle then 'cycle' end))
     from pg_sequence join pg_class relation on relation.oid = seqrelid
       join pg_namespace schema on schema.oid = relnamespace
     where ${ownSchema('schema')} and ${notOfExtension('pg_class', 'relation.oid')} and not exists (
       select from pg_depend held where held.classid = 'pg_class'::regclass and held.objid = relation.oid
         and held.deptype = 'i')`,
  );
