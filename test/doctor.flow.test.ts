import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Slack, startSlack } from '../playground/slack.ts';
import { noteSettings } from '../src/ledger/note-settings.ts';
import { readGroups, wantGroups } from '../src/people/groups.ts';
import { createSlackGroups } from '../src/slack/slack-groups.ts';
import { createTestDatabase } from './database.ts';
import { type TestService, startTestService } from './test-service.ts';

const root = join(import.meta.dirname, '..');
const Manifest = z.object({ oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }) });
const { scopes } = Manifest.parse(parse(readFileSync(join(root, 'manifest.yml'), 'utf8'))).oauth_config;
const secrets = { bot: 'xoxb-very-secret-bot', signing: 'very-secret-signing', github: 'ghp_verysecretgithub' };

let slack: Slack;
let bare: Slack;
let service: TestService;
/** Ten minutes ahead of everybody. */
let hasty: Server;
/** Takes requests and never answers. */
let silent: Server;

beforeAll(async () => {
  const people = [{ name: 'ada', realName: 'Ada', timezone: 'Europe/London', membership: 'member' as const }];
  const bot = { botToken: secrets.bot, signingSecret: secrets.signing, people, channels: [] };
  slack = await startSlack({ ...bot, scopes: scopes.bot });
  bare = await startSlack({ ...bot, scopes: ['commands', 'users:read'] });
  service = await startTestService({
    environment: {
      SLACK_BOT_TOKEN: secrets.bot,
      SLACK_SIGNING_SECRET: secrets.signing,
      SLACK_API_URL: slack.apiUrl,
    },
  });
  hasty = createServer((_, response) => {
    response.writeHead(401, { date: new Date(Date.now() + 600_000).toUTCString() }).end('{}');
  }).listen(0, '127.0.0.1');
  silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await Promise.all([once(hasty, 'listening'), once(silent, 'listening')]);
});
afterAll(async () => {
  for (const server of [hasty, silent]) {
    server.closeAllConnections();
    server.close();
  }
  await service.stop();
  await slack.close();
  await bare.close();
});

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

