import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import type { Fact } from '../../domain/facts/fact.ts';
import { factKey } from '../fact-key.ts';
import { type Part, type Seen, factsOf, notOfExtension, ownSchema } from './part.ts';

/** What is long and only ever asked whether it is the same: a fact of its hash, which hides nothing. */
export const codeFacts: Part = async (client) => {
  const views = await hashed(
    client,
    `select case relkind when 'v' then 'view ' else 'materialized view ' end
         || quote_ident(nspname) || '.' || quote_ident(relname) as key,
       pg_get_viewdef(relation.oid) || coalesce(array_to_string(array(select unnest(reloptions) order by 1), ','), '') as text
     from pg_class relation join pg_namespace schema on schema.oid = relnamespace
     where relkind in ('v', 'm') and ${ownSchema('schema')} and ${notOfExtension('pg_class', 'relation.oid')}`,
  );
  const functions = await hashed(
    client,
    `select case prokind when 'p' then 'procedure ' when 'a' then 'aggregate ' else 'function ' end
         || quote_ident(nspname) || '.' || quote_ident(proname)
         || '(' || pg_get_function_identity_arguments(routine.oid) || ')' as key,
       case when prokind = 'a' then (
         select concat_ws(' ', pg_get_function_result(routine.oid), aggtransfn, aggfinalfn, aggcombinefn,
           aggtranstype::regtype, aggsortop, agginitval) from pg_aggregate where aggfnoid = routine.oid)
       else pg_get_functiondef(routine.oid) end as text
     from pg_proc routine join pg_namespace schema on schema.oid = pronamespace
     where ${ownSchema('schema')} and ${notOfExtension('pg_proc', 'routine.oid')}`,
  );
  return { facts: [...views, ...functions], notSeen: [] };
};

async function hashed(client: Client, query: string): Promise<readonly Fact[]> {
  const { rows } = await client.query<{ key: string; text: string | null }>(query);
  return rows.map(({ key, text }) => ({
    service: null,
    facet: 'schema',
    key: factKey(key),
    value: hashOf(text ?? ''),
  }));
}

/** Ends of lines and spaces before them are an editor's. */
function hashOf(text: string): string {
  const plain = text.replaceAll(/[ \t\r]+$/gm, '').trim();
  return `sha256 ${createHash('sha256').update(plain).digest('hex').slice(0, 16)}`;
}

export const ruleFacts: Part = (client): Promise<Seen> =>
  factsOf(
    client,
    'schema',
    `select 'table ' || quote_ident(nspname) || '.' || quote_ident(relname) || ':trigger ' || quote_ident(tgname) as key,
       to_jsonb(pg_get_triggerdef(fired.oid)
         || case tgenabled when 'D' then ' (disabled)' when 'R' then ' (on replicas)' when 'A' then ' (always)' else '' end)
         as value
     from pg_trigger fired join pg_class relation on relation.oid = tgrelid
       join pg_namespace schema on schema.oid = relnamespace
     where not tgisinternal and not relispartition and ${ownSchema('schema')}
       and ${notOfExtension('pg_class', 'relation.oid')}
     union all
     select 'table ' || quote_ident(nspname) || '.' || quote_ident(relname) || ':policy ' || quote_ident(polname),
       to_jsonb(concat_ws(' ',
         case when polpermissive then 'permissive' else 'restrictive' end,
         case polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete'
           else 'all' end,
         'to ' || array_to_string(array(
           select case granted when 0 then 'public' else pg_get_userbyid(granted) end
           from unnest(polroles) granted order by 1), ', '),
         'using (' || pg_get_expr(polqual, polrelid) || ')',
         'with check (' || pg_get_expr(polwithcheck, polrelid) || ')'))
     from pg_policy join pg_class relation on relation.oid = polrelid
       join pg_namespace schema on schema.oid = relnamespace
     where ${ownSchema('schema')} and ${notOfExtension('pg_class', 'relation.oid')}`,
  );
