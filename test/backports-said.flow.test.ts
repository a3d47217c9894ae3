import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emptyTables } from './database.ts';
import { createToken } from '../src/timeline/tokens.ts';
import { type TestService, startTestService } from './test-service.ts';

const now = new Date();
const other = 'b'.repeat(40);
let service: TestService;
let id: string;

type Json = Readonly<Record<string, unknown>>;

beforeAll(async () => {
  service = await startTestService({ now: () => now, settings: 'people: [{ name: ada, slack: U0ADA }]' });
}, 60_000);
afterAll(() => service.stop());
beforeEach(async () => {
  await emptyTables(service.database.db, 'backports, backport_commits, backport_decisions, incidents');
  const { rows } = await sql<{ id: string }>`
    with incident as (
      insert into incidents (title, symptom, services, started_at, opened_at, private)
      values ('Secret', '', '{}', ${now}, ${now}, true)
      returning id
    )
    insert into backports (state, service, reference, mirror, repository, title, why, owner, imported, opened_at,
      recorded_at, incident_id)
    select 'open', 'checkout', 'production', 'staging', 'acme/checkout', 'Retry payment calls', 'is missing', 'ada-l',
      false, ${now}, ${now}, id from incident
    returning id
  `.execute(service.database.db);
  id = rows[0]?.id ?? '';
});

async function call(path: string, body?: unknown, token?: string) {
  const patch = body !== undefined;
  const response = await fetch(`${service.url}/api/backports${path}`, {
    headers: { authorization: `Bearer ${token ?? service.tokens[patch ? 'ingest' : 'read']}` },
    ...(patch ? { method: 'PATCH', body: typeof body === 'string' ? body : JSON.stringify(body) } : {}),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

const patch = (body: unknown, about = id) => call(`/${about}`, body);
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000).toISOString();

describe('PATCH /api/backports/:id', () => {
  it('says it for the token, and gives the backport with all that was said', async () => {
    const until = inDays(9);
    const { status, body } = await patch({ decision: 'waive', reason: 'Rewritten there', until });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      state: 'waived',
      said: `It need not come until ${until.slice(0, 10)}.`,
      waived: { by: 'api:ingest', reason: 'Rewritten there', until, second: null, pending: false },
      decisions: [{ decision: 'waived', by: 'api:ingest', at: now.toISOString(), reason: 'Rewritten there', until }],
    });
    expect((await call(`/${id}`)).body).toEqual({ ...body, said: undefined });
  });

  it('shows what waits: a commit, a snooze, a waiver', async () => {
    await sql`update backports set title = 'Stop SQL injection'`.execute(service.database.db);
    await patch({ decision: 'propose', commit: other, by: 'U1' });
    await patch({ decision: 'snooze', until: 'release', by: 'U1' });
    await patch({ decision: 'waive', reason: 'Gone there', until: inDays(3).slice(0, 10), by: 'U1' });
    const { body } = await call('');

    const [listed] = body['backports'] as readonly Json[];
    expect(listed).toMatchObject({
      state: 'open',
      proposed: { commit: other, by: 'U1', at: now.toISOString() },
      snoozed: { until: 'release', by: 'U1' },
      waived: { by: 'U1', reason: 'Gone there', until: `${inDays(3).slice(0, 10)}T00:00:00.000Z`, pending: true },
    });
    expect(body['rules']).toContainEqual({ rule: 'deploy', told: 0, useless: 0, demoted: false });
    const whole = (await call(`/${id}`)).body;
    expect(whole).toMatchObject({ asked: other, decisions: [{}, { decision: 'snoozed', until: 'release' }, {}] });
  });

  it('takes every decision', async () => {
    const bodies: readonly Json[] = [
      { decision: 'propose', commit: other, by: 'ada' },
      { decision: 'answer', yes: false, commit: other },
      { decision: 'snooze', until: inDays(1), reason: 'Later' },
      { decision: 'snooze', until: inDays(2), reason: null, by: 'ada' },
      { decision: 'wake' },
      { decision: 'waive', reason: 'Gone', until: inDays(1) },
      { decision: 'second', by: 'grace' },
      { decision: 'useless', cause: 'wrong-owner' },
      { decision: 'hand-over', to: 'linus' },
    ];
    const statuses: number[] = [];
    for (const body of bodies) statuses.push((await patch(body)).status);

    expect(statuses).toEqual(bodies.map(() => 200));
    const { body } = await call(`/${id}`);
    expect(body).toMatchObject({ owner: 'linus', state: 'waived' });
    expect(
      (body['decisions'] as readonly Json[]).map(({ by, decision }) => `${String(by)} ${String(decision)}`),
    ).toEqual([
      'U0ADA proposed',
      'api:ingest denied',
      'api:ingest snoozed',
      'U0ADA snoozed',
      'api:ingest woken',
      'api:ingest waived',
      'grace seconded',
      'api:ingest useless',
      'api:ingest handed-over',
    ]);
  });

  it.each<[string, unknown]>([
    ['The body is not JSON.', 'no JSON'],
    ['decision: is not one of propose, answer', {}],
    ['decision: is not one of propose, answer', { decision: 'close' }],
    ['untill', { decision: 'wake', untill: 'release' }],
    ['commit: is missing', { decision: 'propose' }],
    ['commit: is empty', { decision: 'propose', commit: '\u0000' }],
    ['yes: is neither true nor false', { decision: 'answer', yes: 'yes' }],
    ['commit: is not 40 hex digits', { decision: 'answer', yes: true, commit: 'abc' }],
    ['until: ', { decision: 'snooze' }],
    ['until: is neither a day such as 2026-11-20 nor a time with its zone', { decision: 'snooze', until: 'tomorrow' }],
    ['until: ', { decision: 'waive', reason: 'Gone' }],
    ['reason: is missing', { decision: 'waive', until: '2026-11-20' }],
    ['reason: is longer than 1000 characters', { decision: 'waive', reason: 'x'.repeat(1001), until: '2026-11-20' }],
    ['cause: is not one of already-done', { decision: 'useless', cause: 'boring' }],
    ['to: is empty', { decision: 'hand-over', to: ' ' }],
    ['by: is empty', { decision: 'wake', by: '' }],
  ])('answers 400: %s', async (error, given) => {
    const { status, body } = await patch(given);

    expect(status).toBe(400);
    expect(body['error']).toContain(error);
  });

  it('answers 409 to what cannot be, and nothing is kept', async () => {
    const { status, body } = await patch({ decision: 'waive', reason: 'Gone', until: inDays(200) });

    expect([status, body]).toEqual([409, { error: 'A waiver lasts at most 180 days.' }]);
    expect((await call(`/${id}`)).body['decisions']).toEqual([]);
  });

  it('answers 404 where there is none, and refuses tokens for something else', async () => {
    const wake = { decision: 'wake' };
    const all = [
      await call('/999999'),
      await call('/x'),
      await patch(wake, '999999'),
      await patch(wake, '12345678901234567890'),
      await call(`/${id}`, wake, service.tokens.read),
      await call(`/${id}`, wake, 'nonsense'),
      await call(`/${id}`, undefined, service.tokens.ingest),
    ];

    expect(all.map(({ status }) => status)).toEqual([404, 404, 404, 404, 403, 401, 403]);
  });

  it('knows one person by their names, so that nobody is their own second', async () => {
    await patch({ decision: 'waive', reason: 'Gone', until: inDays(1), by: 'U0ADA' });
    const { status, body } = await patch({ decision: 'second', by: '@ada' });

    expect([status, body['error']]).toEqual([409, 'Whoever waived it cannot be the second person too.']);
  });

  it('does not take a token for the person whose name it has', async () => {
    const { db } = service.database;
    const { token } = await createToken(db, { name: 'ada', scopes: ['admin'], now });
    await call(`/${id}`, { decision: 'snooze', until: inDays(1) }, token);

    const { body } = await call(`/${id}`);
    expect(body).toMatchObject({ decisions: [{ by: 'api:ada' }] });
  });

  it('tells nothing of a private incident', async () => {
    const { body } = await patch({ decision: 'useless', cause: 'not-relevant' });

    expect([body['incident'], (await call(`/${id}`)).body['incident']]).toEqual([null, null]);
  });
});

