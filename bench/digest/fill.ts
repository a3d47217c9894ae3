import pg from 'pg';
import { pino } from 'pino';
import { migrate } from '../../src/database/migrate.ts';
import { openDatabase } from '../../src/database/pool.ts';
import { fill } from '../answer/fill.ts';
import { fillFacts } from '../parity/fill.ts';

export const services = 200;
/** Ten million of them are a year. */
const perHour = 1200;
/** What the person whose Home tab is looked at has merged lately. */
const ownChanges = 300;
/** Of the services whose deploys stand in one line of the filling, the same comes again after so many changes. */
const again = services * 9;

/** A timeline of so many changes, and what a digest and a Home tab read beside it. */
export async function fillDigestWorld(url: string, changes: number, report: (text: string) => void): Promise<void> {
  {
    await using database = await openDatabase({ url, dataDir: '', size: 1, log: pino({ enabled: false }) });
    await migrate(database.db);
  }
  await fill(url, changes, (done) => report(`filled ${done.toLocaleString('en')} changes`), { perHour, services });
  await fillBeside(url);
  report('filled the rest');
}

async function fillBeside(url: string): Promise<void> {
  await fillFacts(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('set synchronous_commit = off');
  for (const statement of [relations, merges, backports, scores]) await client.query(statement);
  await client.query('vacuum analyze changes');
  await client.query('analyze mentions, backports, snapshots, parity_scores');
  await client.end();
}

/** What deploys of the last weeks carried, as it is known after the history was read; one in fifty a revert. */
const relations = `
update changes set relation = jsonb_build_object('previousId', (id + ${again})::text, 'from', null, 'previousCommit', null,
  'rollback', false, 'carried', jsonb_build_object('by', 'git', 'total', 3, 'direction', 'forward', 'lost', 0,
    'pullRequests', '[]'::jsonb, 'firstAuthoredAt', to_char((at - interval '1 day') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'commits', (select jsonb_agg(jsonb_build_object('sha', lpad(to_hex(id * 4 + place), 40, 'a'), 'author', jsonb_build_object('login', 'ada'), 'title',
      case when id % 50 = 0 and place = 1 then 'Revert "Retry calls ' || id + 2 * ${again} || ' (#812)"' else 'Retry calls ' || id || ' (#812)' end))
      from generate_series(1, 3) as place)))
where kind = 'deploy' and at > now() - interval '15 days'
`;

/** Of one person, in ten services that are theirs, each of which deploys brought to staging and to production. */
const merges = `
with mine as (
  insert into changes (at, occurred_at, kind, environment, service, services, repository, commit, title, actors, recorded_at,
    events)
  select at, at, 'merge', null, service, array[service], 'acme/' || service, sha, 'Mend ' || n, array['grace-h'], at,
    jsonb_build_array(jsonb_build_object(
      'statement', jsonb_build_object('key', 'bench:own:' || n, 'source', 'github', 'occurredAt',
        to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'clock', 'source', 'phase', 'happened', 'kind',
        'merge', 'title', 'Mend ' || n, 'repository', 'acme/' || service, 'commit', sha, 'actor',
        jsonb_build_object('login', 'grace-h')),
      'identities', '[]'::jsonb, 'mentions', '[]'::jsonb))
  from generate_series(1, ${ownChanges}) as n,
    lateral (select date_trunc('milliseconds', now() - n * interval '45 minutes') as at, 'service-' || n % 10 as service,
      lpad(to_hex(n), 40, 'c') as sha) as made
  returning id, at, service, repository, commit
)
insert into mentions (type, value, change_id)
select 'commit', repository || '@' || commit, brought.id
from mine, unnest(array['staging', 'production']) as place, lateral (
  select changes.id from changes
  where changes.service = mine.service and environment = place and kind in ('deploy', 'rollback') and changes.at > mine.at
  order by changes.at limit 1
) as brought
`;

const backports = `
insert into backports (state, service, reference, mirror, repository, title, why, imported, opened_at, recorded_at,
  landed_at, live_at)
select case when n % 5 = 0 then 'open' else 'live' end, 'service-' || n % ${services}, 'production', 'staging',
  'acme/one', 'Fix ' || n, 'it is not there', false, opened, opened,
  case when n % 5 <> 0 then opened + interval '3 days' end, case when n % 5 <> 0 then opened + interval '4 days' end
from generate_series(1, 5000) as n, lateral (select now() - n * interval '1 hour' as opened) as moment
`;

const scores = `
update snapshots set taken_at = taken_at + (now() - '2026-11-20T15:30Z'), recorded_at = now();
insert into parity_scores (reference, mirror, day, compared_at, score, coverage, facts, equal, counts)
select 'production', 'staging', current_date - n, now(), 90 + n % 7, 88, 1000, 900, '{"unexplained": 5}'
from generate_series(0, 90) as n
`;
