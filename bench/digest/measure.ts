import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { pino } from 'pino';
import { readSettings } from '../../src/config/settings.ts';
import { migrate } from '../../src/database/migrate.ts';
import { openDatabase } from '../../src/database/pool.ts';
import type { Schema } from '../../src/database/schema.ts';
import { gatherFacts } from '../../src/digest/gather.ts';
import { composeDigest } from '../../src/domain/digest/compose.ts';
import { renderDetails } from '../../src/slack/messages/digest-details.ts';
import { renderDigest } from '../../src/slack/messages/digest.ts';
import { digestSources } from '../../src/start/digest.ts';
import { emptyCatalog } from '../../test/read-source.ts';
import { fill } from '../answer/fill.ts';
import { freshDatabase } from '../database.ts';
import { fillFacts } from '../parity/fill.ts';
import { type Row, median } from '../table.ts';

const rounds = 5;
const services = 200;
const channels = 50;

/** One digest of everything, and those of fifty channels from the same facts, over a long history. */
export async function measureDigest(
  server: string,
  { changes, report }: { readonly changes: number; readonly report: (text: string) => void },
): Promise<readonly Row[]> {
  const url = await freshDatabase(server, 'bench_digest');
  await using database = await openDatabase({ url, dataDir: '', size: 4, log: pino({ enabled: false }) });
  const { db } = database;
  await migrate(db);
  await fill(url, changes, (done) => report(`filled ${done.toLocaleString('en')} changes`));
  await fillFacts(url);
  await fillRest(db);
  const read = readSettings('{}');
  if (read.outcome === 'invalid') throw new Error(read.problems.join('\n'));
  const sources = digestSources({ db, configuration: { settings: read.settings, catalog: emptyCatalog }, git: null });
  const [whole, fifty]: [number[], number[]] = [[], []];
  // The first round warms caches.
  for (let round = 0; round <= rounds; round += 1) {
    const at = new Date();
    const begun = performance.now();
    const facts = await gatherFacts({ db, sources }, at);
    show(facts, null, at);
    const first = performance.now();
    for (let channel = 0; channel < channels; channel += 1) {
      const own = Array.from({ length: services / channels }, (_, index) => `service-${channel + index * channels}`);
      show(facts, own, at);
    }
    if (round === 0) {
      const [pair] = facts.pairs;
      if (pair === undefined || pair.versions.size < services || pair.report.differences.length < 1000)
        throw new Error(`the digest saw ${pair?.versions.size ?? 0} services only`);
      continue;
    }
    whole.push(first - begun);
    fifty.push(performance.now() - first);
  }
  const history = `${changes.toLocaleString('en')} changes, ${services} services`;
  return [
    { name: `digest: computed and drawn, ${history}`, value: median(whole), unit: 'ms', atMost: 2000 },
    {
      name: `digest: those of ${channels} channels more, of the same facts`,
      value: median(fifty),
      unit: 'ms',
      atMost: 2000,
    },
  ];
}

function show(facts: Parameters<typeof composeDigest>[0], own: readonly string[] | null, at: Date): void {
  const scope = { services: own === null ? null : new Set(own), restricted: new Set<string>() };
  const { digest } = composeDigest(facts, { scope, dueAt: at, previous: null });
  renderDigest(digest, { chart: { as: 'native' }, week: '2026-W48', mute: null });
  renderDetails(digest);
}

/** Services that are deployed now and then, backports of a year, and snapshots that are not of last week. */
async function fillRest(db: Kysely<Schema>): Promise<void> {
  await sql`
    insert into services select 'service-' || n, now() from generate_series(40, ${sql.lit(services - 1)}) as n;
    insert into changes (at, occurred_at, kind, status, environment, service, services, repository, commit, title, actors,
      recorded_at, events)
    select at, at, 'deploy', 'succeeded', environment, 'service-' || service, array['service-' || service],
      'acme/service-' || service, lpad(to_hex(n), 40, '0'), 'deploy', '{}', at,
      jsonb_build_array(jsonb_build_object('statement', jsonb_build_object('key', 'bench:' || service || ':' || n, 'source',
        'github', 'occurredAt', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'clock', 'source', 'phase',
        'succeeded', 'kind', 'deploy', 'title', 'deploy', 'to', '1.' || n || '.0'), 'identities', '[]'::jsonb, 'mentions',
        '[]'::jsonb))
    from generate_series(40, ${sql.lit(services - 1)}) as service, generate_series(1, 60) as n,
      unnest(array['production', 'staging']) as environment,
      lateral (select now() - n * interval '1 day' as at) as moment;
    insert into backports (state, service, reference, mirror, repository, title, why, imported, opened_at, recorded_at,
      landed_at, live_at)
    select case when n % 5 = 0 then 'open' else 'live' end, 'service-' || n % ${sql.lit(services)}, 'production', 'staging',
      'acme/one', 'Fix ' || n, 'it is not there', false, opened, opened,
      case when n % 5 <> 0 then opened + interval '3 days' end, case when n % 5 <> 0 then opened + interval '4 days' end
    from generate_series(1, 5000) as n, lateral (select now() - n * interval '1 hour' as opened) as moment;
    update snapshots set taken_at = taken_at + (now() - '2026-11-20T15:30Z'), recorded_at = now();
    insert into parity_scores (reference, mirror, day, compared_at, score, coverage, facts, equal, counts)
    select 'production', 'staging', current_date - n, now(), 90 + n % 7, 88, 1000, 900, '{"unexplained": 5}'
    from generate_series(0, 90) as n;
    analyze services, backports, snapshots, parity_scores;
  `.execute(db);
}
