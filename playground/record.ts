import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { pino } from 'pino';
import { openDatabase } from '../src/database/pool.ts';
import { isObject, parseObject, textOf, type JsonObject } from './json.ts';
import type { World } from './world.ts';

export interface ProvedRecord {
  /** Changes that are in the export and in the timeline, each the same. */
  readonly changes: number;
  readonly events: number;
  readonly decisions: number;
  readonly seals: number;
  /** What `ledger verify` prints of the row that was altered. */
  readonly altered: string;
}

const patience = 30_000;
const between = 500;
const year = 365 * 86_400_000;
/** What an export has and the timeline has not. */
const ofRecord: ReadonlySet<string> = new Set(['approvals', 'decisions', 'events']);

/**
 * What an auditor does with the record: compares its export with the timeline row by row, verifies the ledger, and
 * alters who made the bad deploy in the database, which the ledger has to name. The row is put back. Throws when
 * anything is other than it should be.
 */
export async function proveRecord(world: World): Promise<ProvedRecord> {
  const changes = await reconciled(world);
  const before = await sealed(world);
  const altered = await whileAltered(world, async (key) => {
    const { code, stdout } = await world.sincewhen('ledger', 'verify');
    const line = stdout.split('\n').find((each) => each.startsWith(`ALTERED event ${key}`));
    if (code !== 1 || line === undefined) throw new Error(`The ledger does not find an altered row:\n${stdout}`);
    return line;
  });
  const after = await verify(world);
  if (after['intact'] !== true) throw new Error('The ledger is not intact after the row was put back.');
  const { events, decisions, seals } = before;
  return { changes, events: Number(events), decisions: Number(decisions), seals: Number(seals), altered };
}

/** Jobs may still relate what was told last: looks until both say the same. */
async function reconciled(world: World): Promise<number> {
  const until = performance.now() + patience;
  for (;;) {
    const exported = await exportedRows(world);
    const shown = await shownRows(world);
    const index = exported.findIndex((row, place) => !isDeepStrictEqual(row, shown[place]));
    if (exported.length > 0 && index === -1 && exported.length === shown.length) return exported.length;
    if (performance.now() < until) {
      await delay(between);
      continue;
    }
    const [row = {}, other = {}] = index === -1 ? [shown[exported.length]] : [exported[index], shown[index]];
    const fields = Object.keys(row).filter((field) => !isDeepStrictEqual(row[field], other[field]));
    throw new Error(
      `The export has ${exported.length} changes and the timeline ${shown.length}. They part at change ` +
        `${textOf(row['id'])}, in ${fields.join(', ')}.`,
    );
  }
}

async function exportedRows({ sincewhen }: World): Promise<readonly JsonObject[]> {
  const { code, stdout, stderr } = await sincewhen('export', '--format', 'json');
  if (code !== 0) throw new Error(`The record is not exported: ${stderr}`);
  const rows: unknown = JSON.parse(stdout);
  return (Array.isArray(rows) ? rows.filter(isObject) : []).map((row) =>
    Object.fromEntries(Object.entries(row).filter(([field]) => !ofRecord.has(field))),
  );
}

/** Every page of the timeline, oldest first. */
async function shownRows(world: World): Promise<readonly JsonObject[]> {
  const headers = { authorization: `Bearer ${await world.token()}` };
  const since = encodeURIComponent(new Date(world.now.getTime() - year).toISOString());
  const rows: JsonObject[] = [];
  let cursor = '';
  for (;;) {
    const response = await fetch(`${world.service.url}/api/changes?since=${since}&limit=500${cursor}`, { headers });
    const answer = parseObject(await response.text());
    if (!response.ok || answer === undefined) throw new Error(`The timeline is answered with ${response.status}.`);
    const { changes, next } = answer;
    rows.push(...(Array.isArray(changes) ? changes.filter(isObject) : []));
    if (typeof next !== 'string') return rows.toReversed();
    cursor = `&cursor=${encodeURIComponent(next)}`;
  }
}

/** What was recorded by transactions that are over; the service itself does it every five minutes. */
async function sealed(world: World): Promise<JsonObject> {
  const until = performance.now() + patience;
  for (;;) {
    await world.sincewhen('ledger', 'seal');
    const verified = await verify(world);
    if (verified['intact'] !== true) throw new Error('The ledger is not intact, and nobody has altered anything.');
    const { unsealed } = verified;
    if (isObject(unsealed) && unsealed['events'] === 0) return verified;
    if (performance.now() > until) throw new Error('What was recorded is not sealed.');
    await delay(between);
  }
}

async function verify({ sincewhen }: World): Promise<JsonObject> {
  const { stdout, stderr } = await sincewhen('ledger', 'verify', '--json');
  const verified = parseObject(stdout);
  if (verified === undefined) throw new Error(`The ledger is not verified: ${stderr}`);
  return verified;
}

/** As somebody would who may do everything in the database, past every trigger. */
async function whileAltered<T>({ dataDirectory }: World, look: (key: string) => Promise<T>): Promise<T> {
  const log = pino({ enabled: false });
  await using database = await openDatabase({ url: undefined, dataDir: dataDirectory, size: 1, log });
  const { db } = database;
  const { rows } = await sql<{ key: string; event: unknown }>`
    select key, event from events
    where event -> 'statement' ->> 'kind' = 'deploy' and event -> 'statement' -> 'actor' ->> 'login' is not null
      and event -> 'statement' ->> 'to' like '%1.42.0'
    order by occurred_at, key limit 1
  `.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('Nobody is known to have made the bad deploy.');
  const set = (event: unknown) =>
    db.transaction().execute(async (trx) => {
      await sql`set local session_replication_role = replica`.execute(trx);
      await sql`update events set event = ${JSON.stringify(event)}::jsonb where key = ${row.key}`.execute(trx);
    });
  await set(withActor(row.event, 'somebody-else'));
  try {
    return await look(row.key);
  } finally {
    await set(row.event);
  }
}

function withActor(event: unknown, login: string): unknown {
  if (!isObject(event) || !isObject(event['statement']))
    throw new Error(`An event without a statement: ${textOf(event)}`);
  return { ...event, statement: { ...event['statement'], actor: { login } } };
}
