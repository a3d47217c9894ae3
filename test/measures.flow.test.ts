import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { measuresJson } from '../src/domain/measures/measures-json.ts';
import { digestMeasures } from '../src/measures/digest.ts';
import { sayRestricted } from '../src/names/say-restricted.ts';
import { at, storyTeller, tellStory } from './measured-story.ts';
import { type TestService, startTestService } from './test-service.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';
import { migrateJobs } from '../src/jobs/run.ts';

const settings = `
services:
  checkout: { owners: ['@payments-team', '@ada'] }
  ledger: { owners: ['@payments-team'] }
  search: { owners: ['@grace-h', '@discovery'] }
people:
  - { name: ada, slack: U1ADA }
  - { name: grace, github: grace-h }
`;
const window = 'since=2025-11-06T00:00Z&until=2025-11-20T00:00Z';

let service: TestService;
let story: ReturnType<typeof storyTeller>;

beforeAll(async () => {
  service = await startTestService({ settings, now: () => at('11-20 00:00') });
  story = storyTeller(service.database.db);
  await tellStory(story);
});
afterAll(async () => {
  story.end();
  await service.stop();
});

type Answer = ReturnType<typeof measuresJson>;

async function ask(query: string, token: string | null = service.tokens.read) {
  const response = await fetch(`${service.url}/api/measures?${query}`, {
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
  });
  return { status: response.status, body: (await response.json()) as Answer & { readonly error?: string } };
}

const hour = 3600;

describe('two weeks that were told as they happened', () => {
  it('give the numbers that one reckons by hand', async () => {
    const { status, body } = await ask(window);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      window: { from: '2025-11-06T00:00:00.000Z', to: '2025-11-20T00:00:00.000Z' },
      before: { from: '2025-10-23T00:00:00.000Z', to: '2025-11-06T00:00:00.000Z' },
      environment: 'production',
      notes: [],
    });
    // checkout 7, 9, 10, 11, 12 and 15 November; ledger three times on the 8th; search twice on the 16th.
    expect(body.all.deployment_frequency).toMatchObject({
      value: 11 / 14,
      count: 11,
      samples: 11,
      too_few: false,
      before: { value: 2 / 14, samples: 2, interval: null, too_few: true },
      trend: 'too-few',
    });
    // 0.5 h, 0.75 h (merge), 1 h, 3 h, 3 h (merge), 5 h, 10 h, 51 h; before 6 h and 10 h.
    expect(body.all.lead_time).toMatchObject({
      value: 3 * hour,
      samples: 8,
      from_merge: 2,
      interval: { low: 0.5 * hour, high: 51 * hour },
      before: { value: 8 * hour, samples: 2 },
    });
    // The deploy of the 7th and ledger's 3.1 by verdicts, search 7.1 by its rollback, VAT by its revert.
    expect(body.all.change_failure_rate).toMatchObject({
      value: 4 / 11,
      count: 4,
      samples: 11,
      reasons: { incident: 2, rollback: 1, revert: 1 },
      before: { value: 0, count: 0, samples: 2 },
    });
    // 42 min, 120 min, 60 min by a flag, 30 min by no change.
    expect(body.all.time_to_restore).toMatchObject({ value: 51 * 60, samples: 4, interval: null, too_few: true });
    expect(body.all.time_to_restore_caused).toMatchObject({ value: 60 * 60, samples: 3 });
    // Two rollbacks, ledger 3.2 named as the fix, the hotfix and the revert, of 11 deploys and 2 rollbacks.
    expect(body.all.rework).toMatchObject({
      value: 5 / 13,
      count: 5,
      samples: 13,
      reasons: { rollback: 2, fix: 1, hotfix: 1, revert: 1 },
    });
  });

  it('are told for each service and team, and for no person', async () => {
    const { body } = await ask(window);
    const told = ({ deployment_frequency: often, change_failure_rate: failed, lead_time: lead }: Answer['all']) => [
      often.count,
      failed.count,
      lead.samples,
    ];

    expect(body.services.map((each) => [each.service, ...told(each)])).toEqual([
      ['checkout', 6, 2, 6],
      ['ledger', 3, 1, 2],
      ['search', 2, 1, 0],
    ]);
    expect(body.teams.map((each) => [each.team, each.services, ...told(each)])).toEqual([
      ['discovery', ['search'], 2, 1, 0],
      ['payments-team', ['checkout', 'ledger'], 9, 3, 8],
    ]);
    expect(JSON.stringify(body)).not.toMatch(/ada|grace|U1ADA/);
  });

  it('are told of one service alone', async () => {
    const { body } = await ask(`${window}&service=Ledger`);

    expect(body.all.change_failure_rate).toMatchObject({ count: 1, samples: 3 });
    expect(body.all.time_to_restore).toMatchObject({ value: 2 * hour, samples: 1 });
    expect(body.services.map((each) => each.service)).toEqual(['ledger']);
  });

  it('are told of another environment', async () => {
    const { body } = await ask(`${window}&environment=staging`);

    expect(body.all.deployment_frequency.count).toBe(1);
    expect(body.all.time_to_restore).toMatchObject({ value: hour, samples: 1 });
    expect(body.notes).toEqual([
      'The first deploy to staging that is known was on 2025-11-15: there is no whole period before to compare with.',
    ]);
  });

  it('make one line of a digest', async () => {
    const period = { from: at('11-06 00:00'), to: at('11-20 00:00') };
    const { db } = service.database;

    expect(await digestMeasures(db, { ...period, services: [] })).toBe(
      '11 deploys (+9) · lead time 3 h median of 8 · 4 of 11 failed · restored in 51 min median of 4',
    );
    expect(await digestMeasures(db, { ...period, services: ['search'] })).toBe(
      '2 deploys (+2) · 1 of 2 failed · restored in 1 h',
    );
    expect(await digestMeasures(db, { ...period, services: ['mailer'] })).toBeNull();
  });

  it('are printed by the command line', async () => {
    const words = '--since 2025-11-06T00:00Z --until 2025-11-20T00:00Z --timezone UTC';
    const { stdout, code } = await measures(words.split(' '));
    const json = await measures([...words.split(' '), '--service', 'ledger', '--json']);
    const strange = await measures(['--service', 'nothing-like-it']);

    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Change failure rate +36 % \(4 of 11\) +15 % to 65 % +0 % \(0 of 2\) +too few to compare$/m,
    );
    expect(stdout).toMatch(/^checkout +3 a week \(6\)/m);
    expect(JSON.parse(json.stdout)).toMatchObject({ all: { change_failure_rate: { count: 1 } } });
    expect(strange).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no service nothing-like-it') });
  });
});

