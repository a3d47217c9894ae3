import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { relateDeploy } from '../src/deploys/relate.ts';
import type { Answer } from '../src/domain/answer.ts';
import type { Catalog } from '../src/domain/catalog.ts';
import type { Statement } from '../src/domain/event.ts';
import type { Identity } from '../src/domain/identity.ts';
import { parseQuestion } from '../src/domain/since/parse-question.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { seesEverything } from '../src/domain/viewer.ts';
import { createAsk, vocabularyOf } from '../src/timeline/ask.ts';
import { record } from '../src/timeline/record.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';

const catalog: Catalog = {
  environments: new Map([
    ['production', 'production'],
    ['prod', 'production'],
    ['staging', 'staging'],
  ]),
  services: [],
  configPaths: [],
};
const now = new Date('2026-11-20T16:00:00.000Z');
const shas = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((letter) => [letter, letter.repeat(40)])) as Record<
  'a' | 'b' | 'c' | 'd' | 'e',
  string
>;
const repository = 'acme/checkout';
let database: TestDatabase;
let count = 0;

async function tell(
  at: string,
  fields: Partial<Statement>,
  identities: readonly Identity[] = [],
  mentions: readonly Identity[] = [],
) {
  count += 1;
  const statement: Statement = {
    key: `told:${count}`,
    source: 'github',
    occurredAt: `2026-11-${at}:00.000Z`,
    clock: 'source',
    phase: 'happened',
    repository,
    ...fields,
  };
  const own = identities.length > 0 ? identities : [{ type: 'deployment', value: `${repository}#${count}` }];
  const delivery = { replayed: `00000000-0000-7000-8000-${String(count).padStart(12, '0')}` };
  const batch = await database.db
    .transaction()
    .execute((trx) =>
      record(trx, [{ delivery, events: [{ statement, identities: own, mentions }], signals: [] }], { catalog, now }),
    );
  return batch.recorded[0]?.changeIds[0] ?? '';
}

function deploy(at: string, version: string, commit: string, fields: Partial<Statement> = {}) {
  return tell(
    at,
    { kind: 'deploy', phase: 'succeeded', environmentName: 'production', to: version, commit, ...fields },
    [],
    [{ type: 'commit', value: `${repository}@${commit}` }],
  );
}

function merge(at: string, commit: string, number: number) {
  return tell(
    at,
    { kind: 'merge', title: `Change ${number}`, commit, pullRequest: { repository, number, author: { login: 'ada' } } },
    [
      { type: 'commit', value: `${repository}@${commit}` },
      { type: 'pull-request', value: `${repository}#${number}` },
    ],
  );
}

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
  await merge('19T10:00', shas.a, 10);
  await deploy('19T11:00', '1.0.0', shas.a);
  await merge('20T09:00', shas.b, 11);
  const second = await deploy('20T10:00', 'v1.1.0', shas.b);
  await deploy('20T12:00', '1.2.0', shas.c, { phase: 'failed' });
  await merge('20T15:00', shas.d, 12);
  await tell('20T15:10', { kind: 'config', title: 'config/app.yaml: Lower timeout', commit: shas.e });
  await tell(
    '20T15:10',
    { kind: 'merge', title: 'Lower timeout', commit: shas.e, traits: ['push', 'default-branch'] },
    [{ type: 'commit', value: `${repository}@${shas.e}` }],
  );
  await tell('20T15:30', {
    kind: 'deploy',
    phase: 'succeeded',
    environmentName: 'production',
    serviceName: 'ledger',
    repository: 'acme/ledger',
    to: '3.0.0',
  });
  await deploy('20T15:40', '1.3.0', shas.d, { environmentName: 'staging' });
  await tell('20T13:30', {
    kind: 'deploy',
    phase: 'started',
    environmentName: 'production',
    serviceName: 'search',
    repository: 'acme/search',
    to: '7.0.0',
  });
  await relateDeploy(
    {
      db: database.db,
      catalog,
      readCarried: () => Promise.resolve({ outcome: 'unknown', why: 'not asked', again: false }),
    },
    second,
  );
});
afterAll(() => database.close());

async function answer(text: string): Promise<Answer> {
  const asked = await asking(text);
  if (asked.outcome !== 'answer') throw new Error(asked.problem);
  return asked.answer;
}

async function asking(text: string) {
  const vocabulary = await vocabularyOf(database.db, catalog);
  const understood = parseQuestion(text, { now, timezone: 'UTC', vocabulary });
  if (understood.outcome !== 'question') throw new Error(`not a question: ${text} ${JSON.stringify(understood)}`);
  const sources = [{ name: 'github', title: 'GitHub', open: true }];
  const ask = createAsk({
    db: database.db,
    catalog,
    sources,
    defaultEnvironment: 'production',
    namesOf: () => Promise.resolve(new Map([['grace', ['grace', 'grace@example.com']]])),
    releases: { window: null, freezes: [], mirrors: new Map() },
  });
  return ask(understood.question, { timezone: 'UTC', now, limit: 50, cursor: null, viewer: seesEverything });
}

