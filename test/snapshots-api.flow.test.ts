import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestService, startTestService } from './test-service.ts';

const start = new Date('2026-11-20T14:00:00Z');
let now = start;
let service: TestService;

beforeAll(async () => {
  service = await startTestService({
    now: () => now,
    settings: 'services: { checkout: {} }',
    environment: { HMAC_KEY: 'a-key-of-at-least-thirty-two-characters' },
  });
});
afterAll(() => service.stop());

const minutes = (count: number) => new Date(start.getTime() + count * 60_000);

async function post(body: unknown, { token = service.tokens.ingest } = {}) {
  const answer = await fetch(`${service.url}/api/snapshots`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: typeof body === 'string' ? body : Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

function snapshot(minute: number, facts: unknown, given: Readonly<Record<string, unknown>> = {}) {
  const head = { environment: 'prod', collector: 'dotenv', taken_at: minutes(minute).toISOString(), complete: true };
  return { ...head, facts, ...given };
}

const variable = (key: string, value: unknown) => ({ service: 'checkout', facet: 'env', key, value });

describe('POST /api/snapshots', () => {
  it('answers 202 with what it made of the facts, and the timeline shows the drift', async () => {
    now = minutes(0);
    const others = [variable('A', 1), variable('B', true), variable('C', null), variable('D', ['x'])];
    const facts = (size: number) => [
      ...others,
      variable('DB_POOL', size),
      { facet: 'env', key: 'API_KEY', digest: 'hmac-sha256:0' },
    ];
    expect(await post(snapshot(0, facts(10)))).toEqual({
      status: 202,
      body: {
        snapshot: expect.stringMatching(/^\d+$/),
        facts: 6,
        changed: 6,
        drift: 0,
        notes: [expect.stringMatching(/^This is the first snapshot of production/)],
      },
    });
    for (const minute of [15, 30]) {
      now = minutes(minute);
      const { status, body } = await post(snapshot(minute, facts(50)));
      expect([status, body]).toMatchObject([
        202,
        minute === 15 ? { changed: 1, drift: 1 } : { changed: 0, drift: 0, notes: [] },
      ]);
    }
    await expect
      .poll(
        async () => {
          const answer = await fetch(`${service.url}/api/changes?since=2h&environment=production`, {
            headers: { authorization: `Bearer ${service.tokens.read}` },
          });
          return answer.json();
        },
        { timeout: 10_000 },
      )
      .toMatchObject({
        changes: [
          {
            kind: 'drift',
            environment: 'production',
            service: 'checkout',
            status: 'started',
            title: 'DB_POOL of checkout drifted: 10 → 50, between 14:00 and 14:15 UTC on 2026-11-20',
            before: { DB_POOL: '10' },
            after: { DB_POOL: '50' },
          },
        ],
      });
  });

  const fact = variable('DB_HOST', 'db');
  // More than is read at once.
  const many = Array.from({ length: 2000 }, (_, index) => variable(`SETTING_${index}`, 'é'));
  const ending = (end: string) => JSON.stringify(snapshot(0, many)).replace(/\]\}$/, end);
  const refusals: readonly (readonly [string, unknown, number, string | RegExp])[] = [
    ['what is not JSON', '{', 400, 'The body is not a JSON object.'],
    ['a list', [], 400, 'The body is not a JSON object.'],
    ['nothing', '', 400, 'The body is not a JSON object.'],
    ['bytes that are no text', Buffer.from([0x7b, 0xff, 0x7d]), 400, expect.stringMatching(/^The body is not UTF-8/)],
    [
      'nothing said',
      {},
      400,
      'environment: is missing; collector: is missing; taken_at: is missing; complete: is missing; facts: is missing',
    ],
    [
      'a time without a zone',
      snapshot(0, [fact], { taken_at: '2026-11-20 14:05' }),
      400,
      expect.stringMatching(/^taken_at is not a time with its zone/),
    ],
    [
      'an unknown environment',
      snapshot(0, [fact], { environment: 'stagign' }),
      400,
      'I know no environment stagign. Do you mean staging? Known: production, staging.',
    ],
    [
      'an unknown facet',
      snapshot(0, [fact, { ...fact, facet: 'envs' }]),
      400,
      expect.stringMatching(/^facts\[1\] \(DB_HOST\): facet is not one of version, env, /),
    ],
    ['a fact without a key', snapshot(0, [{ ...fact, key: 7 }]), 400, 'facts[0]: key is not a text'],
    ['an empty key', snapshot(0, [{ ...fact, key: '' }]), 400, 'facts[0]: key is empty'],
    [
      'a fact without a value',
      snapshot(0, [{ facet: 'env', key: 'A' }]),
      400,
      'facts[0] (A): has neither value nor digest',
    ],
    [
      'a fact with a value and a digest',
      snapshot(0, [{ ...fact, digest: 'x' }]),
      400,
      'facts[0] (DB_HOST): has value and digest: send one',
    ],
    [
      'a digest without end',
      snapshot(0, [{ facet: 'env', key: 'A', digest: 'x'.repeat(201) }]),
      400,
      'facts[0] (A): digest has not 1 to 200 characters',
    ],
    ['a fact that is none', snapshot(0, ['A=1']), 400, 'facts[0]: is not an object'],
    ['facts that are no list', snapshot(0, { A: 1 }), 400, 'facts: is not a list of facts'],
    [
      'contradictions',
      snapshot(0, [fact, { ...fact, value: 'other' }]),
      400,
      expect.stringMatching(/^facts\[1\] \(DB_HOST\): this snapshot says two different things/),
    ],
    ['a wrong fact after many', snapshot(0, [...many, { ...fact, key: '' }]), 400, 'facts[2000]: key is empty'],
    ['many facts without an end', ending(''), 400, 'The body is not a JSON object.'],
    ['a comma after many facts', ending(`${' '.repeat(100_000)},]}`), 400, 'The body is not a JSON object.'],
    [
      'a comma after many facts in a list that does not count',
      ending(`${' '.repeat(100_000)},],"facts":[]}`),
      400,
      'The body is not a JSON object.',
    ],
    [
      'bytes that are no text after many facts',
      Buffer.concat([Buffer.from(ending(',"')), Buffer.from([0xff]), Buffer.from('"]}')]),
      400,
      expect.stringMatching(/^The body is not UTF-8/),
    ],
    [
      'half a million facts',
      snapshot(
        0,
        Array.from({ length: 500_000 }, () => 0),
      ),
      413,
      'A snapshot has at most 250,000 facts; this has 500,000. Split it by collector.',
    ],
  ];
  it.each(refusals)('refuses %s', async (_what, body, status, error) => {
    const answer = await post(body);
    expect([answer.status, answer.body]).toEqual([status, { error }]);
  });

  it('takes the last list of facts, also where its name is written with escapes', async () => {
    now = minutes(55);
    const [one, two] = [[variable('A', 1)], [fact, variable('DB_PORT', 1)]].map((each) => JSON.stringify(each));
    for (const [minute, lists] of [`"facts":${one},"facts":${two}`, `"facts":${one},"f\\u0061cts":${two}`].entries()) {
      const { facts: _, ...head } = snapshot(minute, [], { collector: 'lists' });
      expect((await post(JSON.stringify(head).replace(/\}$/, `,${lists}}`))).body).toMatchObject({ facts: 2 });
    }
  });

  it('takes a body whose length nobody told, up to the same size', async () => {
    const streamed = async (parts: number) => {
      const sent = request(`${service.url}/api/snapshots`, {
        method: 'POST',
        headers: { authorization: `Bearer ${service.tokens.ingest}`, 'transfer-encoding': 'chunked' },
      });
      const spaces = Array.from({ length: parts }, () => Buffer.alloc(1 << 20, ' '));
      Readable.from([JSON.stringify(snapshot(50, [fact], { collector: 'streamed' })), ...spaces]).pipe(sent);
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      return [answer.statusCode, await json(answer)];
    };
    expect(await streamed(1)).toEqual([202, expect.objectContaining({ facts: 1, changed: 1 })]);
    expect(await streamed(49)).toEqual([413, { error: 'The body is larger than 48 MB.' }]);
  });

  it('needs a token that may write', async () => {
    expect((await post({}, { token: 'swn_nothing' })).status).toBe(401);
    expect((await post({}, { token: service.tokens.read })).status).toBe(403);
    // Whoever sends it has it taken to the end, and hears why it was in vain.
    const large = variable('LARGE', 'x'.repeat(20 << 20));
    expect((await post(snapshot(0, [large]), { token: 'swn_nothing' })).status).toBe(401);
  });

  it('takes a snapshot of 30 MB and refuses one of 50', async () => {
    now = minutes(60);
    const large = Array.from({ length: 30 }, (_, index) => variable(`LARGE_${index}`, 'x'.repeat(1 << 20)));
    expect((await post(snapshot(60, large, { collector: 'large' }))).body).toMatchObject({ facts: 30, changed: 30 });
    expect(await post(snapshot(61, [...large, ...large], { collector: 'large' }))).toEqual({
      status: 413,
      body: { error: 'The body is larger than 48 MB.' },
    });
  });
});