async function doctor(env: Readonly<Record<string, string>>, args: readonly string[] = ['--json']) {
  const child = spawn(process.execPath, ['src/cli/main.ts', 'doctor', ...args], {
    cwd: root,
    env: {
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: service.database.url,
      SLACK_BOT_TOKEN: secrets.bot,
      SLACK_SIGNING_SECRET: secrets.signing,
      SLACK_API_URL: slack.apiUrl,
      PUBLIC_URL: service.url,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  await once(child, 'close');
  const said = { code: child.exitCode, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() };
  for (const secret of Object.values(secrets)) expect(said.out + said.err).not.toContain(secret);
  return said;
}

const Said = z.object({
  findings: z.array(z.object({ check: z.string(), state: z.string(), what: z.string(), mend: z.string().nullable() })),
});

async function findings(env: Readonly<Record<string, string>> = {}) {
  const { code, out } = await doctor(env);
  const all = Said.parse(JSON.parse(out)).findings;
  for (const { what, mend } of all) expect(`${what}${mend}`).not.toContain('\n');
  return { code, of: (check: string) => all.find((each) => each.check === check) };
}

describe('sincewhen doctor', () => {
  it('finds nothing wrong where all is as it should be', async () => {
    const { code, of } = await findings();

    expect(code).toBe(0);
    for (const check of ['slack-token', 'slack-scopes', 'request-url', 'public-url', 'database-settings']) {
      expect(of(check)).toMatchObject({ state: 'ok', mend: null });
    }
    expect(of('clock-the-database')).toMatchObject({ state: 'ok' });
    expect(of('clock-slack')).toMatchObject({ state: 'ok' });
    expect(of('database-size')?.what).toMatch(/^the database takes \d+ \wB$/);
  });

  it('names the scopes that the bot lacks, and how to get them', async () => {
    const { code, of } = await findings({ SLACK_API_URL: bare.apiUrl });

    expect(code).toBe(1);
    expect(of('slack-scopes')).toMatchObject({ state: 'wrong', mend: expect.stringContaining('Reinstall') });
    expect(of('slack-scopes')?.what).toContain('chat:write, app_mentions:read');
    expect(of('slack-scopes')?.what).not.toContain('users:read');
  });

  it('names of a new database the first and the last migration, and a command that can be typed', async () => {
    const empty = await createTestDatabase({ migrated: false });
    const { of } = await findings({ DATABASE_URL: empty.url }).finally(() => empty.close());

    expect(of('migrations')?.what).toMatch(/^\d+ migrations are not applied: 0001-timeline\.sql to \d{4}-[\w-]+\.sql$/);
    expect(of('migrations')?.mend).toContain('npm run -s sincewhen -- migrate');
  });

  it('says whose secret is not the right one', async () => {
    const token = await findings({ SLACK_BOT_TOKEN: 'xoxb-another' });
    const signing = await findings({ SLACK_SIGNING_SECRET: 'another' });

    expect(token.of('slack-token')).toMatchObject({ state: 'wrong', what: expect.stringContaining('invalid_auth') });
    expect(signing.of('request-url')).toMatchObject({
      state: 'wrong',
      mend: expect.stringContaining('SLACK_SIGNING_SECRET'),
    });
  });

  it('names the last edit of the settings of which nobody said why, and how to say it', async () => {
    const { db } = service.database;
    const noting = { actor: 'root@host', committed: null, now: new Date() };
    const settings = { freezes: ['sale'], services: { 'check\u202Eout': {}, b: {}, c: {}, d: {}, e: {} } };
    await noteSettings(db, { freezes: [] }, noting);
    await noteSettings(db, settings, noting);
    const asked = await findings({ SINCEWHEN_CONFIG: join(root, 'sincewhen.example.yml') });
    await noteSettings(db, { freezes: [], edited: { by: 'ada', why: 'it is over' } }, noting);

    expect(asked.code).toBe(0);
    expect(asked.of('settings-reason')).toMatchObject({
      state: 'warning',
      what: expect.stringMatching(
        /^the last edit of the settings \(freezes, .*checkout.* and \d+ more\), .* ago: no reason given$/,
      ),
      mend: expect.stringMatching(
        /edited: \{ by: you, why: the reason \} into .*sincewhen\.example\.yml, or commit it/,
      ),
    });
    expect((await findings()).of('settings-reason')).toBeUndefined();
  });

  it('says that nobody of a group sees what it owns, and which scope is lacking', async () => {
    const { db } = service.database;
    const folder = mkdtempSync(join(tmpdir(), 'sincewhen-doctor-'));
    const file = join(folder, 'sincewhen.yml');
    writeFileSync(file, `services: { payroll: { restricted: true, owners: ['@payroll-team'] } }`);
    const asked = await findings({ SINCEWHEN_CONFIG: file });
    await wantGroups(db, ['payroll-team']);
    const access = { botToken: secrets.bot, apiUrl: slack.apiUrl, log: pino({ enabled: false }) };
    await readGroups({ db, now: () => new Date() }, createSlackGroups(access));
    const refused = await findings({ SINCEWHEN_CONFIG: file });
    rmSync(folder, { recursive: true });
    await wantGroups(db, []);

    expect(asked.of('groups')).toMatchObject({ state: 'warning', what: expect.stringContaining('not been asked') });
    expect(refused.of('groups')).toMatchObject({
      state: 'warning',
      what: expect.stringContaining('the group @payroll-team owns a restricted service and nobody of it sees it'),
      mend: expect.stringContaining('usergroups:read'),
    });
    expect(refused.code).toBe(0);
    expect((await findings()).of('groups')).toBeUndefined();
  });

  it('sees clocks that do not agree, and access that is refused', async () => {
    const { code, of } = await findings({ GITHUB_TOKEN: secrets.github, GITHUB_API_URL: urlOf(hasty) });

    expect(code).toBe(1);
    expect(of('clock-github')).toMatchObject({ state: 'wrong', mend: expect.stringContaining('NTP') });
    expect(of('clock-github')?.what).toMatch(/^our clock is (?:9|10) min behind that of GitHub$/);
    expect(of('github-api')).toMatchObject({ state: 'wrong', what: 'GitHub refuses our access (401)' });
  });

  it('waits for nobody who does not answer', async () => {
    const { of } = await findings({ PUBLIC_URL: urlOf(silent), SLACK_API_URL: `${urlOf(silent)}/api/` });

    for (const check of ['slack-token', 'request-url', 'public-url']) {
      expect(of(check)).toMatchObject({ state: 'wrong', what: expect.stringContaining('no answer within 5 s') });
    }
  }, 30_000);

  it('says what was not looked at, and what is not us', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const address = urlOf(closed);
    closed.close();
    const nowhere = await findings({ PUBLIC_URL: address });
    const other = await findings({ PUBLIC_URL: slack.apiUrl.replace(/\/api\/?$/, '') });

    expect(nowhere.of('public-url')).toMatchObject({ state: 'wrong', what: expect.stringContaining('ECONNREFUSED') });
    expect(other.of('request-url')).toMatchObject({ state: 'wrong', what: expect.stringContaining('which is not us') });
  });

  it('tells of sources, messages, repositories and jobs, each with its mending', async () => {
    const { db, pool } = service.database;
    const post = { thread_ts: null, ts: null, attempted_at: null, shown: null, refused_at: new Date() };
    await db
      .insertInto('slack_posts')
      .values([
        { key: 'a', channel_id: 'C1', refused: 'not_in_channel', ...post },
        { key: 'b', channel_id: 'C1', refused: 'not_in_channel', ...post },
        { key: 'deleted', channel_id: 'C1', refused: 'message_not_found', ...post },
      ])
      .execute();
    await db
      .insertInto('backport_runs')
      .values({
        repository: 'acme/checkout',
        service: '',
        reference: 'production',
        mirror: 'staging',
        unreadable: 'the branch <!channel>\nmain is not there',
        ran_at: new Date(),
      })
      .execute();
    await pool.query(`select graphile_worker.add_job('no-such-task', max_attempts => 1)`);
    await pool.query(
      `update graphile_worker._private_jobs set attempts = 1, run_at = now() + interval '1 day' where max_attempts = 1`,
    );

    const { code, of } = await findings({ GITHUB_WEBHOOK_SECRET: 'a-secret-that-is-long' });

    expect(code).toBe(1);
    expect(of('source-github')).toMatchObject({ state: 'warning', what: 'GitHub has not sent anything yet' });
    expect(of('slack-posts')).toMatchObject({
      what: 'Slack took 2 messages no more in C1: not_in_channel',
      mend: 'invite the bot there: /invite @sincewhen',
    });
    expect(of('repositories')?.what).toContain('acme/checkout cannot be read for backports');
    expect(of('failed-jobs')).toMatchObject({ state: 'wrong', what: '1 job failed for good: 1 no-such-task' });

    const { out, err } = await doctor({}, []);
    expect(out).toContain('WRONG    1 job failed for good: 1 no-such-task\n         → the log says why');
    expect(err).toMatch(/^sincewhen: 1 job failed for good/);
  });
});
