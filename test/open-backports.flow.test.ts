import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBackportsOf } from '../src/incidents/open-backports.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await sql`
    insert into backports (state, service, reference, mirror, repository, pull_request, title, why, imported, opened_at,
      recorded_at, landed_at, live_at)
    select state, service, reference, 'staging', 'acme/' || service, number, 'Fix ' || number, 'is missing', false,
      timestamptz '2026-11-20T00:00Z' - number * interval '1 day', now(), now(), now()
    from (values ('open', 'checkout', 'production', 1), ('candidate', 'checkout', 'production', 3),
      ('not-evaluable', 'checkout', 'production', 2), ('live', 'checkout', 'production', 9),
      ('lapsed', 'checkout', 'production', 8), ('open', 'checkout', 'demo', 7), ('open', 'ledger', 'production', 5),
      ('open', 'search', 'production', 6)) as told (state, service, reference, number)
  `.execute(database.db);
});
afterAll(() => database.close());

it.each<[readonly string[], string | null, readonly (readonly [string, number, readonly number[]])[]]>([
  [['checkout'], 'production', [['checkout', 3, [3, 2]]]],
  [
    ['ledger', 'checkout', 'nobody'],
    'production',
    [
      ['checkout', 3, [3, 2]],
      ['ledger', 1, [5]],
    ],
  ],
  [['checkout'], null, [['checkout', 4, [7, 3]]]],
  [['checkout'], 'staging', []],
  [[], 'production', []],
])('of %j in %s there are %j', async (services, environment, expected) => {
  const found = await openBackportsOf(database.db, { services, environment });

  expect(
    found.map(({ service, count, oldest }) => [service, count, oldest.map(({ pullRequest }) => pullRequest)]),
  ).toEqual(expected);
});
