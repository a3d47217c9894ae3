import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { freshDatabase } from '../database.ts';
import { run } from '../service.ts';
import { type Row, median, percentile } from '../table.ts';
import type { Load, Loaded } from './load.ts';

const secret = 'bench-secret';
const connections = 64;

const subjects = {
  sincewhen: {
    script: 'src/main.ts',
    path: '/ingest/github',
    variables: { GITHUB_WEBHOOK_SECRET: secret, LOG_LEVEL: 'warn' },
  },
  bare: { script: 'bench/ingest/baseline-server.ts', path: '/', variables: { SECRET: secret, MODE: 'bare' } },
  naive: { script: 'bench/ingest/baseline-server.ts', path: '/', variables: { SECRET: secret, MODE: 'naive' } },
} as const;
type Subject = keyof typeof subjects;

interface Measured extends Loaded {
  readonly rate: number;
  readonly memory: number;
}

/**
 * Durable ingest of signed 7.7 kB pushes over 64 connections: ours against a server that only verifies, parses and
 * group-commits one row, and one that inserts a row per request. In turn, on one PostgreSQL, each with its own database.
 */
export async function compareIngest(
  server: string,
  options: { readonly rounds: number; readonly deliveries: number },
): Promise<readonly Row[]> {
  const measured: Record<Subject, Measured[]> = { sincewhen: [], bare: [], naive: [] };
  const databases = new Map<Subject, string>();
  for (const subject of Object.keys(subjects) as Subject[])
    databases.set(subject, await freshDatabase(server, `bench_${subject}`));
  for (let round = 0; round < options.rounds; round += 1) {
    for (const subject of Object.keys(subjects) as Subject[]) {
      const url = databases.get(subject) ?? server;
      measured[subject].push(await measure(subject, url, options.deliveries, round));
    }
  }
  const ours = measured.sincewhen;
  const rate = (subject: Subject) => median(measured[subject].map((each) => each.rate));
  const ratio = (subject: Subject) =>
    median(ours.map((each, round) => each.rate / (measured[subject][round]?.rate ?? Number.NaN)));
  const p99 = median(ours.map((each) => percentile(each.latencies, 99)));
  const memory = Math.max(...ours.map((each) => each.memory));
  const refused = ours.reduce((sum, each) => sum + each.refused, 0);
  return [
    { name: 'ingest: deliveries a second', value: rate('sincewhen'), unit: '/s' },
    { name: 'ingest: bare server, deliveries a second', value: rate('bare'), unit: '/s' },
    { name: 'ingest: one insert per request, deliveries a second', value: rate('naive'), unit: '/s' },
    { name: 'ingest: ratio to the bare server', value: ratio('bare'), unit: '', atLeast: 0.5 },
    { name: 'ingest: ratio to one insert per request', value: ratio('naive'), unit: '', atLeast: 1.4 },
    { name: 'ingest: p99', value: p99, unit: 'ms', atMost: 50 },
    // 250 MB.
    { name: 'ingest: resident memory at the end', value: memory, unit: 'MiB', atMost: 238 },
    { name: 'ingest: deliveries not answered 202', value: refused, unit: '', atMost: 0 },
  ];
}

async function measure(subject: Subject, url: string, deliveries: number, round: number): Promise<Measured> {
  const { script, path, variables } = subjects[subject];
  const service = await run(script, { ...variables, DATABASE_URL: url, PORT: '0' });
  try {
    // Not counted: until code is compiled and pages are cached, every server is slow.
    await load({ port: service.port, path, secret, connections, deliveries: deliveries / 5, run: round * 2 });
    const loaded = await load({ port: service.port, path, secret, connections, deliveries, run: round * 2 + 1 });
    return { ...loaded, rate: deliveries / loaded.seconds, memory: service.memory() };
  } finally {
    await service.stop();
  }
}

async function load(workerData: Load): Promise<Loaded> {
  const worker = new Worker(new URL('load.ts', import.meta.url), { workerData });
  const [loaded] = (await once(worker, 'message')) as [Loaded];
  await worker.terminate();
  return loaded;
}