describe('sincewhen backports', () => {
  function sincewhen(...args: readonly string[]) {
    const root = join(import.meta.dirname, '..');
    const node = join(root, 'node_modules', '.bin', 'node');
    const { status, stdout, stderr } = spawnSync(node, [join(root, 'src/cli/main.ts'), 'backports', ...args], {
      encoding: 'utf8',
      cwd: tmpdir(),
      env: { PATH: process.env['PATH'], DATABASE_URL: service.database.url },
    });
    return { status, stdout, stderr };
  }

  it('says it for whoever is logged in, for somebody else, and to programs', async () => {
    const waived = sincewhen('waive', id, '--days', '9', '--reason', 'Rewritten there', '--by', 'ada');
    const seconded = sincewhen('second', id, '--json');
    const refused = sincewhen('second', id, '--by', 'ada');

    const day = inDays(9).slice(0, 10);
    expect(waived).toEqual({
      status: 0,
      stdout: `Retry payment calls (waived): It need not come until ${day}.\n`,
      stderr: '',
    });
    expect([seconded.status, JSON.parse(seconded.stdout)]).toMatchObject([
      0,
      { id, state: 'waived', decisions: [{ by: 'ada' }, { decision: 'seconded' }] },
    ]);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('Whoever waived it cannot be the second person too.');
    expect(sincewhen('list', '--all').stdout).toContain(`is missing; waived until ${day} by ada: Rewritten there`);
    expect(sincewhen('wake', '999999')).toMatchObject({ status: 1, stdout: '' });
  });
});
