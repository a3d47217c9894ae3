import { Writable } from 'node:stream';
import { type Kysely, sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretVariable } from '../src/config/source-names.ts';
import type { Schema } from '../src/database/schema.ts';
import type { Catalog } from '../src/domain/catalog.ts';
import type { Question } from '../src/domain/question.ts';
import { renderAnswer } from '../src/slack/messages/answer.ts';
import { renderHome } from '../src/slack/messages/home.ts';
import { concealWith } from '../src/sources/reading/conceal.ts';
import { openSources, sourceDefinitions } from '../src/sources/registry.ts';
import { seesEverything } from '../src/domain/viewer.ts';
import { createAsk } from '../src/timeline/ask.ts';
import { changeColumns, changeOfRow } from '../src/timeline/change-of-row.ts';
import { bodyColumns, bodyReader } from '../src/timeline/read-body.ts';
import { type Recording, record } from '../src/timeline/record.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';
import { type Fixture, allFixtures, deliveryOf } from './fixtures.ts';
import { signed } from './sign.ts';
import { type TestService, startTestService } from './test-service.ts';

const catalog: Catalog = {
  environments: new Map([
    ['production', 'production'],
    ['prod', 'production'],
    ['staging', 'staging'],
  ]),
  services: [],
  configPaths: ['**/config/**', '**/*.env*'],
};
const names = sourceDefinitions.map(({ name }) => name);
const webhookSecret = 'the-secret-of-every-source';

describe('what every source sends', () => {
  const databases: TestDatabase[] = [];
  afterAll(() => Promise.all(databases.map((database) => database.close())));

  async function recorded(order: (recordings: readonly Recording[]) => readonly Recording[]) {
    const database = await createTestDatabase();
    databases.push(database);
    for (const recording of order(recordings())) {
      const now = new Date('2026-11-21T15:00:00Z');
      await database.db.transaction().execute((trx) => record(trx, [recording], { catalog, now }));
    }
    return told(database.db);
  }

  it('adds up to the same changes and incidents in whatever order it comes', { timeout: 60_000 }, async () => {
    const [inOrder, reversed] = await Promise.all([recorded((all) => all), recorded((all) => all.toReversed())]);

    expect(inOrder.changes.length).toBeGreaterThan(names.length);
    expect(reversed.changes).toEqual(inOrder.changes);
    expect(reversed.signals).toEqual(inOrder.signals);
  });
});

function recordings(): readonly Recording[] {
  const secrets = new Map(names.map((name) => [name, [webhookSecret]]));
  const sources = openSources({ catalog, conceal: concealWith('key'), secrets });
  return [...allFixtures()].flatMap(([name, fixtures]) =>
    fixtures.flatMap((fixture, index): Recording[] => {
      const parsed = sources.get(name)?.read(deliveryOf(fixture)).parsed;
      if (parsed?.outcome !== 'events') return [];
      const replayed = `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`;
      return [{ delivery: { replayed }, events: parsed.events, signals: parsed.signals ?? [] }];
    }),
  );
}

async function told(db: Kysely<Schema>) {
  const rows = await db.selectFrom('changes').select(changeColumns).where('at', 'is not', null).execute();
  const signals = await db
    .selectFrom('signals')
    .select(['source', 'subject', 'state', 'title', 'severity', 'environment', 'services', 'started_at', 'resolved_at'])
    .orderBy('source')
    .orderBy('subject')
    .execute();
  const changes = rows
    .map((row) => changeOfRow(row, catalog))
    .map(({ id: _id, recordedAt: _recordedAt, identities, ...change }) => ({
      ...change,
      identities: identities.map(({ type, value }) => `${type}:${value}`).toSorted(),
    }))
    .map((change) => [JSON.stringify(change), change] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, change]) => change);
  return { changes, signals };
}

