import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { signedPushes } from '../bench/ingest/pushes.ts';
import { processUser } from '../src/config/process-user.ts';
import { createTestDatabase, withDatabase } from './database.ts';

const root = join(import.meta.dirname, '..');
let folder: string;
let running: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sincewhen-service-'));
});
afterEach(async () => {
  await Promise.all(running.map(ended));
  running = [];
  rmSync(folder, { recursive: true, force: true });
});

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly port?: number;
  readonly url?: string;
}

interface Started {
  readonly process: ChildProcess;
  readonly lines: readonly Line[];
  readonly url: string;
}

/** Of this machine only what programs need: nothing that configures the service. */
function surroundings(env: Record<string, string>): Record<string, string> {
  // Halves what a start takes of the processor: its TypeScript is stripped once, as the command line does it.
  const cache = join(root, 'node_modules/.cache/sincewhen');
  return {
    PATH: process.env['PATH'] ?? '',
    NODE_COMPILE_CACHE: cache,
    DATA_DIR: join(folder, 'data'),
    PORT: '0',
    ...env,
  };
}

function spawnNode(file: string, args: readonly string[], env: Record<string, string>): ChildProcess {
  return spawned(process.execPath, [join(root, file), ...args], folder, env);
}

function spawned(program: string, args: readonly string[], cwd: string, env: Record<string, string>): ChildProcess {
  const child = spawn(program, args, { cwd, env: surroundings(env), stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

function startService(env: Record<string, string> = {}): Promise<Started> {
  return listening(spawnNode('src/main.ts', [], env));
}

async function listening(child: ChildProcess): Promise<Started> {
  const lines: Line[] = [];
  if (child.stdout === null) throw new Error('no standard output');
  const reader = createInterface(child.stdout);
  const url = await new Promise<string>((resolve, reject) => {
    reader.on('line', (text) => {
      const line: Line = JSON.parse(text);
      lines.push(line);
      if (line.msg.startsWith('listening') && line.url !== undefined) resolve(line.url);
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${lines.map((line) => line.msg).join('\n')}`)));
  });
  return { process: child, lines, url };
}

async function run(file: string, args: readonly string[], env: Record<string, string> = {}) {
  const child = spawnNode(file, args, env);
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
  await once(child, 'close');
  return { code: child.exitCode, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() };
}

const cli = (args: readonly string[], env?: Record<string, string>) => run('src/cli/main.ts', args, env);

describe('the service', () => {
  it('starts with no settings at all, says what is not configured, and stops without a trace', async () => {
    const service = await startService();

    const health = await fetch(`${service.url}/healthz`);
    const ready = await fetch(`${service.url}/readyz`);
    const slack = await fetch(`${service.url}/slack/events`, { method: 'POST' });
    const pid = Number(readFileSync(join(folder, 'data/postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
    service.process.kill('SIGTERM');
    const [code] = await once(service.process, 'exit');

    expect(health.status).toBe(200);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ ready: true, jobs: { ok: true }, failed_deliveries: 0 });
    expect(slack.status).toBe(503);
    const said = service.lines.map((line) => line.msg).join('\n');
    for (const variable of ['DATABASE_URL', 'SLACK_BOT_TOKEN', 'GITHUB_WEBHOOK_SECRET', 'GITHUB_TOKEN']) {
      expect(said).toMatch(new RegExp(`set ${variable}`, 'i'));
    }
    expect(service.lines.find((line) => line.msg.startsWith('listening'))?.port).toBeGreaterThan(0);
    expect(service.lines.filter((line) => line.level > 30)).toEqual([]);
    expect(code).toBe(0);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect(existsSync(join(folder, 'data/postgres/data/postmaster.pid'))).toBe(false);
  }, 60_000);

  it('names every problem of its environment in one line and does not start', async () => {
    const { code, out } = await run('src/main.ts', [], {
      PORT: 'eighty',
      DATABASE_URL: '',
      SLACK_BOT_TOKEN: 'xoxb-hush-hush',
      GITHUB_WEBHOOK_SECRET: 'hush,',
    });

    expect(code).toBe(1);
    const lines = out.trim().split('\n');
    expect(lines).toHaveLength(1);
    for (const variable of ['PORT', 'DATABASE_URL', 'SLACK_SIGNING_SECRET', 'GITHUB_WEBHOOK_SECRET']) {
      expect(lines[0]).toContain(variable);
    }
    expect(out).not.toMatch(/hush|eighty/);
  });

  it('names every problem of its settings with the line', async () => {
    writeFileSync(join(folder, 'sincewhen.yml'), 'servces: {}\nnags: { first: soon }\n');

    const { code, out } = await run('src/main.ts', []);
    const missing = await run('src/main.ts', [], { SINCEWHEN_CONFIG: 'elsewhere.yml' });

    expect(code).toBe(1);
    expect(out).toContain('line 1: servces is not a setting');
    expect(out).toContain('line 2: nags.first is not a duration');
    expect(missing.code).toBe(1);
    expect(missing.out).toContain('elsewhere.yml does not exist');
  });

  it('says that it listens whatever the log level', async () => {
    const database = await createTestDatabase();
    const service = await startService({ DATABASE_URL: database.url, LOG_LEVEL: 'fatal' });

    expect(service.lines).toHaveLength(1);

    await ended(service.process);
    await database.close();
  });

  it('ends with one sentence when the port is taken or the database refuses', async () => {
    const database = await createTestDatabase();
    const service = await startService({ DATABASE_URL: database.url });
    const port = new URL(service.url).port;

    const taken = await run('src/main.ts', [], { DATABASE_URL: database.url, PORT: port });
    const refused = await run('src/main.ts', [], {
      DATABASE_URL: withDatabase(inject('databaseServer'), 'nowhere'),
    });

    expect(taken.code).toBe(1);
    expect(taken.out).toMatch(/"msg":"cannot start: [^"]*in use/);
    expect(refused.code).toBe(1);
    expect(refused.out).toMatch(/"msg":"cannot start: The database refuses us: /);
    await ended(service.process);
    await database.close();
  }, 30_000);

  it('finishes what was begun and exits 0 although it is told twice at once, as npm does', async () => {
    const database = await createTestDatabase();
    const service = await startService({ DATABASE_URL: database.url });

    service.process.kill('SIGINT');
    service.process.kill('SIGINT');
    const [code] = await once(service.process, 'exit');

    expect(code).toBe(0);
    await database.close();
  });

  it('hears through npm that it should stop', async () => {
    const database = await createTestDatabase();
    const service = await listening(spawned('npm', ['start', '--silent'], root, { DATABASE_URL: database.url }));

    service.process.kill('SIGTERM');
    const [code] = await once(service.process, 'exit');

    expect(code).toBe(0);
    await expect(fetch(`${service.url}/healthz`)).rejects.toThrow('fetch failed');
    await database.close();
  }, 30_000);

  it('can be told to stop while it waits for its database', async () => {
    const child = spawnNode('src/main.ts', [], { DATABASE_URL: 'postgres://ada@127.0.0.1:1/nowhere' });
    const out: string[] = [];
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (chunk: Buffer) => {
        out.push(chunk.toString());
        if (out.join('').includes('not up yet')) resolve();
      });
    });

    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');

    expect(code).toBe(0);
    expect(out.join('')).not.toContain('listening');
  });

  it('is ready again after its database has restarted its connections', async () => {
    const database = await createTestDatabase();
    const service = await startService({ DATABASE_URL: database.url });

    await database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );

    // Until its workers have new ones, it says that it is not.
    const status = async () => (await fetch(`${service.url}/readyz`)).status;
    await expect.poll(status, { timeout: 10_000 }).toBe(200);
    await ended(service.process);
    expect(service.process.exitCode).toBe(0);
    await database.close();
  });
});

describe('the command line', () => {
  it('makes, lists and revokes tokens beside a running service with the private database', async () => {
    const service = await startService();

    const created = await cli(['token', 'create', '--scope', 'ingest', '--scope', 'read', '--name', 'ci', '--json']);
    const { id, token }: { id: string; token: string } = JSON.parse(created.out);
    const listed = await cli(['token', 'list']);
    const revoked = [await cli(['token', 'revoke', id]), await cli(['token', 'revoke', id])];
    const after = await cli(['token', 'list', '--json']);

    expect(created.code).toBe(0);
    expect(token).toMatch(/^swn_[\w-]{43}$/);
    expect(listed.out).toMatch(/ci +ingest read/);
    expect(listed.out).not.toContain(token);
    expect(revoked.map(({ code }) => code)).toEqual([0, 1]);
    expect(revoked[1]?.err).toBe(`sincewhen: no token ${id} is in force\n`);
    expect(JSON.parse(after.out)).toMatchObject([{ id, revoked_at: expect.any(String) }]);
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  }, 60_000);

  it('works before the first start of the service', async () => {
    const database = await createTestDatabase({ migrated: false });
    const env = { DATABASE_URL: database.url };

    const before = await cli(['doctor'], env);
    const migrated = await cli(['migrate'], env);
    const again = await cli(['migrate', '--json'], env);
    const doctor = await cli(['doctor', '--json'], { ...env, GITHUB_WEBHOOK_SECRET: 'correct-horse' });

    expect(before.code).toBe(1);
    expect(before.err).toMatch(/0001-timeline\.sql.*\(npm run -s sincewhen -- migrate, or npm start\)/);
    expect(migrated.out).toContain('Applied: 0001-timeline.sql');
    expect(JSON.parse(again.out)).toEqual({ applied: [] });
    expect(doctor.code).toBe(0);
    expect(JSON.parse(doctor.out)).toMatchObject({
      configured: ['database', 'source github'],
      pending_migrations: [],
      sources: [{ source: 'github', last_delivery: null }],
      failed_deliveries: 0,
      failed_jobs: 0,
    });
    expect(doctor.out + doctor.err).not.toContain('correct-horse');
    await database.close();
  }, 30_000);

  it('tells of failed deliveries and of the last delivery of each source', async () => {
    const database = await createTestDatabase();
    const deliveries = [
      { source: 'github', at: '2026-11-20T10:00:00Z', outcome: 'recorded' },
      { source: 'github', at: '2026-11-20T11:00:00Z', outcome: 'failed' },
      { source: 'argocd', at: '2026-11-20T09:00:00Z', outcome: 'recorded' },
    ] as const;
    for (const { source, at, outcome } of deliveries) {
      await database.db
        .insertInto('deliveries')
        .values({
          id: crypto.randomUUID(),
          received_at: new Date(at),
          source,
          headers: '{}',
          body: Buffer.from('{}'),
          outcome,
          error: null,
        })
        .execute();
    }

    const { code, out, err } = await cli(['doctor'], { DATABASE_URL: database.url });

    expect(code).toBe(1);
    expect(out).toMatch(/github +2026-11-20T11:00:00.000Z/);
    expect(out).toMatch(/argocd +2026-11-20T09:00:00.000Z/);
    expect(err).toBe('sincewhen: 1 delivery could not be read (sincewhen replay --failed)\n');
    await database.close();
  });

  it('tells of names that match nothing, and takes what each is', async () => {
    const service = await startService();
    const config = join(folder, 'names.yml');
    writeFileSync(config, 'services: { checkout: {}, ledger: {} }');
    const env = { SINCEWHEN_CONFIG: config };
    const created = await cli(['token', 'create', '--scope', 'ingest', '--scope', 'read']);
    const headers = { authorization: `Bearer ${created.out.trim()}`, 'content-type': 'application/json' };
    const change = (name: string) => ({ kind: 'deploy', title: name, service: name, environment: 'production' });
    const body = JSON.stringify(['Shop_Front', 'Checkout', 'mailer'].map(change));
    expect((await fetch(`${service.url}/api/changes`, { method: 'POST', headers, body })).status).toBe(202);

    const before = await cli(['doctor', '--json'], env);
    expect(JSON.parse(before.out)).toMatchObject({
      services_known: 2,
      unmatched_names: [
        { what: 'service', name: 'mailer', changes: 1, sources: ['api'], suggestion: null },
        { what: 'service', name: 'shop-front', changes: 1 },
      ],
    });
    expect((await cli(['alias', 'service', 'Shop Front', 'chekout'], env)).err).toBe(
      'sincewhen: I know no service chekout. Do you mean checkout?\n',
    );
    const said = await cli(['alias', 'service', 'Shop Front', 'checkout'], env);
    expect(said.out).toContain('shop-front is checkout from now on.');
    await cli(['alias', 'service', 'mailer', 'mailer'], env);
    expect((await cli(['doctor'], env)).out).not.toContain('match nothing');
    const listed = await cli(['alias', 'list', '--json'], env);
    expect(JSON.parse(listed.out)).toMatchObject([
      { what: 'service', alias: 'mailer', name: 'mailer', added_by: processUser() },
      { what: 'service', alias: 'shop-front', name: 'checkout' },
    ]);
    await vi.waitFor(
      async () => {
        const answer = await fetch(`${service.url}/api/changes?since=1h&service=checkout`, { headers });
        expect(await answer.json()).toMatchObject({ changes: [{ service: 'checkout' }, { service: 'checkout' }] });
      },
      { timeout: 10_000, interval: 100 },
    );
    const removed = [
      await cli(['alias', 'remove', 'service', 'mailer'], env),
      await cli(['alias', 'remove', 'service', 'mailer'], env),
    ];
    expect(removed.map(({ code }) => code)).toEqual([0, 1]);
    expect((await cli(['doctor'], env)).out).toMatch(/service +mailer +1 /);
  }, 60_000);

  it.each([
    [[], 2, /^Usage: sincewhen <command>/],
    [['alias'], 2, /^sincewhen: say what to do with aliases/],
    [['alias', 'service', 'shop-front'], 2, /^sincewhen: say two names/],
    [['alias', 'remove', 'shop-front'], 2, /^sincewhen: say which/],
    [['nonsense'], 2, /^sincewhen: there is no command nonsense/],
    [['token'], 2, /^sincewhen: say what to do with tokens/],
    [['token', 'create'], 2, /^sincewhen: --scope is missing/],
    [['token', 'create', '--scope', 'write'], 2, /^sincewhen: --scope is ingest, read or admin/],
    [['token', 'create', '--scoop', 'read'], 2, /^sincewhen: Unknown option '--scoop'/],
    [['token', 'revoke', 'ci'], 2, /^sincewhen: say which token/],
    [['migrate', 'now'], 2, /^sincewhen: what is now\?/],
    [['token', 'list'], 1, /^sincewhen: The database cannot be reached: [^\n]*\n$/],
  ])('answers %o with %i and one line', async (args, status, line) => {
    const { code, out, err } = await cli(args, { DATABASE_URL: 'postgres://ada@127.0.0.1:1/nowhere' });

    expect(code).toBe(status);
    expect(out).toBe('');
    expect(err).toMatch(line);
  });

  it.each([['--help'], ['token', '--help'], ['migrate', '--help'], ['doctor', '-h']])(
    'explains %s %s',
    async (...args) => {
      const { code, out } = await cli(args);

      expect(code).toBe(0);
      expect(out).toMatch(/^Usage: sincewhen /);
    },
  );
});

it('outlives a restart of its database, and acknowledges deliveries again', async () => {
  const held = spawn(process.execPath, [join(root, 'test/hold-embedded.ts'), join(folder, 'held')], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  running.push(held);
  const [databaseUrl] = (await once(createInterface(held.stdout), 'line')) as [string];
  const service = await startService({ DATABASE_URL: databaseUrl, GITHUB_WEBHOOK_SECRET: 'restart-secret' });
  const [push] = signedPushes({ secret: 'restart-secret', count: 1, run: 1 });
  if (push === undefined) throw new Error('no push');
  const send = async () => {
    const response = await fetch(`${service.url}/ingest/github`, {
      method: 'POST',
      headers: push.headers,
      body: new Uint8Array(push.body),
    });
    return { status: response.status, body: await response.json() };
  };
  expect(await send()).toMatchObject({ status: 202, body: { duplicate: false } });

  const pid = Number(readFileSync(join(folder, 'held/postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
  process.kill(pid, 'SIGKILL');
  let after = await send();
  while (after.status === 503) after = await send();

  expect(after).toMatchObject({ status: 202, body: { duplicate: true } });
  expect(service.process.exitCode).toBeNull();
});