describe('GET /api/measures', () => {
  it.each([
    ['without a token', window, null, 401, ''],
    ['over years', 'since=2001-01-01', undefined, 400, 'at most 400 days'],
    ['over no time', 'since=banana', undefined, 400, 'banana'],
    ['since what nobody knows', 'since=v99.1.0', undefined, 404, 'v99.1.0'],
    ['in no time zone', 'timezone=Mars', undefined, 400, 'timezone'],
  ])('refuses to answer %s', async (_, query, token, status, problem) => {
    const answered = await ask(query, token);

    expect(answered.status).toBe(status);
    expect(answered.body.error).toContain(problem);
  });
});

function measures(args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const cli = join(import.meta.dirname, '../src/cli/main.ts');
  const env = { PATH: process.env['PATH'] ?? '', DATABASE_URL: service.database.url };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [cli, 'measures', ...args], { env }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

describe('what people say later', () => {
  let database: TestDatabase;
  let told: ReturnType<typeof storyTeller>;
  beforeAll(async () => {
    database = await createTestDatabase();
    await migrateJobs(database.pool, pino({ enabled: false }));
    await sayRestricted(database.db, []);
    told = storyTeller(database.db);
  });
  afterAll(async () => {
    told.end();
    await database.close();
  });

  async function failures(name: string): Promise<readonly unknown[]> {
    const sql = 'select change_id, why from measure_failures where service = $1 order by at';
    const { rows } = await database.pool.query<{ change_id: string; why: string }>(sql, [name]);
    return rows.map((row) => [row.change_id, row.why]);
  }

  it('moves the failure to what they name', async () => {
    const first = await told.deploy('11-01 10:00', 'cart', { to: '1' });
    const second = await told.deploy('11-01 11:00', 'cart', { to: '2' });
    const fault = await told.fault({ services: ['cart'], started: '11-01 11:05' });
    await told.say(fault, first, 'caused', '11-01 11:10');
    const named = await failures('cart');
    await told.say(fault, second, 'caused', '11-01 11:20');
    const renamed = await failures('cart');
    await told.say(fault, second, 'dismissed', '11-01 11:30');

    expect([named, renamed]).toEqual([[[first, 'incident']], [[second, 'incident']]]);
    expect(await failures('cart')).toEqual([]);
  });

  it('does not count what a rollback took back besides, when it was for another deploy', async () => {
    await told.deploy('11-02 09:00', 'mail', { to: '1' });
    const cause = await told.deploy('11-02 10:00', 'mail', { to: '2' });
    const innocent = await told.deploy('11-02 11:00', 'mail', { to: '3' });
    const back = await told.deploy('11-02 12:00', 'mail', { to: '1' });
    const before = await failures('mail');
    const fault = await told.fault({ services: ['mail'], started: '11-02 11:05' });
    await told.resolve(fault, '11-02 12:10', { causeId: cause, fixIds: [back] });

    expect(before).toEqual([[innocent, 'rollback']]);
    expect(await failures('mail')).toEqual([[cause, 'incident']]);
  });

  it('counts for the deploy that is shown, also when it was said of a report of it', async () => {
    const commit = told.commit('Ship it', '11-03 08:00');
    const report = await told.tell('11-03 10:00', {
      kind: 'deploy',
      phase: 'succeeded',
      serviceName: 'checkout',
      repository: 'acme/checkout',
      commit,
      source: 'argocd',
    });
    const fault = await told.fault({ services: ['checkout'], started: '11-03 10:05' });
    await told.say(fault, report, 'caused', '11-03 10:10');
    await database.pool.query('update changes set at = null where id = $1', [report]);
    const shown = await told.checkout('11-03 10:01', commit);
    await database.pool.query('update changes set joined_to = $1 where id = $2', [shown, report]);

    expect(await failures('checkout')).toEqual([[shown, 'incident']]);
  });
});
