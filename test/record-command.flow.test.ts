import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from './database.ts';
import { type TestService, startTestService } from './test-service.ts';

const cli = join(import.meta.dirname, '../src/cli/main.ts');
let service: TestService;
let folder: string;
const servers: Server[] = [];

beforeAll(async () => {
  service = await startTestService();
  folder = mkdtempSync(join(tmpdir(), 'sincewhen-record-'));
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await service.stop();
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

function surroundings(env: Readonly<Record<string, string>>) {
  return { PATH: process.env['PATH'] ?? '', DATA_DIR: join(folder, 'data'), ...env };
}

function remote(env: Readonly<Record<string, string>> = {}) {
  return { SINCEWHEN_URL: service.url, SINCEWHEN_TOKEN: service.tokens.ingest, ...env };
}

function record(args: readonly string[], env: Readonly<Record<string, string>> = remote()): Promise<Ended> {
  const began = performance.now();
  return new Promise((resolve) => {
    const options = { cwd: folder, env: surroundings(env) };
    const child = execFile(process.execPath, [cli, 'record', ...args], options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr, milliseconds: performance.now() - began });
    });
  });
}

async function changes(query: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const response = await fetch(`${service.url}/api/changes?since=1h&${query}`, {
    headers: { authorization: `Bearer ${service.tokens.read}` },
  });
  return ((await response.json()) as { changes: Record<string, unknown>[] }).changes;
}

/** Where nobody listens. */
async function nowhere(): Promise<string> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

