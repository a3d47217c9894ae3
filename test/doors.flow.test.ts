import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogOf, readSettings } from '../src/config/settings.ts';
import { replay } from '../src/ingest/replay.ts';
import { concealWith } from '../src/sources/reading/conceal.ts';
import { deliveryReaders } from '../src/sources/registry.ts';
import { bodyColumns, bodyReader } from '../src/timeline/read-body.ts';
import { type TestService, startTestService } from './test-service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string | null;
  readonly method?: string;
}

async function send(path: string, body: unknown, { headers = {}, token, method = 'POST' }: Sent = {}) {
  const bearer = token === undefined ? service.tokens.ingest : token;
  const response = await fetch(`${service.url}${path}`, {
    method,
    headers: { ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? null : (JSON.parse(text) as unknown),
  };
}

async function changes(query: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { body } = await send(`/api/changes?${query}`, undefined, { method: 'GET', token: service.tokens.read });
  return (body as { changes: Record<string, unknown>[] }).changes;
}

function deployed(id: string, name: string) {
  return {
    context: {
      specversion: '0.5.1',
      id,
      source: '/ci/acme',
      type: 'dev.cdevents.service.deployed.0.3.0',
      timestamp: new Date().toISOString(),
    },
    subject: { id: name, content: { environment: { id: 'prod' }, artifactId: 'pkg:oci/x@1.42.0' } },
  };
}

function wrapped(data: ReturnType<typeof deployed>) {
  const { id, source, type, timestamp } = data.context;
  return { specversion: '1.0', id, source, type, time: timestamp, data };
}

describe('POST /api/events', () => {
  it('takes an event in every mode, once', async () => {
    const data = deployed('once', 'events-once');
    const event = wrapped(data);
    const structured = await send('/api/events', event, {
      headers: { 'content-type': 'application/cloudevents+json' },
    });
    const binary = await send('/api/events', data, {
      headers: {
        'content-type': 'application/json',
        'ce-specversion': '1.0',
        'ce-id': event.id,
        'ce-source': event.source,
        'ce-type': event.type,
      },
    });
    const batch = await send('/api/events', [event, wrapped(deployed('twice', 'events-once')), { id: 1 }], {
      headers: { 'content-type': 'Application/CloudEvents-Batch+JSON; charset=UTF-8' },
    });

    expect(structured).toMatchObject({
      status: 202,
      body: { delivery: expect.any(String), duplicate: false, changes: 1, incidents: 0, facts: 0 },
    });
    expect(structured.body).not.toHaveProperty('rejected');
    expect(binary).toMatchObject({ status: 202, body: { duplicate: true, changes: 0 } });
    expect(batch).toMatchObject({ status: 202, body: { duplicate: false, changes: 1, rejected: [{ index: 2 }] } });
    expect(await changes('since=1h&service=events-once')).toMatchObject([
      { kind: 'deploy', environment: 'production', to: '1.42.0', source: 'cloudevents' },
      { kind: 'deploy' },
    ]);
  });

  it('tells incidents of changes', async () => {
    const data = {
      context: { id: 'i-1', source: '/monitoring', type: 'dev.cdevents.incident.detected.0.3.0', specversion: '0.5.1' },
      subject: { id: 'p99', content: { description: 'slow', environment: { id: 'prod' } } },
    };

    expect(await send('/api/events', data)).toMatchObject({ status: 202, body: { changes: 0, incidents: 1 } });
  });

  it.each<[string, unknown, Sent, number]>([
    ['what is of no interest', { specversion: '1.0', id: '1', source: 'a', type: 'com.example.tick' }, {}, 202],
    [
      'a known event whose fields are wrong',
      { context: { id: '1', source: 'a', type: 'dev.cdevents.service.deployed.1' }, subject: { id: 7 } },
      {},
      202,
    ],
    ['what is no event', { hello: 'world' }, {}, 400],
    ['what is no JSON', '{', {}, 400],
    ['a batch of more than 1,000', Array.from({ length: 1001 }, () => ({})), {}, 413],
    ['an event without a token', {}, { token: null }, 401],
    ['an event with a token that may only read', {}, { token: 'read' }, 403],
  ])('%s is answered %s', async (_, body, sent, status) => {
    const token = sent.token === 'read' ? service.tokens.read : sent.token;

    expect((await send('/api/events', body, { ...sent, ...(token === undefined ? {} : { token }) })).status).toBe(
      status,
    );
  });

  it('shakes hands with a sender that asks first', async () => {
    const asked = { 'webhook-request-origin': 'events.example.com', 'webhook-request-rate': '120' };
    const { status, headers } = await send('/api/events', undefined, {
      method: 'OPTIONS',
      headers: asked,
      token: null,
    });

    expect(status).toBe(200);
    expect(headers.get('webhook-allowed-origin')).toBe('events.example.com');
    expect(headers.get('webhook-allowed-rate')).toBe('*');
    expect(headers.get('allow')).toContain('POST');
  });
});

describe('POST /v2/change/enqueue', () => {
  const event = (summary: string, key: unknown = service.tokens.ingest) => ({
    routing_key: key,
    payload: { summary, source: 'ci', timestamp: new Date().toISOString(), custom_details: { service: 'switched' } },
    links: [{ href: 'https://ci.example.com/7' }],
  });

  it('takes what PagerDuty takes, and answers as it does', async () => {
    const sent = await send('/v2/change/enqueue', event('Deployed switched'), { token: null });

    expect(sent).toMatchObject({ status: 202, body: { status: 'success', message: 'Change event processed' } });
    expect(await changes('since=1h&service=switched')).toMatchObject([
      { kind: 'deploy', title: 'Deployed switched', source: 'api', url: 'https://ci.example.com/7' },
    ]);
  });

  it('keeps nothing of the key', async () => {
    await send('/v2/change/enqueue', event('Deployed with a key'), { token: null });
    const rows = await service.database.db
      .selectFrom('deliveries')
      .select(['id', 'headers', ...bodyColumns])
      .execute();
    const bodyOf = bodyReader(service.database.db);
    const bodies = await Promise.all(rows.map(bodyOf));
    const kept = `${JSON.stringify(rows.map((row) => row.headers))}${bodies.join('')}`;

    expect(kept).toContain('Deployed with a key');
    expect(kept).not.toContain(service.tokens.ingest);
    expect(kept).not.toContain('routing_key');
  });

  it.each<[string, () => unknown, number, string]>([
    ['no JSON', () => '{', 400, 'JSON'],
    ['no key', () => event('x', null), 400, 'routing_key'],
    ['an unknown key', () => event('x', 'a'.repeat(32)), 400, 'routing_key'],
    ['a key that may only read', () => event('x', service.tokens.read), 403, 'ingest'],
    ['no payload', () => ({ routing_key: service.tokens.ingest }), 400, 'payload'],
    ['no summary', () => ({ routing_key: service.tokens.ingest, payload: {} }), 400, 'payload.summary'],
  ])('refuses %s in the shape of PagerDuty', async (_, body, status, error) => {
    expect(await send('/v2/change/enqueue', body(), { token: null })).toMatchObject({
      status,
      body: { status: 'invalid event', message: expect.any(String), errors: [expect.stringContaining(error)] },
    });
  });
});

describe('POST /api/changes', () => {
  it('takes changes as other products write them', async () => {
    const sent = await send('/api/changes', [
      { title: 'Deploy of foreign', text: '', tags: ['service:foreign'], date_happened: Math.floor(Date.now() / 1000) },
      { summary: 'Config of foreign', services: ['foreign'], starts_at: new Date().toISOString() },
      { hello: 'world' },
    ]);

    expect(sent).toMatchObject({ status: 202, body: { accepted: 2, rejected: [{ index: 2 }] } });
    const kinds = (await changes('since=1h&service=foreign')).map((change) => change['kind']);

    expect(new Set(kinds)).toEqual(new Set(['config', 'deploy']));
  });
});

describe('what came through a door', () => {
  it('is counted as what came from a source is', async () => {
    const metrics = await (await fetch(`${service.url}/metrics`)).text();

    expect(metrics).toMatch(/sincewhen_deliveries_total\{source="cloudevents",outcome="recorded"\} [1-9]/);
    expect(metrics).toMatch(/sincewhen_deliveries_total\{source="api",outcome="recorded"\} [1-9]/);
  });

  it('is told by a replay as it was told before', async () => {
    const settings = readSettings('');
    if (settings.outcome === 'invalid') throw new Error('no settings');
    const catalog = catalogOf(settings.settings);
    const before = await changes('since=1h');
    const replayed = await replay(
      {
        db: service.database.db,
        catalog,
        readers: deliveryReaders({ catalog, conceal: concealWith(null) }),
        now: () => new Date(),
        react: () => Promise.resolve(),
      },
      { from: new Date(0) },
    );

    // Kept for the day when it can be read.
    expect(replayed.failed).toMatchObject([{ source: 'cloudevents', error: expect.stringContaining('subject.id') }]);
    expect(await changes('since=1h')).toEqual(before);
  });
});
