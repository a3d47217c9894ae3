import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOfStream } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from './database.ts';
import { collectors } from '../src/collectors/registry.ts';

const cli = join(import.meta.dirname, '../src/cli/main.ts');
let folder: string;
const servers: Server[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sincewhen-snapshot-'));
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function snapshot(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input: string | Buffer = '',
): Promise<Ended> {
  return new Promise((resolve) => {
    const surroundings = { PATH: process.env['PATH'] ?? '', DATA_DIR: join(folder, 'data'), ...env };
    const options = { cwd: folder, env: surroundings, maxBuffer: 100_000_000 };
    const child = execFile(process.execPath, [cli, 'snapshot', ...args], options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

interface Asked {
  readonly path: string | undefined;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A Sincewhen that answers as told, and what it was sent. */
async function standIn(status: number, answer: object): Promise<{ readonly url: string; readonly asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await textOfStream(request)) as Asked['body'];
    asked.push({ path: request.url, authorization: request.headers.authorization, body });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

describe('snapshot <environment>', () => {
  it('sends what the collector saw, and of secrets digests of the key', async () => {
    const { url, asked } = await standIn(202, { snapshot: '7', facts: 3, changed: 2, drift: 0, notes: ['baseline'] });
    const env = { SINCEWHEN_URL: url, SINCEWHEN_TOKEN: 'swn_x', HMAC_KEY: 'k' };
    const args = ['prod', '--collector', 'dotenv', file('.env', 'A=1\nDB_PASSWORD=hunter2\n'), '--service', 'till'];
    const ended = await snapshot([...args, '--taken-at', '2026-11-20T14:05Z'], env);
    const digest = `hmac-sha256:${createHmac('sha256', 'k').update('hunter2').digest('hex').slice(0, 16)}`;

    expect(ended).toEqual({ code: 0, stderr: '', stdout: 'Stored: 2 facts, 2 changed, 0 drifted.\nbaseline\n' });
    expect(asked).toEqual([
      {
        path: '/api/snapshots',
        authorization: 'Bearer swn_x',
        body: {
          environment: 'prod',
          collector: 'dotenv',
          version: '1',
          taken_at: '2026-11-20T14:05:00.000Z',
          complete: true,
          not_seen: [],
          facts: [
            { service: 'till', facet: 'env', key: 'A', value: '1' },
            { service: 'till', facet: 'env', key: 'DB_PASSWORD', digest },
          ],
        },
      },
    ]);
  });

  it('without a key tells of secrets only that they are there, and says so', async () => {
    const { url, asked } = await standIn(202, { snapshot: '7', facts: 1, changed: 1, drift: 0 });
    file('secret.env', 'DB_PASSWORD=hunter2\n');
    const args = ['prod', '--collector', 'dotenv', 'secret.env', '--partial'];
    const ended = await snapshot(args, { SINCEWHEN_URL: url, SINCEWHEN_TOKEN: 'swn_x' });

    expect(ended.stdout).toBe(
      'Stored: 1 facts, 1 changed, 0 drifted.\nNot everything was looked at.\n' +
        '1 secrets cannot be compared: set HMAC_KEY, the same for all environments.\n',
    );
    expect(asked[0]?.body).toMatchObject({ complete: false, facts: [{ key: 'DB_PASSWORD', digest: 'present' }] });
  });

  it('prints the snapshot of what comes in by standard input, and sends nothing', async () => {
    const { url, asked } = await standIn(202, {});
    const args = ['prod', '--collector', 'packages', '-', '--print'];
    const ended = await snapshot(args, { SINCEWHEN_URL: url }, 'adduser\t3.134\nzsh\t5.9-4\n');

    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ended.stdout)).toMatchObject({
      collector: 'packages',
      facts: [
        { key: 'deb:adduser', value: '3.134' },
        { key: 'deb:zsh', value: '5.9-4' },
      ],
    });
    expect(asked).toEqual([]);
  });

  it('without an address goes into the database of the settings', async () => {
    const database = await createTestDatabase();
    const settings = file('sincewhen.yml', 'environments: { production: { aliases: [prod] } }\n');
    const env = { DATABASE_URL: database.url, SINCEWHEN_CONFIG: join(folder, settings), HMAC_KEY: 'k' };
    const args = ['prod', '--collector', 'dotenv', file('c.env', 'A=1\nDB_PASSWORD=hunter2\n'), '--json'];
    const first = await snapshot(args, env);
    const second = await snapshot(args, env);
    const unknown = await snapshot(['prdo', ...args.slice(1)], env);
    const rows = await database.db.selectFrom('facts').selectAll().execute();

    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(first.stdout)).toMatchObject({ facts: 2, drift: 0, snapshot: expect.any(String) });
    expect(JSON.parse(second.stdout)).toMatchObject({ facts: 2, changed: 0, drift: 0 });
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('production') });
    expect(rows.map(({ environment, key }) => `${environment} ${key}`).toSorted()).toEqual([
      'production A',
      'production DB_PASSWORD',
    ]);
    expect(JSON.stringify(rows)).not.toContain('hunter2');
    await database.close();
  });

  it('answers programs as the door does', async () => {
    const { url } = await standIn(202, { snapshot: '7', facts: 1, changed: 0, drift: 0 });
    const args = ['prod', '--collector', 'dotenv', file('a.env', 'A=1'), '--json'];
    const ended = await snapshot(args, { SINCEWHEN_URL: url, SINCEWHEN_TOKEN: 'swn_x' });

    expect(ended.stdout).toBe('{"snapshot":"7","facts":1,"changed":0,"drift":0}\n');
  });

  it('keeps a key with a line break on one line, and a long one short', async () => {
    file('odd.json', JSON.stringify({ 'a\nb': 1, ['x'.repeat(2000)]: 2 }));
    const ended = await snapshot(['prod', '--collector', 'config', 'odd.json', '--print']);
    const { facts } = JSON.parse(ended.stdout) as { facts: { key: string }[] };

    expect(facts.map(({ key }) => key)).toEqual([String.raw`odd.json:["a\\nb"]`, expect.stringMatching(/^.{500}$/)]);
  });

  it.each<[string, readonly string[], string]>([
    ['no environment', [], 'which environment?'],
    ['no collector', ['prod'], 'which --collector? dotenv, config'],
    [
      'an unknown collector',
      ['prod', '--collector', 'kubectl'],
      'there is no collector kubectl: dotenv, config, kubernetes',
    ],
    ['a wrong --set', ['prod', '--collector', 'os', '--set', 'x'], '--set is name=value'],
    ['a wrong time', ['prod', '--collector', 'os', '--taken-at', 'noon'], '--taken-at is a time'],
    ['an unknown option', ['prod', '--colector', 'os'], '--colector'],
  ])('with %s is wrong usage', async (_what, args, reason) => {
    const ended = await snapshot(args);

    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(reason) });
    expect(ended.stderr.trim()).not.toContain('\n');
  });

  it.each<[string, readonly string[], string]>([
    ['a file that is not there', ['dotenv', 'none.env'], 'none.env cannot be read (there is no such file)'],
    ['a folder', ['dotenv', '.'], '. cannot be read (it is a folder)'],
    ['no file', ['dotenv'], 'which file? sincewhen snapshot production --collector dotenv'],
    ['what cannot be read', ['config', 'broken.json'], 'broken.json, line 2: this is not JSON'],
    ['no facts', ['dotenv', 'empty.env'], 'there are no facts in empty.env'],
    [
      'too many facts',
      ['packages', 'huge.json'],
      'these are 250001 facts, and a snapshot has at most 250000: name fewer files',
    ],
  ])('of %s is refused in one line', async (_what, args, reason) => {
    file('broken.json', '{"a": 1,\n"password": hunter2}');
    file('empty.env', '# nothing\n');
    const components = Array.from({ length: 250_001 }, (_, index) => ({ purl: `pkg:npm/p${index}@1` }));
    file('huge.json', JSON.stringify({ bomFormat: 'CycloneDX', components }));
    const ended = await snapshot(['prod', '--collector', ...args]);

    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain(`sincewhen: ${reason}`);
    expect(ended.stderr.trim()).not.toContain('\n');
    expect(ended.stderr).not.toContain('hunter2');
  });

  it('says why it was not stored', async () => {
    const { url } = await standIn(400, { error: 'there is no environment prdo: production, staging' });
    const args = ['prdo', '--collector', 'dotenv', file('b.env', 'A=1')];
    const ended = await snapshot(args, { SINCEWHEN_URL: url, SINCEWHEN_TOKEN: 'swn_x' });

    expect(ended).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'sincewhen: this was not stored: Sincewhen answered 400: there is no environment prdo: production, staging\n',
    });
  });

  it('names every collector in its help', async () => {
    const { stdout } = await snapshot(['--help']);

    for (const [name, { summary }] of collectors) expect(stdout).toContain(`${name.padEnd(16)}${summary}`);
  });
});

describe('docs/collectors.md', () => {
  const page = readFileSync(new URL('../docs/collectors.md', import.meta.url), 'utf8');

  it.each([...collectors])('has a row and the command of %s', async (name, { load, summary }) => {
    const collector = await load();

    expect(collector).toMatchObject({ name, summary });
    expect(page).toMatch(new RegExp(`^\\| \`${name}\` +\\|`, 'm'));
    expect(page.replaceAll('\\\n', '').replaceAll(/\s+/g, ' ')).toContain(collector.usage.replaceAll(/\s+/g, ' '));
  });
});
