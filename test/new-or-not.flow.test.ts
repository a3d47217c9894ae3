import fc from 'fast-check';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Schema } from '../src/database/schema.ts';
import { isRelated } from '../src/deploys/enqueue-relations.ts';
import type { Catalog } from '../src/domain/catalog.ts';
import type { Phase, TimelineEvent } from '../src/domain/event.ts';
import { repetitionOf } from '../src/domain/repetition.ts';
import { newsRecorder } from '../src/timeline/record-new.ts';
import { type Recorded, type Recording, record } from '../src/timeline/record.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';
import { delivered, now, said } from './recordings.ts';
import { tablesOf } from './tables.ts';

const catalog: Catalog = { environments: new Map([['prod', 'production']]), services: [], configPaths: [] };
let together: TestDatabase;
let ahead: TestDatabase;

beforeAll(async () => {
  [together, ahead] = await Promise.all([createTestDatabase(), createTestDatabase()]);
});
afterAll(() => Promise.all([together.close(), ahead.close()]));

function recordTogether(db: Kysely<Schema>, recordings: readonly Recording[]): Promise<readonly Recorded[]> {
  return db.transaction().execute(async (trx) => (await record(trx, recordings, { catalog, now })).recorded);
}

/** As ingest does: ahead what is wholly new, the rest together. */
function recorderAhead(db: Kysely<Schema>, count: (ahead: number) => void) {
  const recordNew = newsRecorder({ db, catalog, now: () => now, reacts: isRelated });
  return async (recordings: readonly Recording[]): Promise<readonly Recorded[]> => {
    const written = await recordNew(recordings);
    const left = recordings.filter((_, index) => written[index] === null);
    count(recordings.length - left.length);
    const rest = left.length === 0 ? [] : await recordTogether(db, left);
    return recordings.map((recording, index) => written[index] ?? nth(rest, left.indexOf(recording)));
  };
}

function nth(rest: readonly Recorded[], index: number): Recorded {
  const recorded = rest[index];
  if (recorded === undefined) throw new Error('a recording that was not answered');
  return recorded;
}

const small = fc.nat({ max: 7 });
const event = fc.record({
  commits: fc.uniqueArray(small, { minLength: 1, maxLength: 2 }),
  kind: fc.constantFrom('merge', 'config', 'flag', 'deploy'),
  phase: fc.constantFrom<Phase>('happened', 'happened', 'mentioned', 'started', 'succeeded'),
  service: fc.constantFrom(undefined, 'shop', 'ledger'),
  repeated: fc.integer({ min: 0, max: 9 }),
});
const delivery = fc.record({
  key: fc.option(small),
  told: fc.array(small, { maxLength: 3 }),
  outcome: fc.constantFrom('recorded', 'recorded', 'recorded', 'ignored', 'failed'),
  signalled: fc.integer({ min: 0, max: 9 }),
});
/** What happens, and what deliveries tell of it. A statement that is told twice says the same both times. */
const drawn = fc.record({
  events: fc.array(event, { minLength: 8, maxLength: 8 }),
  batches: fc.array(fc.array(delivery, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }),
});
type Arbitrary<T> = T extends fc.Arbitrary<infer U> ? U : never;

function eventOf(run: number, n: number, { commits, kind, phase, service, repeated }: Arbitrary<typeof event>) {
  const identities =
    repeated === 0
      ? [repetitionOf(`run-${run}`, [String(n % 2)], '2026-11-20T14:00:00.000Z')]
      : commits.map((sha) => ({ type: 'commit', value: `acme/checkout@${run}-${sha}` }));
  const name = service === undefined ? {} : { serviceName: `${service}-${run}` };
  return said(`${run}-${n}`, identities, { kind, phase, environmentName: 'prod', ...name });
}

function recordingOf(
  run: number,
  events: readonly TimelineEvent[],
  { key, told, outcome, signalled }: Arbitrary<typeof delivery>,
): Recording {
  const error = outcome === 'failed' ? 'no JSON' : null;
  const recording = delivered([], key === null ? null : `${run}-${key}`, { outcome, error });
  if (outcome !== 'recorded') return recording;
  const about = { source: 'github', subject: `${run}`, occurredAt: now.toISOString(), clock: 'source' } as const;
  return {
    ...recording,
    events: told.flatMap((n) => events[n] ?? []),
    signals: signalled === 0 ? [{ key: `${run}`, ...about }] : [],
  };
}

/** Each change by its first event, for the numbers differ. */
async function withNames(db: Kysely<Schema>, recorded: readonly Recorded[]) {
  const rows = await db.selectFrom('changes').select(['id', 'merged_into', 'events']).execute();
  const changes = new Map(rows.map((row) => [row.id, row]));
  const nameOf = (id: string): string | undefined => {
    const row = changes.get(id);
    return row?.merged_into ? nameOf(row.merged_into) : row?.events[0]?.statement.key;
  };
  return recorded.map((each) => ({ ...each, changeIds: each.changeIds.map(nameOf) }));
}

it('recording what is new ahead leaves and answers the same as recording all together', async () => {
  let run = 0;
  let written = 0;
  const recordAhead = recorderAhead(ahead.db, (count) => {
    written += count;
  });
  await fc.assert(
    fc.asyncProperty(drawn, async ({ events, batches }) => {
      run += 1;
      const said = events.map((each, n) => eventOf(run, n, each));
      const recordings = batches.map((batch) => batch.map((each) => recordingOf(run, said, each)));
      const [one, two]: Recorded[][] = [[], []];
      for (const batch of recordings) {
        one?.push(...(await recordTogether(together.db, batch)));
        two?.push(...(await recordAhead(batch)));
      }

      expect(await withNames(ahead.db, two ?? [])).toEqual(await withNames(together.db, one ?? []));
      expect(await tablesOf(ahead.db)).toEqual(await tablesOf(together.db));
    }),
    { numRuns: 60 },
  );

  expect(written).toBeGreaterThan(60);
  const { rows } = await sql`
    select event from changes cross join jsonb_array_elements(changes.events) as event
    where not exists (
      select from events where events.event = event.value and key = event.value -> 'statement' ->> 'key'
    )
  `.execute(ahead.db);
  expect(rows).toEqual([]);
}, 120_000);
