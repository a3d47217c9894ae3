import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { migrate } from '../../src/database/migrate.ts';
import { openDatabase } from '../../src/database/pool.ts';
import { migrateJobs } from '../../src/jobs/run.ts';
import { freshDatabase } from '../database.ts';
import type { Row } from '../table.ts';
import { type History, git, makeHistory, onMain, onStaging } from './history.ts';
import { measureLedger } from './ledger.ts';
import { memoryOfTree } from './process-tree.ts';

/**
 * On a repository of 10,000 commits that is made here: what reading all their fingerprints takes, verifying 1,000 commits
 * against a branch of 1,000, and judging one push; then the list with as many open backports. Beside it, git's own
 * patch ids of the same commits.
 */
export async function measureBackports(server: string): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sincewhen-bench-git-'));
  try {
    const url = await freshDatabase(server, 'bench_backports');
    await using database = await openDatabase({ url, dataDir: '', size: 4, log: pino({ enabled: false }) });
    await migrate(database.db);
    await migrateJobs(database.pool, pino({ enabled: false }));
    const history = await makeHistory(join(folder, 'origin', 'acme', 'large.git'));
    const bare = await patchIds(history);
    const [one] = (await git(history.gitDir, ['rev-list', '-1', 'staging'])).trim().split('\n');
    const verify = (target: string, commits: readonly string[]) =>
      verifyOnce({ gitDir: history.gitDir, target, commits, folder, url });
    const fingerprints = await verify('main', [one ?? '']);
    // What is on the branch is read once too; then only what is kept is needed.
    await verify('staging', history.asked.slice(0, 1));
    const many = await verify('staging', history.asked);
    const ledger = { db: database.db, gitDir: history.gitDir, folder };
    const label = `backports: ${onMain.toLocaleString('en')} commits`;
    return [
      { name: `${label}, fingerprints`, value: fingerprints.milliseconds / 1000, unit: 's', atMost: 180 },
      { name: `${label}, processor time of it`, value: fingerprints.processor, unit: 's' },
      { name: `${label}, git log -p | git patch-id`, value: bare / 1000, unit: 's' },
      { name: `${label}, times git's patch ids`, value: fingerprints.milliseconds / bare, unit: '×' },
      { name: `${label}, memory with git`, value: fingerprints.memory, unit: 'MB', atMost: 500 },
      {
        name: `backports: ${history.asked.length} queries, ${onStaging} commits on the branch`,
        value: many.milliseconds / 1000,
        unit: 's',
        atMost: 10,
      },
      { name: 'backports: of these found', value: many.found, unit: '', atLeast: 840 },
      ...(await measureLedger({ ...ledger, reference: 'staging', mirror: 'main', later: history.toMain })),
      ...(await measureLedger({ ...ledger, reference: 'main', mirror: 'staging', later: history.toStaging })),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function patchIds({ gitDir }: History): Promise<number> {
  const begun = performance.now();
  const log = spawn('git', ['-C', gitDir, 'log', '-p', 'main'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ids = spawn('git', ['patch-id', '--stable'], { stdio: [log.stdout, 'ignore', 'inherit'] });
  await once(ids, 'exit');
  return performance.now() - begun;
}

interface Once {
  readonly gitDir: string;
  readonly target: string;
  readonly commits: readonly string[];
  readonly folder: string;
  readonly url: string;
}

async function verifyOnce({ gitDir, target, commits, folder, url }: Once) {
  const script = join(import.meta.dirname, 'verify-once.ts');
  const args = [script, '--git-dir', gitDir, '--target', target, '--folder', folder, '--database', url];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let memory = 0;
  const watch = setInterval(() => (memory = Math.max(memory, memoryOfTree(child.pid ?? 0))), 20);
  child.stdin.end(`${commits.join('\n')}\n`);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (output += part));
  await once(child, 'close');
  clearInterval(watch);
  const said = JSON.parse(output) as { milliseconds: number; processor: number; found: number };
  return { ...said, memory };
}
