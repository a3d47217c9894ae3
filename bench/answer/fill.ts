import pg from 'pg';

const slice = 500_000;

interface Density {
  /** Changes an hour. A question reads its window: to compare histories, they must be equally dense. */
  readonly perHour: number;
  readonly services: number;
}

/**
 * Fills an empty, migrated timeline with `count` changes that end now: deploys, merges and configuration edits in three
 * environments, as recording would have left them.
 */
export async function fill(
  url: string,
  count: number,
  report: (done: number) => void,
  { perHour, services }: Density = { perHour: 60, services: 40 },
): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`set synchronous_commit = off; set maintenance_work_mem = '512MB'`);
  // Made anew at the end: that takes half as long as keeping them while rows come.
  const { rows: indexes } = await client.query<{ name: string; made: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as made from pg_index
     where indrelid = 'changes'::regclass and not indisprimary`,
  );
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  for (let done = 0; done < count; done += slice) {
    await client.query(insert, [done, Math.min(count, done + slice) - 1, perHour, services]);
    report(Math.min(count, done + slice));
  }
  for (const { made } of indexes) await client.query(made);
  await client.query(
    `insert into environments select name, now() from unnest(array['production', 'staging', 'test']) as name`,
  );
  await client.query(`insert into services select 'service-' || n, now() from generate_series(0, $1::int - 1) as n`, [
    services,
  ]);
  await client.query(
    `insert into repositories select 'acme/service-' || n, now() from generate_series(0, $1::int - 1) as n`,
    [services],
  );
  await client.query(`select setval('changes_id_seq', $1)`, [count + 1]);
  await client.query('vacuum analyze changes');
  await client.end();
}

const insert = `
with numbered as (
  select n, date_trunc('milliseconds', now() - make_interval(secs => n * 3600.0 / $3)) as at, n % $4 as service,
    (array['production', 'staging', 'test'])[1 + (n / $4) % 3] as environment,
    (array['deploy', 'merge', 'config'])[1 + (n / ($4 * 3)) % 3] as kind,
    lpad(to_hex(n), 40, '0') as sha
  from generate_series($1::bigint, $2::bigint) as n
), made as (
  select *, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as told,
    case kind when 'merge' then null else environment end as place
  from numbered
)
insert into changes (id, at, occurred_at, kind, status, environment, service, services, repository, commit, title, actors,
                     recorded_at, events)
select n + 1, at, at, kind, case kind when 'deploy' then 'succeeded' end, place, 'service-' || service,
  array['service-' || service], 'acme/service-' || service, sha, kind || ' of service-' || service, array['ada'], at,
  jsonb_build_array(jsonb_build_object(
    'statement', jsonb_strip_nulls(jsonb_build_object(
      'key', 'bench:' || n, 'source', 'github', 'occurredAt', told, 'clock', 'source',
      'phase', case kind when 'deploy' then 'succeeded' else 'happened' end, 'kind', kind,
      'title', kind || ' of service-' || service, 'environmentName', place, 'repository', 'acme/service-' || service,
      'to', left(sha, 7), 'commit', sha, 'actor', jsonb_build_object('login', 'ada'),
      'url', 'https://github.com/acme/service-' || service || '/commit/' || sha)),
    'identities', jsonb_build_array(jsonb_build_object('type', 'deployment', 'value', 'acme/service-' || service || '#' || n)),
    'mentions', jsonb_build_array(jsonb_build_object('type', 'commit', 'value', 'acme/service-' || service || '@' || sha))))
from made
`;