/** A Sincewhen that answers as told; null: never. */
async function standIn(status: number | null): Promise<string> {
  const server = createServer((_request, response) => {
    if (status !== null)
      response.writeHead(status, { 'content-type': 'application/json' }).end('{"error":"no such luck"}');
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('record <kind>', () => {
  it('tells of a change, with what the CI job knows', async () => {
    const sha = 'c0ffee00'.repeat(5);
    const github = {
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'Acme/Teller',
      GITHUB_RUN_ID: '7001',
      GITHUB_SHA: sha,
      GITHUB_ACTOR: 'ada',
    };
    const args = [
      'deploy',
      '--service',
      'teller',
      '--environment',
      'prod',
      '--to',
      '1.42.0',
      '--details',
      'cluster=eu',
    ];
    const told = await record([...args, '--key', 'teller-1', '--json'], remote(github));
    const again = await record(
      [...args, '--key', 'teller-1', '--title', 'deploy teller 1.42.0 to prod'],
      remote(github),
    );
    const [change, ...others] = await changes('service=teller');

    expect(told).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(told.stdout)).toEqual({ accepted: 1, duplicates: 0, rejected: [], changes: [change?.['id']] });
    expect(again.stdout).toBe(`Recorded as change ${String(change?.['id'])}.\n`);
    expect(others).toEqual([]);
    expect(change).toMatchObject({
      kind: 'deploy',
      title: 'deploy teller 1.42.0 to prod',
      environment: 'production',
      repository: 'acme/teller',
      commit: sha,
      actor: { name: 'ada' },
      url: 'https://github.com/Acme/Teller/actions/runs/7001',
      details: { cluster: 'eu' },
    });
    expect(change?.['identities']).toContainEqual({ type: 'run', value: 'acme/teller#7001' });
  });

  it('without an address goes into the database of the settings, through the same door', async () => {
    const database = await createTestDatabase();
    const env = { DATABASE_URL: database.url };
    const told = await record(['note', '--title', 'x', '--details', 'db_password=hunter2hunter2', '--json'], env);
    const rejected = await record(['note', '--title', 'x', '--commit', 'abc'], env);
    const rows = await database.db.selectFrom('changes').select('events').execute();

    expect(told).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(told.stdout)).toMatchObject({ accepted: 1, changes: [expect.any(String)] });
    expect(rejected).toMatchObject({ code: 2, stderr: expect.stringContaining('commit') });
    expect(JSON.stringify(rows)).toContain('db_password');
    expect(JSON.stringify(rows)).not.toContain('hunter2');
    await database.close();
  });

  it.each<[string, readonly string[], string]>([
    ['no kind', [], 'kind'],
    ['an unknown kind', ['explosion', '--title', 'x'], 'explosion'],
    ['nothing that names it', ['note'], '--title'],
    ['an unknown option', ['note', '--title', 'x', '--tokn', 'y'], '--tokn'],
    ['a token on the command line', ['note', '--title', 'x', '--token', 'y'], '--token'],
    ['half a detail', ['note', '--title', 'x', '--details', 'y'], '--details'],
    ['no program after --', ['note', '--title', 'x', '--'], '--'],
    ['a status of what has not ended', ['note', '--title', 'x', '--status', 'failed', '--', 'true'], '--status'],
    ['a plan’s option', ['note', '--title', 'x', '--applied'], '--applied'],
    ['a plan without a file', ['plan'], 'file'],
  ])('with %s is wrong usage', async (_, args, word) => {
    const { code, stdout, stderr } = await record(args);

    expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({ code: 2, stdout: '', lines: 1 });
    expect(stderr).toContain(word);
  });

  it.each<[string, () => Promise<Readonly<Record<string, string>>>, string]>([
    [
      'is down',
      async () => ({ SINCEWHEN_URL: await nowhere(), SINCEWHEN_TOKEN: 'x' }),
      'cannot be reached (ECONNREFUSED)',
    ],
    ['says no', async () => ({ SINCEWHEN_URL: await standIn(403), SINCEWHEN_TOKEN: 'x' }), '403: no such luck'],
    ['is elsewhere', async () => ({ SINCEWHEN_URL: await standIn(302), SINCEWHEN_TOKEN: 'x' }), '302'],
    ['has no token', async () => ({ SINCEWHEN_URL: service.url }), 'SINCEWHEN_TOKEN'],
    ['has no address', async () => ({ SINCEWHEN_TOKEN: 'x' }), 'SINCEWHEN_URL'],
  ])('ends with 1 and a sentence when Sincewhen %s', async (_, env, words) => {
    const { code, stderr } = await record(['note', '--title', 'x'], await env());

    expect(code).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('takes the token from a file', async () => {
    writeFileSync(join(folder, 'token'), `${service.tokens.ingest}\n`);
    const args = ['note', '--title', 'x', '--server', `${service.url}/`, '--token-file', 'token'];

    expect((await record(args, {})).code).toBe(0);
    expect((await record([...args.slice(0, -1), 'nowhere'], {})).stderr).toContain('nowhere');
  });
});

describe('record <kind> -- <program>', () => {
  it('is one change with beginning, end and outcome, and the program’s own input, output and exit code', async () => {
    const script = 'echo out; echo err >&2; sleep 0.3; exit 7';
    const { code, stdout, stderr } = await record([
      'deploy',
      '--service',
      'around',
      '--to',
      '2',
      '--',
      '/bin/sh',
      '-c',
      script,
    ]);
    const [change, ...others] = await changes('service=around');

    expect({ code, stdout, stderr }).toEqual({ code: 7, stdout: 'out\n', stderr: 'err\n' });
    expect(others).toEqual([]);
    expect(change).toMatchObject({
      title: 'deploy around 2',
      status: 'failed',
      details: { program: 'sh', exit_code: 7 },
    });
    const length = Date.parse(String(change?.['finished_at'])) - Date.parse(String(change?.['occurred_at']));
    expect(length).toBeGreaterThanOrEqual(250);
    expect(JSON.stringify(change)).not.toContain('sleep');
  });

  it.each([0, 1, 42, 255])('exits with %s as the program does', async (code) => {
    expect((await record(['note', '--title', 'codes', '--', 'sh', '-c', `exit ${code}`])).code).toBe(code);
  });

  it('hands arguments on as they are', async () => {
    const args = ['--', 'printf', '%s|', '--', '--json', 'a b', '$HOME', ''];

    expect((await record(['note', '--title', 'x', ...args])).stdout).toBe('--|--json|a b|$HOME||');
  });

  it('tells what it is told to tell in JSON, behind the program’s output', async () => {
    const { stdout } = await record(['note', '--title', 'x', '--json', '--', 'echo', 'hello']);
    const [first, second = ''] = stdout.split('\n');

    expect(first).toBe('hello');
    expect(JSON.parse(second)).toMatchObject({ exit_code: 0, status: 'succeeded', recorded: true });
  });

  it.each<[string, string, number]>([
    ['there is none', 'no-such-program', 127],
    ['it may not be run', '/etc/passwd', 126],
  ])('of a program, when %s, fails as a shell does', async (_, program, code) => {
    const ended = await record(['note', '--title', `no ${program}`, '--', program]);

    expect(ended).toMatchObject({ code, stderr: expect.stringContaining(program) });
    expect(await changes(`q=no ${program}`)).toMatchObject([{ status: 'failed' }]);
  });

  it.each<[string, () => Promise<string>]>([
    ['down', nowhere],
    ['refusing', () => standIn(401)],
    ['broken', () => standIn(500)],
    ['slow', () => standIn(null)],
  ])('runs the program at once and ends as it does when Sincewhen is %s', async (_, address) => {
    const at = join(folder, `at-${Math.random()}`);
    const began = Date.now();
    const env = { SINCEWHEN_URL: await address(), SINCEWHEN_TOKEN: 'x' };
    const script = `date +%s%3N > ${at}; echo hello; exit 3`;
    const { code, stdout, stderr, milliseconds } = await record(
      ['note', '--title', 'x', '--', 'sh', '-c', script],
      env,
    );

    expect({ code, stdout }).toEqual({ code: 3, stdout: 'hello\n' });
    expect(stderr).toMatch(/^sincewhen: this was not recorded: .+\n$/);
    expect(Number(readFileSync(at, 'utf8')) - began).toBeLessThan(3000);
    expect(milliseconds).toBeLessThan(12_000);
  });

  it('runs the program although the token is missing', async () => {
    const { code, stderr } = await record(['note', '--title', 'x', '--', 'sh', '-c', 'exit 5'], {
      SINCEWHEN_URL: service.url,
    });

    expect(code).toBe(5);
    expect(stderr).toContain('SINCEWHEN_TOKEN');
  });

  it.each<[NodeJS.Signals, number]>([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ])('hands %s on to the program, ends with %s, and tells that it was cancelled', async (signal, code) => {
    const title = `signalled ${signal}`;
    const child = started([
      'note',
      '--title',
      title,
      '--',
      process.execPath,
      '-e',
      'console.log("up"); setTimeout(() => {}, 60000)',
    ]);
    await once(child.stdout ?? child, 'data');
    child.kill(signal);
    const [exit] = (await once(child, 'exit')) as [number | null];

    expect(exit).toBe(code);
    expect(await changes(`q=${title}`)).toMatchObject([{ status: 'cancelled' }]);
  });

  it('leaves it to the program what a signal does', async () => {
    const script =
      'process.on("SIGTERM", () => { console.log("tidied"); process.exit(9) }); console.log("up"); setTimeout(() => {}, 60000)';
    const child = started(['note', '--title', 'tidy', '--', process.execPath, '-e', script]);
    let out = '';
    child.stdout?.on('data', (bytes: Buffer) => {
      out += bytes.toString();
      if (out === 'up\n') child.kill('SIGTERM');
    });
    const [exit] = (await once(child, 'exit')) as [number | null];

    expect({ exit, out }).toEqual({ exit: 9, out: 'up\ntidied\n' });
  });
});

function started(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [cli, 'record', ...args], {
    cwd: folder,
    env: surroundings(remote()),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

describe('record plan', () => {
  const plan = {
    format_version: '1.2',
    timestamp: '2026-11-20T14:00:00Z',
    resource_changes: [
      {
        address: 'aws_db_instance.ledger',
        mode: 'managed',
        type: 'aws_db_instance',
        name: 'ledger',
        change: {
          actions: ['update'],
          before: { password: 'old-hunter2', size: 1 },
          after: { password: 'new-hunter2', size: 2 },
          before_sensitive: { password: true },
          after_sensitive: { password: true },
        },
      },
    ],
    configuration: { root_module: {} },
  };
  const file = () => {
    writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan));
    return 'plan.json';
  };

  it('tells what a plan changes, and that it was applied', async () => {
    const told = await record([
      'plan',
      file(),
      '--applied',
      '--workspace',
      'ledger',
      '--environment',
      'prod',
      '--json',
    ]);

    expect(told).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(told.stdout)).toMatchObject({ changes: 1, duplicate: false });
    expect(await changes('kind=infrastructure')).toMatchObject([{ status: 'succeeded', environment: 'production' }]);
  });

  it('sends no sensitive value', async () => {
    let sent = '';
    const server = createServer((request, response) => {
      request.on('data', (bytes: Buffer) => (sent += bytes.toString()));
      request.on('end', () => response.writeHead(202).end('{"changes":1}'));
    });
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { stdout } = await record(['plan', file()], { SINCEWHEN_URL: address, SINCEWHEN_TOKEN: 'x' });

    expect(stdout).toBe('Recorded: 1 changed.\n');
    expect(sent).toContain('aws_db_instance.ledger');
    expect(sent).not.toContain('hunter2');
    expect(sent).not.toContain('configuration');
  });

  it('around an apply tells how it went', async () => {
    const args = ['plan', file(), '--workspace', 'applied-here', '--service', 'applied-here', '--environment', 'prod'];
    const { code } = await record([...args, '--', 'sh', '-c', 'exit 4']);

    expect(code).toBe(4);
    expect(await changes('service=applied-here')).toMatchObject([{ status: 'failed' }]);
  });

  it.each([
    ['that is not there', 'nowhere.json', '{}'],
    ['that is no plan', 'other.json', '{"hello":"world"}'],
  ])('refuses a file %s, and does not run the program', async (_, name, content) => {
    if (name === 'other.json') writeFileSync(join(folder, name), content);
    const { code, stdout, stderr } = await record(['plan', name, '--', 'echo', 'ran']);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(name);
  });
});
