import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { migrate } from '../../src/database/migrate.ts';
import { openDatabase } from '../../src/database/pool.ts';
import { memoryOfTree } from '../backports/process-tree.ts';
import { freshDatabase } from '../database.ts';
import type { Row } from '../table.ts';

const slice = 250_000;
/** What group commit makes of a busy hour. */
const inTransaction = 50;

/** `sincewhen ledger seal` and `verify` over so many events, beside hashing each of them once in the server. */
export async function measureLedger(
  server: string,
  { events, report }: { readonly events: number; readonly report: (text: string) => void },
): Promise<readonly Row[]> {
  const url = await freshDatabase(server, 'bench_ledger');
  await fillEvents(url, events, report);
  const bare = await hashAll(url, events);
  const seal = await command(url, 'seal');
  const verify = await command(url, 'verify');
  const [sealed, verified] = [seal.said as { rows: number }, verify.said as { intact: boolean; events: number }];
  if (sealed.rows !== events || !verified.intact || verified.events !== events) {
    throw new Error(`not all was sealed and verified: ${JSON.stringify([seal.said, verify.said]).slice(0, 500)}`);
  }
  const millions = events / 1_000_000;
  const label = `${events.toLocaleString('en')} events`;
  return [
    { name: `ledger: ${label} read and hashed once in the server, per million`, value: bare / millions, unit: 's' },
    { name: 'ledger: sealed, per million', value: seal.seconds / millions, unit: 's' },
    { name: 'ledger: ratio of sealing to hashing', value: seal.seconds / bare, unit: '' },
    { name: 'ledger: memory of sealing', value: seal.memory, unit: 'MB', atMost: 250 },
    { name: 'ledger: verified, per million', value: verify.seconds / millions, unit: 's' },
    { name: 'ledger: ratio of verifying to hashing', value: verify.seconds / bare, unit: '' },
    { name: 'ledger: memory of verifying', value: verify.memory, unit: 'MB', atMost: 250 },
  ];
}

/** As recording leaves them behind, fifty in a transaction, over the last twenty days. */
async function fillEvents(url: string, count: number, report: (text: string) => void): Promise<void> {
  {
    await using database = await openDatabase({ url, dataDir: '', size: 1, log: pino({ enabled: false }) });
    await migrate(database.db);
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('set synchronous_commit = off');
  for (let done = 0; done < count; done += slice) {
    const to = Math.min(count, done + slice);
    await client.query(insert, [done, to - 1, count, inTransaction]);
    report(`filled ${to.toLocaleString('en')} events`);
  }
  // Their transactions are numbered as those of a server that has seen so many.
  await client.query('update ledger_state set txid_offset = $1', [Math.ceil(count / inTransaction) + 2]);
  await client.query('vacuum analyze events');
  await client.end();
}

const insert = `
insert into events (occurred_at, key, recorded_at, delivery_id, source, event, txid)
select at, 'github:bench:' || n, at + interval '1 second', gen_random_uuid(), 'github', jsonb_build_object(
  'statement', jsonb_build_object('key', 'github:bench:' || n, 'source', 'github', 'occurredAt', at, 'clock', 'source',
    'phase', 'succeeded', 'kind', 'deploy', 'title', 'deploy of service-' || n % 200, 'environmentName', 'production',
    'repository', 'acme/service-' || n % 200, 'to', lpad(to_hex(n), 7, '0'), 'commit', lpad(to_hex(n), 40, '0'),
    'actor', jsonb_build_object('login', 'ada'), 'url', 'https://github.com/acme/service/commit/' || n),
  'identities', jsonb_build_array(jsonb_build_object('type', 'deployment', 'value', 'acme/service-' || n % 200 || '#' || n)),
  'mentions', jsonb_build_array(jsonb_build_object('type', 'commit', 'value', 'acme/service@' || lpad(to_hex(n), 40, '0')))),
  1 + n / $4::bigint
from generate_series($1::bigint, $2::bigint) as n,
  lateral (select now() - interval '20 days' * (1 - n::double precision / $3::double precision) as at) as moment
`;

/** Seconds of the least that proving anything of each row takes. */
async function hashAll(url: string, events: number): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const begun = performance.now();
  const { rows } = await client.query<{ count: number }>(
    `select count(sha256(convert_to(event::text, 'UTF8')))::int as count from events`,
  );
  const seconds = (performance.now() - begun) / 1000;
  await client.end();
  if (rows[0]?.count !== events) throw new Error(`there are ${rows[0]?.count ?? 0} events`);
  return seconds;
}

async function command(url: string, name: 'seal' | 'verify') {
  const begun = performance.now();
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../src/cli/main.ts'), 'ledger', name, '--json'],
    {
      env: { PATH: process.env['PATH'], DATABASE_URL: url },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let memory = 0;
  const watching = setInterval(() => {
    memory = Math.max(memory, memoryOfTree(child.pid ?? 0));
  }, 50);
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    printed += part;
  });
  await once(child, 'close');
  clearInterval(watching);
  return { seconds: (performance.now() - begun) / 1000, memory, said: JSON.parse(printed) as unknown };
}
