import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import pg from 'pg';
import { pino } from 'pino';
import { type Embedded, startEmbedded } from './embedded.ts';
import { isRunning, recordedPid } from './embedded-process.ts';

const log = pino({ enabled: false });

interface User {
  readonly child: ChildProcess;
  readonly url: string;
}

/** A process of its own that uses the server until it is killed. */
async function userProcess(folder: string): Promise<User> {
  const program = join(import.meta.dirname, '..', '..', 'test', 'hold-embedded.ts');
  const child = spawn(process.execPath, [program, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [url] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, url: String(url) };
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

async function ask(url: string, query: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query({ text: query, rowMode: 'array' });
    return rows.flat()[0];
  } finally {
    await client.end();
  }
}

/** Also false for a dead process that nobody has collected. */
function runs(pid: number): boolean {
  return (
    isRunning(pid) && (process.platform !== 'linux' || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8')))
  );
}

function watchdogOf(postmaster: number): number {
  return Number(/^\d+ \(.*\) \S (\d+)/.exec(readFileSync(`/proc/${postmaster}/stat`, 'utf8'))?.[1]);
}

function pidIn(folder: string): number {
  const pid = recordedPid(join(folder, 'postgres', 'data'));
  if (pid === null) throw new Error('no server has recorded itself');
  return pid;
}

describe('startEmbedded', () => {
  let folder: string;
  let open: Embedded[] = [];
  let users: ChildProcess[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(inject('temporaryFolder'), 'embedded-'));
  });
  afterEach(async () => {
    for (const user of users) await (user.exitCode === null && user.signalCode === null ? kill(user) : undefined);
    for (const embedded of open) await embedded.stop();
    [open, users] = [[], []];
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function start(): Promise<Embedded> {
    const embedded = await startEmbedded({ dataDir: folder, log });
    open.push(embedded);
    return embedded;
  }
  async function startElsewhere(): Promise<User> {
    const user = await userProcess(folder);
    users.push(user.child);
    return user;
  }

  it('is shared by processes that start at once in an empty folder, and ends with the last, even killed', async () => {
    const [first, second] = await Promise.all([startElsewhere(), startElsewhere()]);
    const pid = pidIn(folder);
    expect(first.url).toBe(second.url);

    await kill(first.child);
    expect(await ask(second.url, 'select 1')).toBe(1);
    expect(pidIn(folder)).toBe(pid);

    await kill(second.child);
    await vi.waitFor(() => expect(runs(pid)).toBe(false), 5000);
    expect(readdirSync(folder)).toEqual(['postgres']);
  });

  it('keeps what was committed, safely and in UTF-8', async () => {
    const before = await start();
    await ask(before.url, `create table kept as select 'Ångström ☕' as text`);
    await before.stop();

    const after = await start();

    expect(await ask(after.url, 'select text from kept')).toBe('Ångström ☕');
    expect(await ask(after.url, 'show synchronous_commit')).toBe('on');
    expect(await ask(after.url, 'show fsync')).toBe('on');
  });

  it('runs on for others when the process that started it stops', async () => {
    const first = await start();
    const second = await startElsewhere();
    const pid = pidIn(folder);

    await first.stop();

    expect(runs(pid)).toBe(true);
    expect(await ask(second.url, 'select 1')).toBe(1);
  });

  it.runIf(process.platform === 'linux')('stops a server left behind by a killed watchdog, then serves', async () => {
    const user = await startElsewhere();
    const orphan = pidIn(folder);
    const watchdog = watchdogOf(orphan);
    const watches = await vi.waitFor(() => {
      const children = readFileSync(`/proc/${watchdog}/task/${watchdog}/children`, 'utf8')
        .trim()
        .split(' ')
        .map(Number);
      expect(children).toHaveLength(2);
      return [watchdog, ...children.filter((child) => child !== orphan)];
    });
    user.child.kill('SIGSTOP');
    for (const pid of watches) process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(watches.some(runs)).toBe(false), 5000);
    await kill(user.child);
    expect(runs(orphan)).toBe(true);

    const embedded = await start();

    // One that has closed its files is no danger to the data, and still has its number for a moment.
    await vi.waitFor(() => expect(runs(orphan)).toBe(false), 5000);
    expect(pidIn(folder)).not.toBe(orphan);
    expect(await ask(embedded.url, 'select 1')).toBe(1);
  });

  it('never signals a process that only has the number of an old server', async () => {
    const stranger = spawn('sleep', ['60']);
    await (await start()).stop();
    writeFileSync(join(folder, 'postgres', 'data', 'postmaster.pid'), `${stranger.pid}\n${folder}/postgres/data\n`);

    const embedded = await start();

    expect(await ask(embedded.url, 'select 1')).toBe(1);
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    await kill(stranger);
  });

  it('comes back when the server itself is killed', async () => {
    const embedded = await start();
    const pid = pidIn(folder);

    process.kill(pid, 'SIGKILL');

    await vi.waitFor(async () => expect(await ask(embedded.url, 'select 1')).toBe(1), 10_000);
    expect(pidIn(folder)).not.toBe(pid);
  });

  it('closes nothing of anybody else when it is given up while the server comes back', async () => {
    const told = Promise.withResolvers<unknown>();
    const embedded = await startEmbedded({ dataDir: folder, log: pino({}, { write: told.resolve }) });
    process.kill(pidIn(folder), 'SIGKILL');
    await told.promise;
    const others = Array.from({ length: 20 }, () => openSync('/dev/null', 'r'));

    await embedded.stop();

    for (const other of others) expect(fstatSync(other).isCharacterDevice()).toBe(true);
    for (const other of others) closeSync(other);
    expect(recordedPid(join(folder, 'postgres', 'data'))).toBeNull();
  });

  it('removes what an interrupted first start left', async () => {
    const gone = spawn('true');
    await once(gone, 'exit');
    mkdirSync(join(folder, `postgres.new-${gone.pid}-half`, 'data'), { recursive: true });

    await start();

    expect(readdirSync(folder)).toEqual(['postgres']);
  });

  it('refuses data of another PostgreSQL and data it cannot read, and says what to do', async () => {
    const other = join(folder, 'other');
    mkdirSync(join(other, 'postgres', 'data'), { recursive: true });
    writeFileSync(join(other, 'postgres', 'data', 'PG_VERSION'), '13\n');
    writeFileSync(join(folder, 'file'), '');

    await expect(startEmbedded({ dataDir: other, log })).rejects.toThrow(/written by PostgreSQL 13.*move it away/);
    await expect(startEmbedded({ dataDir: join(folder, 'file'), log })).rejects.toThrow(
      /Something else is in its place/,
    );
    expect(existsSync(join(other, 'postgres', 'data', 'PG_VERSION'))).toBe(true);
  });

  it('works in a folder whose path is too long for a socket', async () => {
    const dataDir = join(folder, 'a-folder-with-a-long-name'.repeat(4));

    const embedded = await startEmbedded({ dataDir, log, temporary: true });
    open.push(embedded);

    expect(await ask(embedded.url, 'select 1')).toBe(1);
  });
});
