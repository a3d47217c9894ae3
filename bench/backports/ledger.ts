import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Kysely, sql } from 'kysely';
import { enqueueStale } from '../../src/backports/jobs.ts';
import { listBackports } from '../../src/backports/list.ts';
import { openBackports } from '../../src/backports/open.ts';
import type { BackportDependencies } from '../../src/backports/place.ts';
import { settleBackports } from '../../src/backports/settle.ts';
import type { Schema } from '../../src/database/schema.ts';
import type { Statement } from '../../src/domain/event.ts';
import { record } from '../../src/timeline/record.ts';
import { emptyCatalog } from '../../test/read-source.ts';
import { type Row, median } from '../table.ts';
import { processorSeconds } from './process-tree.ts';
import { type Later, git, later } from './history.ts';

const repository = 'acme/large';
const rounds = later - 1;

interface Options {
  readonly db: Kysely<Schema>;
  readonly gitDir: string;
  readonly folder: string;
  /** The branch that production runs, and the one that staging does. */
  readonly reference: string;
  readonly mirror: string;
  readonly later: Later;
}

/** What judging a push takes, and listing and tending, where the branch of staging lacks much of production's. */
export async function measureLedger(options: Options): Promise<readonly Row[]> {
  const { db, gitDir, folder, reference, mirror } = options;
  await sql`truncate changes, identities, mentions, delivery_keys, backports, backport_commits, backport_runs cascade`.execute(
    db,
  );
  let now = new Date('2026-11-20T16:00:00Z');
  const dependencies: BackportDependencies = {
    db,
    catalog: {
      ...emptyCatalog,
      services: [
        {
          name: 'large',
          aliases: [],
          repository,
          paths: [],
          configPaths: null,
          branches: { production: reference, staging: mirror },
          dependsOn: [],
          owners: [],
        },
      ],
    },
    git: { baseUrl: pathToFileURL(join(folder, 'origin')).href, token: null, folder: join(folder, 'mirrors') },
    mirrors: new Map([['production', ['staging']]]),
    now: () => now,
  };
  const commitOf = async (name: string) => (await git(gitDir, ['rev-parse', name])).trim();
  const write = (fields: Partial<Statement>) => recordOne(dependencies, fields);
  const deploy = (environmentName: string, commit: string) =>
    write({ kind: 'deploy', phase: 'succeeded', environmentName, to: commit.slice(0, 7), commit });

  const tip = await commitOf(reference);
  await deploy('staging', await commitOf(mirror));
  const first = await deploy('production', tip);
  const imported = await timed(() => openBackports(dependencies, first));
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from backports where state = 'open'
  `.execute(db);
  const open = rows[0]?.count ?? 0;
  const label = `backports: with ${open.toLocaleString('en')} open`;
  const settles: number[] = [];
  const pushes: number[] = [];
  const busy: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    now = new Date(now.getTime() + 60_000);
    const settled = await timed(() => settleBackports(dependencies, repository));
    const [picked = '', commit = ''] = [options.later.awaited[round], options.later.home[round]];
    await git(gitDir, ['update-ref', `refs/heads/${mirror}`, commit]);
    const before = processorSeconds();
    const pushed = await timed(async () => {
      const merge = await write({
        kind: 'merge',
        phase: 'happened',
        title: 'Merged',
        branch: mirror,
        commit,
        traits: ['push'],
      });
      await openBackports(dependencies, merge);
      await settleBackports(dependencies, repository);
    });
    const after = processorSeconds();
    const landed = await sql<{ state: string }>`
      select state from backports join backport_commits on backport_id = id where commit = ${picked}
    `.execute(db);
    if (landed.rows[0]?.state !== 'landed') throw new Error(`${picked} did not land: ${landed.rows[0]?.state}`);
    // The first round of each warms caches.
    if (round === 0) continue;
    settles.push(settled);
    pushes.push(pushed);
    busy.push(after - before);
  }
  const lists = await several(() => listBackports(db, { limit: 500 }));
  const tends = await several(() => enqueueStale(db, now));
  return [
    { name: `${label}, found at the first look`, value: imported / 1000, unit: 's' },
    { name: `${label}, a push judged`, value: median(pushes) / 1000, unit: 's', atMost: 2 },
    { name: `${label}, processor time of it, PostgreSQL's not counted`, value: median(busy), unit: 's' },
    { name: `${label}, all judged again`, value: median(settles) / 1000, unit: 's', atMost: 2 },
    { name: `${label}, 500 listed`, value: median(lists), unit: 'ms', atMost: 100 },
    { name: `${label}, looking for what is to be judged again`, value: median(tends), unit: 'ms', atMost: 100 },
  ];
}

let count = 0;

async function recordOne({ db, catalog, now }: BackportDependencies, fields: Partial<Statement>): Promise<string> {
  count += 1;
  const statement: Statement = {
    key: `told:${count}`,
    source: 'github',
    occurredAt: new Date(now().getTime() - 3_600_000 + count * 1000).toISOString(),
    clock: 'source',
    phase: 'succeeded',
    repository,
    serviceName: 'large',
    ...fields,
  };
  const identity =
    fields.kind === 'merge'
      ? { type: 'branch-commit', value: `${repository}@${fields.commit}#${fields.branch}` }
      : { type: 'deployment', value: `${repository}#${count}` };
  const delivery = { replayed: `00000000-0000-7000-8000-${String(count).padStart(12, '0')}` };
  const event = { statement, identities: [identity], mentions: [] };
  const { recorded } = await db
    .transaction()
    .execute((trx) => record(trx, [{ delivery, events: [event], signals: [] }], { catalog, now: now() }));
  return recorded[0]?.changeIds[0] ?? '';
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

async function several(work: () => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const time = await timed(work);
    if (round > 0) times.push(time);
  }
  return times;
}
