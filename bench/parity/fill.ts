import pg from 'pg';

export const factsEach = 100_000;

/**
 * Two environments of as many facts each, as hourly snapshots of four collectors leave them behind: two in a hundred
 * differ, half of those since a week. A tenth of all facts have been something else before.
 */
export async function fillFacts(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const parts = `
    generate_series(0, ${factsEach - 1}) as n,
    lateral (select (array['npm', 'files', 'kubectl', 'postgresql'])[1 + n % 4] as collector,
                    (array['package', 'config', 'infrastructure', 'schema'])[1 + n % 4] as facet,
                    'service-' || n % 50 as service,
                    'values/' || n % 97 || '.yaml:SECTION_' || n % 13 || '_OPTION_' || n as key) as place`;
  const same = (value: string) => `substring(sha256((${value})::bytea) for 16)`;
  for (const environment of ['production', 'staging']) {
    const value =
      environment === 'staging' ? `case when n % 50 = 7 then 'other-' || n else 'value-' || n end` : `'value-' || n`;
    const moved = environment === 'staging' ? 'n % 100 = 7' : 'n % 10 = 3';
    await client.query(`
      insert into facts (environment, collector, service, facet, key, value, same, valid_from, after)
      select '${environment}', collector, service, facet, key, ${value}, ${same(value)},
        case when ${moved} then timestamptz '2026-11-13T10:00Z' + (n % 100) * interval '1 hour' else '2026-11-01T00:00Z' end,
        case when ${moved} then timestamptz '2026-11-13T09:00Z' + (n % 100) * interval '1 hour' end
      from ${parts}
    `);
    await client.query(`
      insert into facts (environment, collector, service, facet, key, value, same, valid_from, valid_to)
      select '${environment}', collector, service, facet, key, before, ${same('before')}, '2026-11-01T00:00Z',
        timestamptz '2026-11-13T10:00Z' + (n % 100) * interval '1 hour'
      from ${parts}, lateral (select case when '${environment}' = 'staging' then 'value-' || n else 'old-' || n end as before) as was
      where ${moved}
    `);
    await client.query(`
      insert into snapshots (environment, collector, collector_version, normaliser, taken_at, recorded_at, complete,
        not_seen, facts, changed, content)
      select '${environment}', collector, '1', 1, taken, taken, true, '{}', ${factsEach / 4}, 0, sha256(taken::text::bytea)
      from unnest(array['npm', 'files', 'kubectl', 'postgresql']) as collector,
        generate_series(timestamptz '2026-11-01T00:00Z', '2026-11-20T15:00Z', interval '1 hour') as taken
    `);
  }
  await client.query('vacuum (analyze) facts, snapshots');
  await client.end();
}
