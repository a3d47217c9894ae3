import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalog } from '../src/domain/catalog.ts';
import type { Statement } from '../src/domain/event.ts';
import type { Signal } from '../src/domain/signal.ts';
import { parseQuestion } from '../src/domain/since/parse-question.ts';
import { seesEverything } from '../src/domain/viewer.ts';
import { createAsk, vocabularyOf } from '../src/timeline/ask.ts';
import { record } from '../src/timeline/record.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';

const service = (name: string, dependsOn: readonly string[]) => ({
  name,
  aliases: [],
  repository: null,
  paths: [],
  configPaths: null,
  branches: {},
  dependsOn,
  owners: [],
});
const catalog: Catalog = {
  environments: new Map([
    ['production', 'production'],
    ['prod', 'production'],
    ['staging', 'staging'],
  ]),
  services: [service('checkout', ['Ledger']), service('ledger', []), service('search', ['index'])],
  configPaths: [],
};
const now = new Date('2026-11-20T16:00:00.000Z');
let database: TestDatabase;
let count = 0;

async function tell(at: string, fields: Partial<Statement> | Partial<Signal>) {
  count += 1;
  const common = {
    key: `told:${count}`,
    source: 'test',
    occurredAt: `2026-11-${at}:00.000Z`,
    clock: 'source' as const,
  };
  const delivery = { replayed: `00000000-0000-7000-8000-${String(count).padStart(12, '0')}` };
  const told =
    'subject' in fields
      ? { events: [], signals: [{ subject: '', state: 'open' as const, ...common, ...fields }] }
      : {
          events: [
            {
              statement: {
                phase: 'succeeded' as const,
                environmentName: 'production',
                ...common,
                ...(fields as Partial<Statement>),
              },
              identities: [{ type: 'deployment', value: `${count}` }],
              mentions: [],
            },
          ],
          signals: [],
        };
  await database.db.transaction().execute((trx) => record(trx, [{ delivery, ...told }], { catalog, now }));
}

beforeAll(async () => {
  database = await createTestDatabase();
  // An outage of checkout: a bad deploy of what it depends on, and then the rollback of checkout that did not help.
  await tell('20T14:50', { kind: 'deploy', serviceName: 'checkout', from: '1.0', to: '1.1' });
  await tell('20T15:20', {
    kind: 'deploy',
    serviceName: 'ledger',
    from: '3.0',
    to: '3.1',
    title: 'Post invoices in batches',
  });
  await tell('20T15:22', { kind: 'deploy', serviceName: 'search', to: '7.1' });
  await tell('20T15:29', {
    subject: 'P1',
    title: 'Checkout: invoices time out',
    serviceName: 'checkout',
    environmentName: 'prod',
  });
  await tell('20T15:30', { kind: 'rollback', serviceName: 'checkout', from: '1.1', to: '1.0' });
  // The day before: a deploy that was rolled back before anybody asked, and one in staging only.
  await tell('19T14:40', { kind: 'deploy', serviceName: 'search', from: '6.0', to: '6.1' });
  await tell('19T14:50', { kind: 'rollback', serviceName: 'search', from: '6.1', to: '6.0' });
  await tell('19T14:55', { kind: 'deploy', serviceName: 'search', to: '6.2', environmentName: 'staging' });
  await tell('19T14:55', { kind: 'config', title: 'search: other synonyms', serviceName: 'search', phase: 'happened' });
});
afterAll(() => database.close());

const freeze = {
  name: 'audit',
  from: new Date('2026-11-20T15:00:00Z'),
  to: new Date('2026-11-20T18:00:00Z'),
  environments: [],
};

async function suspectsOf(text: string, freezes: readonly (typeof freeze)[] = []) {
  const vocabulary = await vocabularyOf(database.db, catalog);
  const understood = parseQuestion(text, { now, timezone: 'UTC', vocabulary });
  if (understood.outcome !== 'question') throw new Error(`not a question: ${text}`);
  const ask = createAsk({
    db: database.db,
    catalog,
    sources: [],
    defaultEnvironment: 'production',
    namesOf: () => Promise.resolve(new Map()),
    releases: { window: null, freezes, mirrors: new Map([['production', ['staging']]]) },
  });
  const asked = await ask(understood.question, {
    timezone: 'UTC',
    now,
    limit: 1,
    cursor: null,
    viewer: seesEverything,
  });
  if (asked.outcome !== 'answer') throw new Error(asked.problem);
  return asked.answer.suspects;
}

async function named(text: string) {
  return (await suspectsOf(text)).map(({ change }) => `${change.kind} ${change.service} ${change.to ?? ''}`.trim());
}

describe('while an alert is open', () => {
  it('suspects are what was there when it began, near what it is about, and not what was done since', async () => {
    expect(await named('2h in prod')).toEqual(['deploy ledger 3.1', 'deploy checkout 1.1']);
  });

  it('a change says how it is linked to what is affected, and since when it is there', async () => {
    const [suspect] = await suspectsOf('2h in prod');

    expect(suspect?.reasons.map(({ text }) => text)).toEqual([
      'took effect 9 min before it began',
      'the symptom names "invoices"',
      'checkout depends on it',
      'new code',
    ]);
    expect(suspect?.likelihood).toBe('likely');
  });

  it('a change has the risks that only the history knows, whether or not the page lists it', async () => {
    const [suspect] = await suspectsOf('2h in prod', [freeze]);

    expect(suspect?.change).toMatchObject({ to: '3.1', risks: [{ name: 'freeze', text: 'during the freeze audit' }] });
  });

  it('that taking it back did not help speaks against a change', async () => {
    const [, taken] = await suspectsOf('2h in prod');

    expect(taken?.reasons.at(-1)).toEqual({
      text: 'was taken back, and the fault is still there',
      weight: -0.15,
    });
  });

  it('what a service depends on is suspected also when only that service is asked about', async () => {
    expect(await named('2h in prod checkout')).toEqual(['deploy ledger 3.1', 'deploy checkout 1.1']);
  });

  it('only the kinds that are asked for are shown', async () => {
    expect(await named('2h in prod kind:config')).toEqual([]);
    expect(await named('2h in prod kind:deploy')).toEqual(['deploy ledger 3.1', 'deploy checkout 1.1']);
  });
});

describe('when nobody says that anything is wrong', () => {
  it('suspects are what is there at the end of the window: neither what was taken back nor what is elsewhere', async () => {
    expect(await named('2026-11-19 14:00 until 2026-11-19 15:00 in prod')).toEqual(['config search']);
  });

  it('what was taken back is none either when only deploys are asked for', async () => {
    expect(await named('2026-11-19 14:00 until 2026-11-19 15:00 in prod kind:deploy')).toEqual([]);
  });
});
