import pg from 'pg';
import { pino } from 'pino';
import { migrate } from '../../src/database/migrate.ts';
import { openDatabase } from '../../src/database/pool.ts';
import type { IntendedRule } from '../../src/domain/comparison/difference.ts';
import { covers } from '../../src/domain/comparison/covers.ts';
import { compareEnvironments } from '../../src/parity/compare.ts';
import { changesBetween } from '../../src/parity/explaining-changes.ts';
import { emptyCatalog } from '../../test/read-source.ts';
import { aRule } from '../../test/parity.ts';
import { freshDatabase } from '../database.ts';
import { type Row, median } from '../table.ts';
import { factsEach, fillFacts } from './fill.ts';

const rounds = 7;
const pair = { reference: 'production', mirror: 'staging' };
const at = new Date('2026-11-20T16:00:00Z');
const label = `parity: ${factsEach.toLocaleString('en')} facts each`;

/** Comparing two environments with all that is judged, beside the join alone that finds what differs in the same tables. */
export async function compareParity(server: string): Promise<readonly Row[]> {
  const url = await freshDatabase(server, 'bench_parity');
  await using database = await openDatabase({ url, dataDir: '', size: 4, log: pino({ enabled: false }) });
  const { db } = database;
  await migrate(db);
  await fillFacts(url);
  const context = { db, catalog: emptyCatalog, rules: rules(), ignored: [{ facet: 'config', key: '*_OPTION_1?' }] };
  const sources = {
    changesBetween: (window: Parameters<typeof changesBetween>[1], limit: number) =>
      changesBetween(context, window, limit),
    covers,
    versions: () => Promise.resolve([]),
    flags: () => Promise.resolve([]),
    dataRefreshedAt: () => Promise.resolve(null),
  };
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const tuned = new pg.Client({ connectionString: url });
  await tuned.connect();
  await tuned.query(`set work_mem = '64MB'; set jit = off`);
  const [joins, tunedJoins, comparisons]: [number[], number[], number[]] = [[], [], []];
  const before = process.memoryUsage().rss;
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
  let differences = 0;
  // The first round of each warms caches.
  for (let round = 0; round <= rounds; round += 1) {
    const join = await timed(() => client.query(bareJoin, [pair.reference, pair.mirror]));
    const tunedJoin = await timed(() => tuned.query(bareJoin, [pair.reference, pair.mirror]));
    const comparison = await timed(async () => {
      differences = (await compareEnvironments(context, { pair, service: null, at }, sources)).differences.length;
    });
    if (round === 0) continue;
    joins.push(join);
    tunedJoins.push(tunedJoin);
    comparisons.push(comparison);
  }
  clearInterval(watch);
  await client.end();
  await tuned.end();
  if (differences < 0.019 * factsEach) throw new Error(`only ${differences} differences were found`);
  const [bare, whole] = [median(joins), median(comparisons)];
  return [
    { name: `${label}, 500 rules, 2 % differ`, value: whole, unit: 'ms', atMost: 1000 },
    { name: 'parity: a bare full outer join of the same', value: bare, unit: 'ms' },
    { name: 'parity: times the bare join', value: whole / bare, unit: '×', atMost: 3 },
    { name: 'parity: times the bare join with the settings of ours', value: whole / median(tunedJoins), unit: '×' },
    { name: 'parity: memory that it adds', value: (peak - before) / 2 ** 20, unit: 'MB', atMost: 300 },
  ];
}

const bareJoin = `
  select * from (select * from facts where environment = $1 and valid_to is null) as r
  full join (select * from facts where environment = $2 and valid_to is null) as m
    on r.service = m.service and r.facet = m.facet and r.key = m.key
  where r.same is distinct from m.same
`;

/** As a large company may have them: exact keys, patterns, and some that speak of equal facts too. */
function rules(): readonly IntendedRule[] {
  return Array.from({ length: 500 }, (_, index) => {
    const exact = `values/${index % 97}.yaml:SECTION_${index % 13}_OPTION_${index * 100 + 7}`;
    const key = index % 2 === 0 ? exact : `values/*:SECTION_?_OPTION_${index}*`;
    const facet = ['package', 'config', 'infrastructure', 'schema'][index % 4] ?? 'config';
    return aRule({ id: `settings:${index}`, facet, key, must: index % 10 === 0 ? { is: 'differ' } : null });
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
