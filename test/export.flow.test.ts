import { sql } from 'kysely';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordDecision } from '../src/database/record-decision.ts';
import { sealRecord } from '../src/ledger/seal.ts';
import { record } from '../src/timeline/record.ts';
import { delivered, said } from './recordings.ts';
import { type TestService, startTestService } from './test-service.ts';

const cli = join(import.meta.dirname, '../src/cli/main.ts');
const now = new Date('2026-11-20T18:00:00.000Z');
const hostile = '=HYPERLINK("https://evil.example","x"),\n"quoted"';
let service: TestService;
let folder: string;

beforeAll(async () => {
  service = await startTestService({ now: () => now });
  folder = mkdtempSync(join(tmpdir(), 'sincewhen-export-'));
  await post(
    Array.from({ length: 700 }, (_, n) => ({
      kind: n % 3 === 0 ? 'deploy' : 'config',
      environment: n % 2 === 0 ? 'production' : 'staging',
      service: `service-${n % 5}`,
      title: `Change ${n}`,
      occurred_at: new Date(Date.parse('2026-11-01T00:00:00Z') + Math.floor(n / 3) * 3_600_000).toISOString(),
      status: n % 7 === 0 ? 'failed' : 'succeeded',
      reason: n % 4 === 0 ? 'because' : null,
      actor: { name: 'Ada', email: 'ada@example.com' },
    })),
  );
  await post([
    { kind: 'flag', title: hostile, reason: '+1', actor: { name: '@cmd' }, occurred_at: '2026-11-15T10:00:00Z' },
  ]);
  await record40();
  await takesBackAFix();
  await settled();
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

async function post(body: object): Promise<void> {
  const response = await fetch(`${service.url}/api/changes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${service.tokens.ingest}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(202);
}

/** A merge that somebody approved, and a verdict about it. */
async function record40(): Promise<void> {
  const { db } = service.database;
  const merge = said('merge-40', [{ type: 'pull-request', value: 'acme/checkout#40' }], {
    occurredAt: '2026-11-16T10:00:00.000Z',
    actor: { login: 'ada-l' },
    pullRequest: { repository: 'acme/checkout', number: 40, title: 'Retry payments', author: { login: 'ada-l' } },
    reviews: [
      { by: { login: 'ada-l' }, verdict: 'approved', at: '2026-11-16T08:00:00.000Z' },
      { by: { login: 'grace' }, verdict: 'approved', at: '2026-11-16T09:00:00.000Z' },
      { by: { login: 'alan' }, verdict: 'commented', at: '2026-11-16T09:30:00.000Z' },
    ],
  });
  const catalog = { environments: new Map(), services: [], configPaths: [] };
  const { recorded } = await db.transaction().execute((trx) => record(trx, [delivered([merge])], { catalog, now }));
  const id = recorded[0]?.changeIds[0] ?? '';
  const verdict = { kind: 'verdict', actor: 'U1', about: `change ${id}`, reason: 'pool too small' };
  await recordDecision(db, { at: now, ...verdict, details: { incident: 7, verdict: 'caused' } });
  const byProgram = { ...verdict, actor: 'api:ci', reason: null, details: { incident: 7, verdict: 'suspect' } };
  await recordDecision(db, { at: now, ...byProgram });
  // Whoever commits the settings chooses their own name and words.
  const edit = { kind: 'settings-changed', actor: '=HYPERLINK("https://evil")', about: 'settings', details: {} };
  await recordDecision(db, { at: now, ...edit, reason: '+1, "sale"' });
  await recordDecision(db, { at: now, ...edit, actor: 'root@host', reason: null });
}

/** The guard has found that a deploy takes back a fix. */
async function takesBackAFix(): Promise<void> {
  const { db } = service.database;
  const { id } = await db
    .selectFrom('changes')
    .select('id')
    .where('kind', '=', 'deploy')
    .where('status', '=', 'succeeded')
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  const fix = await db
    .insertInto('backports')
    .values({
      state: 'live',
      service: 'service-0',
      reference: 'production',
      mirror: 'staging',
      repository: 'acme/checkout',
      title: 'Close sockets',
      why: 'staging lacks it',
      imported: false,
      opened_at: now,
      recorded_at: now,
      landed_at: now,
      live_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('guards')
    .values({ change_id: id, outcome: 'reverts', rollback: false, first_looked_at: now, looked_at: now })
    .execute();
  await db
    .insertInto('guarded_fixes')
    .values({ change_id: id, backport_id: fix.id, live_since: now, found_at: now })
    .execute();
}

/** When what others do on the same server, in databases of their own, no longer holds it up. */
async function settled(): Promise<void> {
  const { db } = service.database;
  const isSettled = sql<{ settled: boolean }>`
    select txid_snapshot_xmin(txid_current_snapshot()) > (
      select max(txid) - txid_offset from (select txid from events union all select txid from audit_events) as recorded
    ) as settled from ledger_state
  `;
  while ((await isSettled.execute(db)).rows[0]?.settled !== true);
  await sealRecord(db, () => now);
}

function exported(...args: readonly string[]) {
  return new Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>((resolve) => {
    const env = { PATH: process.env['PATH'] ?? '', DATABASE_URL: service.database.url };
    const child = execFile(
      process.execPath,
      [cli, 'export', ...args],
      { cwd: folder, env, maxBuffer: 1 << 28 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

interface Row {
  readonly id: string;
  readonly title: string;
  readonly [field: string]: unknown;
}

/** All pages of the API, oldest first. */
async function timeline(query: string): Promise<readonly Row[]> {
  const all: Row[] = [];
  let cursor = '';
  for (;;) {
    const response = await fetch(`${service.url}/api/changes?limit=500&${query}${cursor}`, {
      headers: { authorization: `Bearer ${service.tokens.read}` },
    });
    const { changes, next } = (await response.json()) as { changes: readonly Row[]; next: string | null };
    all.push(...changes);
    if (next === null) return all.toReversed();
    cursor = `&cursor=${encodeURIComponent(next)}`;
  }
}

async function rows(...args: readonly string[]): Promise<readonly Row[]> {
  const { stdout, stderr } = await exported('--format', 'json', ...args);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as readonly Row[];
}

function timelineRow(row: Row): object {
  const own = new Set(['approvals', 'decisions', 'events']);
  return Object.fromEntries(Object.entries(row).filter(([field]) => !own.has(field)));
}

/** RFC 4180. */
function cells(csv: string): readonly (readonly string[])[] {
  const table: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = '', end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ',') {
      table.push(row);
      row = [];
    }
  }
  return table;
}

describe('sincewhen export', () => {
  it.each([
    [[], 'since=2026-11-01T00:00Z&until=2026-11-21T00:00Z', 702],
    [['--from', '2026-11-03', '--to', '2026-11-05'], 'since=2026-11-03T00:00Z&until=2026-11-06T00:00Z', 216],
    [
      ['--environment', 'prod', '--service', 'Service_2'],
      'since=2026-11-01T00:00Z&until=2026-11-21T00:00Z&environment=production&service=service-2',
      70,
    ],
  ])('%j reconciles with the timeline row by row', async (args, query, count) => {
    const [record, asked] = [await rows(...args), await timeline(query)];

    expect(record).toHaveLength(count);
    expect(record.map(timelineRow)).toEqual(asked);
  });

  it('tells the risks that answers tell, also of what else is known', async () => {
    const told = (await rows()).flatMap(({ risks }) => risks as readonly { readonly name: string }[]);

    expect(told.map(({ name }) => name)).toContain('reverts-fix');
  });

  it('tells who approved, what people decided, and what proves it', async () => {
    const merge = (await rows('--from', '2026-11-16', '--to', '2026-11-16')).find(({ kind }) => kind === 'merge');

    expect(merge?.['approvals']).toEqual([
      { pull_request: 'acme/checkout#40', by: 'ada-l', at: '2026-11-16T08:00:00.000Z', independent: false },
      { pull_request: 'acme/checkout#40', by: 'grace', at: '2026-11-16T09:00:00.000Z', independent: true },
    ]);
    expect(merge?.['decisions']).toMatchObject([
      { kind: 'verdict', actor: 'U1', reason: 'pool too small' },
      { kind: 'verdict', actor: 'api:ci', reason: null },
    ]);
    expect(merge?.['events']).toEqual([
      {
        key: 'merge-40',
        source: 'github',
        occurred_at: '2026-11-16T10:00:00.000Z',
        delivery: expect.stringMatching(/^[0-9a-f-]{36}$/),
        seal: expect.stringMatching(/^\d+$/),
      },
    ]);
  });

  it('writes CSV with a line for each change, in which nothing is a formula', async () => {
    const [header = [], ...lines] = cells((await exported('--format', 'csv')).stdout);
    const record = await rows();
    const column = (name: string) => lines.map((line) => line[header.indexOf(name)]);

    expect(lines.every((line) => line.length === header.length)).toBe(true);
    expect(column('change')).toEqual(record.map(({ id }) => id));
    expect(lines.flat().filter((cell) => /^\s*[=+\-@\t\r|%]/.test(cell))).toEqual([]);
    const formula = lines.find((line) => line[header.indexOf('kind')] === 'flag') ?? [];
    expect(formula[header.indexOf('what')]).toMatch(/^'=HYPERLINK/);
    expect(formula[header.indexOf('reason')]).toBe("'+1");
    const merge = lines.find((line) => line[header.indexOf('kind')] === 'merge') ?? [];
    expect(merge[header.indexOf('approved')]).toBe('yes');
    expect(merge[header.indexOf('incidents')]).toBe('INC-7');
    expect(merge[header.indexOf('decisions')]).toMatch(
      /^verdict caused by U1 at \S+: pool too small; verdict suspect by api:ci at \S+: no reason given$/,
    );
  });

  it('writes decisions', async () => {
    const { stdout } = await exported('decisions', '--format', 'json');
    const decisions = JSON.parse(stdout) as readonly { readonly kind: string; readonly actor: string }[];

    expect(decisions.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['settings-read', 'token-made', 'verdict']),
    );
    const [header, ...lines] = cells((await exported('decisions')).stdout);
    expect(header).toEqual(['decision', 'at', 'kind', 'who', 'about', 'reason', 'details']);
    expect(lines.filter(([, , kind]) => kind === 'settings-changed').map((line) => [line[3], line[5]])).toEqual([
      [`'=HYPERLINK("https://evil")`, `'+1, "sale"`],
      ['root@host', 'no reason given'],
    ]);
    // A token may be made for no reason that anybody has to give.
    expect(lines.filter(([, , kind]) => kind === 'token-made').map((line) => line[5])).not.toContain('no reason given');
  });

  it.each([
    [['--format', 'xlsx'], 2, '--format is csv or json'],
    [['--from', '2026-13-01'], 2, '--from is a day'],
    [['everything'], 2, 'what is everything?'],
    [['--environment', 'prodution'], 1, 'no environment is called prodution'],
  ])('refuses %j', async (args, code, reason) => {
    const ended = await exported(...args);

    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(reason);
  });
});
