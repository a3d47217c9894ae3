import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Signal } from '../src/domain/signal.ts';
import { recordSignals } from '../src/timeline/record-signals.ts';
import { createToken } from '../src/timeline/tokens.ts';
import { emptyCatalog } from './read-source.ts';
import { type TestService, startTestService } from './test-service.ts';

const secret = 'the-secret-in-use';
let service: TestService;
let admin: string;

beforeAll(async () => {
  service = await startTestService({
    settings: 'services: { checkout: { aliases: [shop], depends_on: [ledger] }, ledger: , search: }',
    environment: { PAGERDUTY_WEBHOOK_SECRET: secret },
  });
  admin = (await createToken(service.database.db, { name: 'root', scopes: ['admin'], now: new Date() })).token;
});
afterAll(() => service.stop());

type Json = Readonly<Record<string, unknown>>;

interface Options {
  readonly method?: string;
  readonly body?: unknown;
  readonly token?: string;
}

async function call(path: string, { body, method = body === undefined ? 'GET' : 'POST', token }: Options = {}) {
  const usual = method === 'GET' ? service.tokens.read : service.tokens.ingest;
  const response = await fetch(`${service.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token ?? usual}` },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

function post(body: unknown, token?: string) {
  return call('/api/incidents', { body, ...(token === undefined ? {} : { token }) });
}

function patch(id: unknown, body: unknown) {
  return call(`/api/incidents/${String(id)}`, { method: 'PATCH', body });
}

function ago(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}

async function change(body: Json): Promise<string> {
  const { body: answer } = await call('/api/changes', { body });
  const [id] = answer['changes'] as readonly string[];
  return id ?? '';
}

describe('POST /api/incidents', () => {
  it('opens one, in our words, and says what it was told', async () => {
    const { status, body } = await post({
      title: 'Nobody can pay',
      started_at: ago(5),
      services: ['Shop'],
      environment: 'prd',
      symptom: 'HTTP 502 <!channel>',
      severity: 'critical',
    });

    expect(status).toBe(201);
    expect(body).toMatchObject({
      reference: `INC-${String(body['id'])}`,
      status: 'open',
      title: 'Nobody can pay',
      services: ['checkout'],
      environment: 'production',
      symptom: 'HTTP 502 <!channel>',
      severity: 'critical',
      resolved_at: null,
      cause: null,
    });
  });

  it('with the same key is the same incident, also at once', async () => {
    const all = await Promise.all([1, 2, 3].map(() => post({ title: 'Once', key: 'page-7' })));

    expect(all.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(1);
    expect(new Set(all.map(({ body }) => body['id'])).size).toBe(1);
  });

  it('of a channel is that channel’s incident', async () => {
    const first = await post({ title: 'Once', channel: { id: 'C0INC1', name: 'inc-1' } });
    const second = await post({ title: 'Twice', channel: 'C0INC1' });

    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toMatchObject({ title: 'Once', channel: { id: 'C0INC1', name: 'inc-1' } });
  });

  it('in the default environment, from now, where nothing else is said', async () => {
    const { body } = await post({ title: 'Something' });

    expect(body).toMatchObject({ environment: 'production', services: [], severity: null, symptom: '' });
    expect(Date.now() - Date.parse(String(body['started_at']))).toBeLessThan(60_000);
  });

  it('that begins in the future begins now', async () => {
    const { body } = await post({ title: 'Soon', started_at: ago(-600) });

    expect(Date.parse(String(body['started_at']))).toBeLessThanOrEqual(Date.now());
  });

  it.each([
    ['not JSON', '{', 'The body is not JSON.'],
    ['a list', [], 'object'],
    ['without a title', {}, 'title'],
    ['with an empty title', { title: ' \u0000 ' }, 'title: is empty'],
    ['with a title that is too long', { title: 'x'.repeat(301) }, 'title: is longer than 300 characters'],
    ['with a start that is no time', { title: 'x', started_at: 'yesterday' }, 'started_at: is not a time'],
    ['with a severity of its own', { title: 'x', severity: 'awful' }, 'severity: is not one of critical, error'],
    ['with a channel that is none', { title: 'x', channel: '#inc' }, 'channel: is neither'],
  ])('%s is refused', async (_what, body, error) => {
    const answer = await post(body);

    expect(answer.status).toBe(400);
    expect(answer.body['error']).toContain(error);
  });

  it('takes a token that may send', async () => {
    expect((await post({ title: 'x' }, service.tokens.read)).status).toBe(403);
    expect((await post({ title: 'x' }, 'swn_none')).status).toBe(401);
  });
});

describe('GET /api/incidents/:id', () => {
  it('names the change that did it first, with its reasons, and what was ruled out', async () => {
    const culprit = await change({
      kind: 'deploy',
      title: 'Retry payments',
      service: 'checkout',
      environment: 'production',
      occurred_at: ago(6),
    });
    await change({
      kind: 'deploy',
      title: 'Index',
      service: 'search',
      environment: 'production',
      occurred_at: ago(50),
    });
    const { body: opened } = await post({ title: 'Payments fail', services: ['checkout'], started_at: ago(5) });
    const { status, body } = await call(`/api/incidents/${String(opened['reference'])}`);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      title: 'Payments fail',
      alerts: [],
      verdicts: [],
      measures: { time_to_resolve_seconds: null },
    });
    const [first] = body['suspects'] as readonly {
      change: Json;
      score: number;
      likelihood: string;
      reasons: readonly Json[];
    }[];
    expect(first?.change['id']).toBe(culprit);
    expect(first?.score).toBeGreaterThan(0);
    expect(first?.reasons.length).toBeGreaterThan(1);
    expect(JSON.stringify(body['ruled_out'])).toContain('"title":"Index"');
  });

  it('is an incident that a page opens, as soon as it is told', async () => {
    const at = ago(2);
    const data = {
      id: 'QAPI1',
      title: 'Search is down',
      created_at: at,
      number: 77,
      status: 'triggered',
      urgency: 'high',
      service: { summary: 'search' },
      custom_fields: [{ name: 'environment', value: 'staging' }],
      html_url: 'https://acme.pagerduty.com/incidents/QAPI1',
    };
    const event = { id: 'E1', event_type: 'incident.triggered', resource_type: 'incident', occurred_at: at, data };
    const body = JSON.stringify({ event });
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    await fetch(`${service.url}/ingest/pagerduty`, {
      method: 'POST',
      body,
      headers: { 'x-pagerduty-signature': `v1=${signature}` },
    });
    const found = async () => {
      const listed = await call('/api/incidents?status=open');
      return (listed.body['incidents'] as readonly Json[]).find(({ title }) => title === 'Search is down');
    };
    await expect.poll(found, { timeout: 10_000 }).toMatchObject({ services: ['search'], severity: 'error' });

    const whole = await call(`/api/incidents/${String((await found())?.['id'])}`);
    expect(whole.body['alerts']).toMatchObject([{ source: 'pagerduty', reference: '#77', state: 'open' }]);
  });

  it.each(['0', '99999999', 'INC-99999999', 'x', '1%20or%201', '9'.repeat(30)])('knows no %s', async (id) => {
    expect(await call(`/api/incidents/${id}`)).toEqual({ status: 404, body: { error: 'I know no such incident.' } });
  });

  it('follows one that turned out to be another', async () => {
    const [one, other] = [await post({ title: 'One' }), await post({ title: 'Other' })];
    const db = service.database.db;
    await db
      .updateTable('incidents')
      .set({ merged_into: String(other.body['id']), resolved_at: new Date() })
      .where('id', '=', String(one.body['id']))
      .execute();

    expect((await call(`/api/incidents/${String(one.body['id'])}`)).body).toMatchObject({ title: 'Other' });
  });
});