describe('a secret', () => {
  const planted = {
    byName: 'correct-horse-battery-staple-41',
    byShape: `ghp_${'Zq7'.repeat(12)}`,
    inAddress: 'tr0ub4dor-in-an-address',
    inBase64: Buffer.from('the-data-of-a-secret').toString('base64'),
  };
  const logged: string[] = [];
  let service: TestService;

  beforeAll(async () => {
    const environment = Object.fromEntries(names.map((name) => [secretVariable(name), webhookSecret]));
    const log = new Writable({
      write(chunk: Buffer, _encoding, done) {
        logged.push(chunk.toString());
        done();
      },
    });
    service = await startTestService({
      environment: { ...environment, HMAC_KEY: 'the-key-of-digests' },
      logger: pino({ level: 'trace' }, log),
    });
    for (const [name, fixtures] of allFixtures()) {
      for (const fixture of fixtures) await send(name, fixture);
    }
  });
  afterAll(() => service.stop());

  /** Into every object a field, an environment variable, an address and a Kubernetes Secret; into prose a token. */
  function withSecrets(value: unknown, depth = 0): unknown {
    if (typeof value === 'string') return / \S+ /.test(value) ? `${value} ${planted.byShape} ` : value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => withSecrets(item, depth + 1));
    const own = Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withSecrets(field, depth + 1)]));
    if (depth > 3) return own;
    return {
      ...own,
      api_token: planted.byName,
      extra_environment: [{ name: 'DB_PASSWORD', value: planted.byName }],
      database_url: `postgres://ada:${planted.inAddress}@db.example.com/checkout`,
      manifest: { kind: 'Secret', data: { key: planted.inBase64 } },
      passwords: [planted.byName],
      api_key: { value: planted.byName },
      headers: [['X-Api-Key', planted.byName]],
      note: `login failed with password: ${planted.byName} at 14:05, sent {"token":"${planted.byName}"}`,
    };
  }

  async function send(name: string, fixture: Fixture): Promise<void> {
    const body = Buffer.from(JSON.stringify(withSecrets(fixture.body)));
    const proved = signed(name, { headers: fixture.headers, body, receivedAt: new Date() }, webhookSecret);
    const response = await fetch(`${service.url}/ingest/${name}`, {
      method: 'POST',
      headers: Object.entries(proved.headers).flatMap(([header, value]) =>
        value === undefined ? [] : [[header, value] as [string, string]],
      ),
      body: new Uint8Array(body),
    });
    expect([200, 202, 400]).toContain(response.status);
  }

  async function everythingStored(): Promise<string> {
    const { db } = service.database;
    const { rows } = await sql<{ name: string }>`
      select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')
    `.execute(db);
    const tables = await Promise.all(
      rows.map(async ({ name }) => {
        const dump = await sql<{ row: string }>`select entry::text as row from ${sql.raw(name)} as entry`.execute(db);
        return dump.rows.map(({ row }) => row).join('\n');
      }),
    );
    const deliveries = await db
      .selectFrom('deliveries')
      .select(['id', ...bodyColumns])
      .execute();
    const bodies = await Promise.all(deliveries.map(bodyReader(db)));
    expect(bodies).not.toContain(null);
    return [...tables, ...bodies.map(String)].join('\n');
  }

  async function everythingShown(): Promise<string> {
    const now = new Date('2026-11-22T00:00:00Z');
    const sources = names.map((name) => ({ name, title: name, open: true }));
    const ask = createAsk({
      db: service.database.db,
      catalog,
      sources,
      defaultEnvironment: 'production',
      namesOf: () => Promise.resolve(new Map()),
      releases: { window: null, freezes: [], mirrors: new Map() },
    });
    const since = { type: 'instant' as const, at: new Date('2000-01-01T00:00:00Z'), words: '' };
    const question: Question = {
      since,
      until: null,
      environment: null,
      services: [],
      kinds: [],
      actor: null,
      text: null,
      notes: [],
    };
    const asked = await ask(question, { timezone: 'UTC', now, limit: 500, cursor: null, viewer: seesEverything });
    if (asked.outcome !== 'answer') throw new Error(asked.problem);
    const options = { now, timezone: 'UTC', state: null, shareable: true };
    const pages = asked.answer.changes.map((change) => ({
      ...asked.answer,
      changes: [change],
      suspects: [{ change, score: 1, likelihood: 'likely' as const, reasons: [] }],
    }));
    const messages = pages.flatMap((answer) => [renderAnswer(answer, options), renderHome(answer, options)]);
    const response = await fetch(`${service.url}/api/changes?since=2000-01-01T00:00Z&limit=500`, {
      headers: { authorization: `Bearer ${service.tokens.read}` },
    });
    expect(response.status).toBe(200);
    return JSON.stringify(messages) + (await response.text());
  }

  it('that any source sends is neither stored nor logged nor shown', { timeout: 60_000 }, async () => {
    const places = {
      stored: await everythingStored(),
      shown: await everythingShown(),
      logged: logged.join(''),
    };

    expect(places.stored).toContain('‹secret ');
    expect(places.stored).toContain('extra_environment');
    expect(places.shown.length).toBeGreaterThan(10_000);
    expect(places.logged).toContain('/ingest/github');
    for (const [place, text] of Object.entries(places)) {
      const found = [...Object.entries(planted), ['webhook', webhookSecret] as const]
        .filter(([, secret]) => text.includes(secret))
        .map(([kind]) => `${kind} ${place}`);
      expect(found).toEqual([]);
    }
  });
});
