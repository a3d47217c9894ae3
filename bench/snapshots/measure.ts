import { type Kysely, sql } from 'kysely';
import { pino } from 'pino';
import { migrate } from '../../src/database/migrate.ts';
import { openDatabase } from '../../src/database/pool.ts';
import type { Schema } from '../../src/database/schema.ts';
import { createToken } from '../../src/timeline/tokens.ts';
import { freshDatabase } from '../database.ts';
import { run } from '../service.ts';
import { type Row, median } from '../table.ts';

const count = 100_000;
const changed = 100;
const rounds = 5;
const services = 50;

/**
 * The whole service is sent snapshots of a large environment, in which a thousandth changed each time; beside it, what a
 * bare `insert` of the same rows takes, which is what keeping every snapshot whole would cost.
 */
export async function measureSnapshots(server: string): Promise<readonly Row[]> {
  const url = await freshDatabase(server, 'bench_snapshots');
  const database = await openDatabase({ url, dataDir: '', size: 2, log: pino({ enabled: false }) });
  const { db } = database;
  try {
    await migrate(db);
    const { token } = await createToken(db, { name: 'bench', scopes: ['ingest'], now: new Date() });
    const service = await run('src/main.ts', {
      DATABASE_URL: url,
      PORT: '0',
      LOG_LEVEL: 'info',
      HMAC_KEY: 'bench-key',
    });
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, service.memory())), 20);
    try {
      const send = (round: number) => {
        const body = bodyOf(round);
        return timed(() => post(service.port, token, body));
      };
      const first = await send(0);
      const before = await sizeOf(db);
      const times: number[] = [];
      for (let round = 1; round <= rounds; round += 1) times.push(await send(round));
      const after = await sizeOf(db);
      const same = await send(rounds);
      const bare = await bareInsert(db);
      const what = `${count.toLocaleString('en')} facts`;
      return [
        {
          name: `snapshots: storing ${what} of which ${changed} changed`,
          value: Math.max(...times),
          unit: 'ms',
          atMost: 2000,
        },
        { name: 'snapshots: the same, median', value: median(times), unit: 'ms' },
        { name: 'snapshots: storing the first, where all are new', value: first, unit: 'ms' },
        { name: 'snapshots: storing the last again, where nothing changed', value: same, unit: 'ms' },
        { name: 'snapshots: a bare insert of as many rows', value: bare.milliseconds, unit: 'ms' },
        { name: 'snapshots: rows added by one', value: (after.rows - before.rows) / rounds, unit: '', atMost: changed },
        {
          name: 'snapshots: bytes added by one',
          value: (after.bytes - before.bytes) / rounds / 1024,
          unit: 'KiB',
          atMost: 512,
        },
        { name: 'snapshots: bytes of a bare insert', value: bare.bytes / 1024, unit: 'KiB' },
        // 300 MB.
        { name: 'snapshots: resident memory at most', value: most, unit: 'MiB', atMost: 286 },
      ];
    } finally {
      clearInterval(watch);
      await service.stop();
    }
  } finally {
    await database.stop();
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

async function post(port: number, token: string, body: string): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/snapshots`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body,
  });
  if (answer.status !== 202) throw new Error(`a snapshot was answered ${answer.status}: ${await answer.text()}`);
  await answer.arrayBuffer();
}

function bodyOf(round: number): string {
  return JSON.stringify({
    environment: 'production',
    collector: 'bench',
    taken_at: new Date(Date.now() - (rounds - round) * 60_000).toISOString(),
    complete: true,
    facts: factsOf(round),
  });
}

/** Each round another hundred have another value. */
function factsOf(round: number) {
  return Array.from({ length: count }, (_, index) => {
    const times = Math.floor(index / changed) < round ? 1 : 0;
    return {
      service: `service-${index % services}`,
      facet: index % 3 === 0 ? 'env' : 'config',
      key: `config/application-${index % 40}.yaml:section.setting_${index}`,
      value: `value ${index} of a usual length, ${times}`,
    };
  });
}

/** Of facts with their indexes, as large as they are on disk. */
async function sizeOf(db: Kysely<Schema>): Promise<{ readonly rows: number; readonly bytes: number }> {
  const { rows } = await sql<{ rows: string; bytes: string }>`
    select (select count(*) from facts) as rows,
      pg_total_relation_size('facts') + pg_total_relation_size('snapshots') as bytes
  `.execute(db);
  return { rows: Number(rows[0]?.rows), bytes: Number(rows[0]?.bytes) };
}

async function bareInsert(db: Kysely<Schema>): Promise<{ readonly milliseconds: number; readonly bytes: number }> {
  await sql`create table bare (like facts including all)`.execute(db);
  const rows = factsOf(0);
  const milliseconds = await timed(async () => {
    await sql`
      insert into bare (environment, collector, service, facet, key, value, same, valid_from)
      select 'production', 'bench', service, facet, key, value, decode(md5(value), 'hex'), now()
      from json_to_recordset(${JSON.stringify(rows)}::json) as given (service text, facet text, key text, value text)
    `.execute(db);
  });
  const { rows: sizes } = await sql<{ bytes: string }>`select pg_total_relation_size('bare') as bytes`.execute(db);
  return { milliseconds, bytes: Number(sizes[0]?.bytes) };
}
