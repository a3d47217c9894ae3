import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { startEmbedded } from '../src/database/embedded.ts';
import { compareAnswers } from './answer/compare.ts';
import { measureDigest } from './digest/measure.ts';
import { compareIngest } from './ingest/compare.ts';
import { measureIncidents } from './incidents/measure.ts';
import { measureFlood } from './ingest/flood.ts';
import { measureLedger } from './ledger/measure.ts';
import { measureSnapshots } from './snapshots/measure.ts';
import { measureBackports } from './backports/measure.ts';
import { compareParity } from './parity/compare.ts';
import { compareSuspects } from './suspects/compare.ts';
import { type Row, isMet, printed } from './table.ts';

const { values } = parseArgs({
  options: {
    /** `ingest`, `flood`, `answer`, `suspects`, `incidents`, `snapshots`, `parity`, `backports`, `digest` or `ledger`; all when not given. */
    only: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    deliveries: { type: 'string', default: '20000' },
    /** Changes of a long history: when not given ten million, and of `digest` two hundred thousand, which takes a minute. */
    long: { type: 'string' },
    /** Of `ledger`. */
    events: { type: 'string', default: '200000' },
  },
});

const folder = await mkdtemp(join(tmpdir(), 'sincewhen-bench-'));
const database = await startEmbedded({ dataDir: folder, log: pino({ level: 'warn' }), temporary: false });
const long = Number(values.long ?? 10_000_000);
const report = (text: string) => process.stderr.write(`${text}\n`);
try {
  const rows: Row[] = [];
  if (values.only === undefined || values.only === 'ingest') {
    rows.push(
      ...(await compareIngest(database.url, { rounds: Number(values.rounds), deliveries: Number(values.deliveries) })),
    );
  }
  if (values.only === undefined || values.only === 'flood') {
    rows.push(...(await measureFlood(database.url)));
  }
  if (values.only === undefined || values.only === 'answer') {
    rows.push(...(await compareAnswers(database.url, { short: 10_000, long, report })));
  }
  if (values.only === undefined || values.only === 'suspects') rows.push(...compareSuspects());
  if (values.only === undefined || values.only === 'incidents') {
    rows.push(...(await measureIncidents(database.url, { changes: long, report })));
  }
  if (values.only === undefined || values.only === 'snapshots') rows.push(...(await measureSnapshots(database.url)));
  if (values.only === undefined || values.only === 'parity') rows.push(...(await compareParity(database.url)));
  if (values.only === undefined || values.only === 'backports') rows.push(...(await measureBackports(database.url)));
  if (values.only === undefined || values.only === 'digest') {
    rows.push(...(await measureDigest(database.url, { changes: Number(values.long ?? 200_000), report })));
  }
  if (values.only === undefined || values.only === 'ledger') {
    rows.push(...(await measureLedger(database.url, { events: Number(values.events), report })));
  }
  process.stdout.write(`${printed(rows)}\n`);
  const results = { measuredAt: new Date().toISOString(), rows: rows.map((row) => ({ ...row, met: isMet(row) })) };
  await writeFile(join(import.meta.dirname, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  process.exitCode = rows.every(isMet) ? 0 : 1;
} finally {
  await database.stop();
  await rm(folder, { recursive: true, force: true });
}