describe('a private incident', () => {
  it('is known to nobody but administrators', async () => {
    const channel = { id: 'C0SECRET', name: 'inc-secret', private: true };
    const { body } = await post({ title: 'Keys leaked', channel });
    const path = `/api/incidents/${String(body['id'])}`;
    const again = await post({ title: 'x', channel: 'C0SECRET' });
    const asked = await call(`/api/changes?since=${String(body['reference'])}`);
    const listed = await call('/api/incidents');

    expect((await call(path)).status).toBe(404);
    expect((await patch(body['id'], { title: 'x' })).status).toBe(404);
    expect(again.body).toEqual({ id: body['id'], reference: body['reference'], status: 'open', private: true });
    expect(asked.status).toBe(404);
    expect(JSON.stringify([again, asked, listed])).not.toMatch(/leaked|inc-secret/);
    expect((await call(path, { token: admin })).body).toMatchObject({ title: 'Keys leaked' });
    expect(JSON.stringify(await call('/api/incidents', { token: admin }))).toContain('Keys leaked');
  });
});

describe('PATCH /api/incidents/:id', () => {
  it('corrects what is known', async () => {
    const { body } = await post({ title: 'Odd' });
    const start = ago(30);
    const corrected = await patch(body['id'], {
      title: 'Payments fail',
      started_at: start,
      services: ['shop'],
      environment: 'staging',
      severity: 'error',
      symptom: '502',
    });

    expect(corrected).toMatchObject({
      status: 200,
      body: {
        title: 'Payments fail',
        started_at: start,
        services: ['checkout'],
        environment: 'staging',
        severity: 'error',
        symptom: '502',
      },
    });
  });

  it('mitigates, resolves with the cause, and opens again', async () => {
    const cause = await change({
      kind: 'flag',
      title: 'new-ledger 50 %',
      service: 'ledger',
      environment: 'production',
      occurred_at: ago(9),
    });
    const { body } = await post({ title: 'Wrong totals', started_at: ago(8) });
    const mitigated = await patch(body['id'], { status: 'mitigated' });
    const resolved = await patch(body['id'], { status: 'resolved', cause, cause_note: 'The flag.' });
    const again = await patch(body['id'], { status: 'resolved' });
    const whole = await call(`/api/incidents/${String(body['id'])}`);
    const reopened = await patch(body['id'], { status: 'open' });

    expect(mitigated.body).toMatchObject({ status: 'mitigated', resolved_at: null });
    expect(resolved.body).toMatchObject({ status: 'resolved', cause, cause_note: 'The flag.' });
    expect(again.body['resolved_at']).toBe(resolved.body['resolved_at']);
    expect(whole.body).toMatchObject({ verdicts: [{ change: cause, verdict: 'caused', by: 'api:ingest' }] });
    expect((whole.body['measures'] as Json)['time_to_resolve_seconds']).toBeGreaterThan(400);
    expect(reopened.body).toMatchObject({ status: 'open', resolved_at: null, mitigated_at: null });
  });

  it('names no change as the cause', async () => {
    const { body } = await post({ title: 'The cloud' });

    expect((await patch(body['id'], { cause: null, cause_note: 'Our provider.' })).body).toMatchObject({
      cause: null,
      cause_note: 'Our provider.',
    });
  });

  it('takes a cause without a reason, which the record says of its token', async () => {
    const cause = await change({ kind: 'deploy', title: 'ledger 9', service: 'ledger', environment: 'production' });
    const { body } = await post({ title: 'Wrong totals', started_at: ago(1) });
    const named = await patch(body['id'], { status: 'resolved', cause });
    await patch(body['id'], { cause: null });
    const whole = await call(`/api/incidents/${String(body['id'])}`);

    expect(named).toMatchObject({ status: 200, body: { cause, cause_note: null } });
    expect(whole.body).toMatchObject({ verdicts: [{ change: cause, by: 'api:ingest' }] });
    const { rows } = await sql`
      select actor, about, reason, details ->> 'verdict' as verdict from decisions
      where kind = 'verdict' and details ->> 'incident' = ${String(body['id'])} order by id
    `.execute(service.database.db);
    expect(rows).toEqual([
      { actor: 'api:ingest', about: `change ${cause}`, reason: null, verdict: 'caused' },
      {
        actor: 'api:ingest',
        about: `change ${cause}`,
        reason: 'no longer held to be the cause',
        verdict: 'suspect',
      },
      { actor: 'api:ingest', about: `INC-${String(body['id'])}`, reason: null, verdict: 'no-change' },
    ]);
  });

  it.each([
    ['a start in the future', { started_at: ago(-60) }, 'It cannot have begun in the future.'],
    ['a change that nobody knows', { cause: '99999999' }, 'The timeline shows no change 99999999.'],
    ['what is no change', { cause: 'abc' }, 'cause: is not the id of a change'],
    ['what is no field', { tilte: 'x' }, 'tilte'],
    ['a status of its own', { status: 'done' }, 'status: is not one of open, mitigated, resolved'],
  ])('refuses %s', async (_what, body, error) => {
    const { body: opened } = await post({ title: 'x' });
    const answer = await patch(opened['id'], body);

    expect(answer.status).toBe(400);
    expect(answer.body['error']).toContain(error);
  });
});