describe('since', () => {
  it.each([
    ['last deploy of ledger', '2026-11-20T15:30:00.000Z'],
    ['last deploy of checkout', '2026-11-20T12:00:00.000Z'],
    ['last good deploy of checkout', '2026-11-20T10:00:00.000Z'],
    ['1.1.0', '2026-11-20T10:00:00.000Z'],
    ['v1.0.0', '2026-11-19T11:00:00.000Z'],
    [shas.b, '2026-11-20T10:00:00.000Z'],
    ['PR #11', '2026-11-20T10:00:00.000Z'],
    ['PR #12', '2026-11-20T15:00:00.000Z'],
    ['acme/checkout#10', '2026-11-19T11:00:00.000Z'],
  ])('%s counts from when it reached production, or else from its merge', async (text, expected) => {
    expect((await answer(text)).window.from.toISOString()).toBe(expected);
  });

  it.each([
    ['prod~0', []],
    ['prod~1', ['ledger']],
  ])('%s has exactly the changes since that state', async (text, services) => {
    const { changes } = await answer(`${text} in prod`);
    const good = changes.filter((change) => change.status === 'succeeded');

    expect(good.map((change) => change.service)).toEqual(services);
  });

  it.each([
    ['v9.9.9', '9.9.9'],
    ['PR #999', '#999'],
    ['INC-42', 'INC-42'],
    ['prod~50', 'states'],
    ['last good deploy of search', 'search'],
  ])('%s says what was not found', async (text, word) => {
    expect(await asking(text)).toMatchObject({ outcome: 'not-found', problem: expect.stringContaining(word) });
  });
});

describe('an answer', () => {
  it('has what took effect in the window, newest first, and what is still under way', async () => {
    const { changes, total, byService } = await answer('2h in prod');

    expect(changes.map((change) => [change.service, change.status])).toEqual([
      ['ledger', 'succeeded'],
      ['search', 'started'],
    ]);
    expect(total).toBe(2);
    expect(byService.map((each) => each.service)).toEqual(['ledger', 'search']);
  });

  it('counts merges that no deploy has brought yet, and changes that name no environment', async () => {
    const { waiting, unplaced } = await answer('2h in prod');

    // #12 is in staging only; the direct push is nowhere.
    expect({ waiting, unplaced }).toEqual({ waiting: 2, unplaced: 1 });
    expect((await answer('2h in staging')).waiting).toBe(1);
  });

  it('suspects a configuration edit that names no environment, and knows how it came', async () => {
    const { suspects } = await answer('2h in prod');
    const config = suspects.find((suspect) => suspect.change.kind === 'config');

    expect(config?.reasons.map((reason) => reason.text).join()).toMatch(/straight to the branch.*names no environment/);
  });

  it('counts what only the other filters hid', async () => {
    expect(await answer('2h in prod ledger')).toMatchObject({ total: 1, elsewhere: 1 });
    expect(await answer('2h in prod kind:rollback')).toMatchObject({ total: 0, elsewhere: 2 });
  });

  it('finds a change that began in a past window and ended after it', async () => {
    await tell(
      '18T10:55',
      { kind: 'deploy', phase: 'started', environmentName: 'staging', serviceName: 'slow', key: 'slow-start' },
      [{ type: 'deployment', value: 'slow' }],
    );
    await tell(
      '18T11:05',
      { kind: 'deploy', phase: 'succeeded', environmentName: 'staging', serviceName: 'slow', key: 'slow-end' },
      [{ type: 'deployment', value: 'slow' }],
    );

    expect((await answer('2026-11-18 10:00 until 2026-11-18 11:00 in staging')).total).toBe(1);
    expect((await answer('2026-11-18 11:00 until 2026-11-18 12:00 in staging')).total).toBe(1);
    expect((await answer('2026-11-18 12:00 until 2026-11-18 13:00 in staging')).total).toBe(0);
  });

  it('finds a person by any of their names', async () => {
    await tell('17T10:00', { kind: 'flag', environmentName: 'production', actor: { email: 'Grace@example.com' } });

    expect((await answer('2026-11-17 09:00 until 2026-11-17 11:00 by:grace')).total).toBe(1);
    expect((await answer('2026-11-17 09:00 until 2026-11-17 11:00 by:ada')).total).toBe(0);
  });

  it('tells a deploy’s version before it', async () => {
    const { changes } = await answer('2026-11-20 09:30 until 2026-11-20 11:00 in prod');

    expect(changes).toMatchObject([{ from: '1.0.0', to: 'v1.1.0' }]);
  });
});
