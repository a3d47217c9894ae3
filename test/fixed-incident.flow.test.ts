import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { listBackports } from '../src/backports/list.ts';
import type { Verdict } from '../src/domain/incidents/incident.ts';
import { type TestDatabase, createTestDatabase, emptyTables } from './database.ts';
import { type NagWorld, startNags } from './nags.ts';

const began = new Date('2026-11-20T14:00Z');
const over = new Date('2026-11-20T15:00Z');
let database: TestDatabase;
let world: NagWorld;
let own: string;
let other: string;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await emptyTables(database.db, 'incidents, incident_entries, changes');
  world = await startNags(database);
  [own, other] = [await change(), await change()];
});

async function change(): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into changes (at, occurred_at, kind, services, title, actors, recorded_at, events)
    values (${began}, ${began}, 'deploy', '{}', 'A deploy', '{}', ${began}, '[]') returning id
  `.execute(database.db);
  return rows[0]?.id ?? '';
}

async function incident(resolvedAt: Date | null = null, mergedInto: string | null = null): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into incidents (title, symptom, severity, services, started_at, opened_at, resolved_at, merged_into)
    values ('Checkout errors', '', 'error', '{}', ${began}, ${began}, ${resolvedAt}, ${mergedInto}) returning id
  `.execute(database.db);
  return rows[0]?.id ?? '';
}

async function say(incidentId: string, changeId: string, verdict: Verdict) {
  await sql`
    insert into incident_entries (incident_id, at, recorded_at, kind, text, change_id, verdict)
    values (${incidentId}, ${began}, ${began}, 'verdict', '', ${changeId}, ${verdict})
  `.execute(database.db);
}

async function isFixedBy(incidentId: string | null): Promise<boolean | undefined> {
  const id = await world.open({ incident_id: incidentId, change_id: own });
  const [backport] = await listBackports(database.db, { ids: [id], limit: 1 });
  return backport?.fixedIncident;
}

type Said = readonly (readonly ['own' | 'other', Verdict])[];

it.each<[string, boolean, Said, boolean]>([
  ['is open and nobody said anything', false, [], false],
  ['is open and people call it the fix', false, [['own', 'fixed']], true],
  ['is open and people call another the fix', false, [['other', 'fixed']], false],
  ['is over', true, [], true],
  ['is over and has a cause', true, [['other', 'caused']], true],
  ['is over and people call it the fix', true, [['own', 'fixed']], true],
  [
    'is over and people call both the fix',
    true,
    [
      ['own', 'fixed'],
      ['other', 'fixed'],
    ],
    true,
  ],
  ['is over and people call another the fix', true, [['other', 'fixed']], false],
  ['is over and people say that it has nothing to do with it', true, [['own', 'dismissed']], false],
  ['is over and was caused by it', true, [['own', 'caused']], false],
  [
    'is open and people no longer call it the fix',
    false,
    [
      ['own', 'fixed'],
      ['own', 'dismissed'],
    ],
    false,
  ],
])('of an incident that %s', async (_, isOver, said, expected) => {
  const id = await incident(isOver ? over : null);
  for (const [which, verdict] of said) await say(id, which === 'own' ? own : other, verdict);

  expect(await isFixedBy(id)).toBe(expected);
});

it('what was joined is over with the incident that it is part of, and what is said there counts', async () => {
  const whole = await incident();
  const part = await incident(over, whole);
  expect(await isFixedBy(part)).toBe(false);
  await say(whole, own, 'fixed');

  expect([await isFixedBy(part), await isFixedBy(null)]).toEqual([true, false]);
});