describe('what the rules got wrong', () => {
  it('is joined: both references lead to one', async () => {
    const [one, other] = [await post({ title: 'One' }), await post({ title: 'Other', services: ['search'] })];
    const into = String(other.body['reference']);
    const joined = await call(`/api/incidents/${String(one.body['id'])}/join`, { body: { into } });

    expect(joined).toMatchObject({ status: 200, body: { reference: into, title: 'Other' } });
    expect((await call(`/api/incidents/${String(one.body['id'])}`)).body['reference']).toBe(into);
  });

  it('is parted: an alert becomes an incident of its own', async () => {
    const { body } = await post({ title: 'Both', services: ['search'] });
    const { db } = service.database;
    const signals = ['Odd', 'Even'].map((title): Signal => {
      const said = { source: 'grafana', subject: title, key: title, state: 'open', clock: 'source' } as const;
      return { ...said, title, serviceName: 'ledger', occurredAt: ago(1) };
    });
    const { touched } = await db
      .transaction()
      .execute((trx) => recordSignals(trx, signals, { catalog: emptyCatalog, now: new Date() }));
    const [odd, even] = touched.map(({ id }) => id);
    const belongs = { incident_id: String(body['id']), why: 'x', joined_at: new Date() };
    await db
      .insertInto('incident_signals')
      .values(touched.map(({ id }) => ({ ...belongs, signal_id: id })))
      .execute();
    const part = (alert: unknown) => call(`/api/incidents/${String(body['id'])}/part`, { body: { alert } });

    expect(await part(odd)).toMatchObject({ status: 201, body: { services: ['ledger'] } });
    expect(await part(odd)).toMatchObject({ status: 404, body: { error: 'It has no such alert.' } });
    expect((await part(even)).status).toBe(201);
    expect((await part('x')).status).toBe(400);
  });

  it('is refused with words where it cannot be', async () => {
    const { body } = await post({ title: 'One' });
    const path = `/api/incidents/${String(body['id'])}/join`;

    expect(await call(path, { body: { into: 'INC-9999999' } })).toMatchObject({ status: 404 });
    expect((await call(path, { body: { into: 'x' } })).body['error']).toContain('into: is no incident such as INC-42');
  });
});

describe('GET /api/incidents', () => {
  it('lists those that began last first', async () => {
    await post({ title: 'Newest', started_at: new Date().toISOString() });
    const { body } = await call('/api/incidents?limit=2');

    expect(body['incidents']).toMatchObject([{ title: 'Newest' }, {}]);
    expect((await call('/api/incidents?limit=0')).status).toBe(400);
  });
});

describe('INC-42 in a question', () => {
  it('is when it began, so that what has changed since is answered', async () => {
    const { body } = await post({ title: 'Ledger is slow', started_at: ago(90), services: ['ledger'] });
    await change({
      kind: 'deploy',
      title: 'During it',
      service: 'ledger',
      environment: 'production',
      occurred_at: ago(80),
    });
    await change({
      kind: 'deploy',
      title: 'Before it',
      service: 'ledger',
      environment: 'production',
      occurred_at: ago(100),
    });
    const asked = await call(`/api/changes?since=${String(body['reference'])}&service=ledger`);
    const titles = ((asked.body['changes'] ?? []) as readonly Json[]).map(({ title }) => title);

    expect(asked).toMatchObject({ status: 200 });
    expect((asked.body['window'] as Json)['from']).toBe(body['started_at']);
    expect(titles).toContain('During it');
    expect(titles).not.toContain('Before it');
  });

  it('that is none is not found', async () => {
    expect((await call('/api/changes?since=INC-99999')).body['error']).toBe('I know no incident INC-99999.');
  });
});
