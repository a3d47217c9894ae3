import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretVariable } from '../src/config/source-names.ts';
import { sourceDefinitions } from '../src/sources/registry.ts';
import { type Fixture, fixturesOf } from './fixtures.ts';
import { mutated, wrongValues } from './mutated.ts';
import { signed } from './sign.ts';
import { type TestService, startTestService } from './test-service.ts';

const secret = 'the-secret-of-every-source';
let service: TestService;

beforeAll(async () => {
  const environment = Object.fromEntries(sourceDefinitions.map(({ name }) => [secretVariable(name), secret]));
  service = await startTestService({ environment });
});
afterAll(() => service.stop());

interface Answered {
  readonly status: number;
  readonly delivery: string | null;
}

async function send(source: string, { headers }: Fixture, body: Buffer): Promise<Answered> {
  const proved = signed(source, { headers, body, receivedAt: new Date() }, secret);
  const response = await fetch(`${service.url}/ingest/${source}`, {
    method: 'POST',
    headers: Object.entries(proved.headers).flatMap(([name, value]) =>
      value === undefined || name === 'content-length' ? [] : [[name, value] as [string, string]],
    ),
    body: new Uint8Array(body),
  });
  const answer = (await response.json()) as { readonly delivery?: string };
  return { status: response.status, delivery: answer.delivery ?? null };
}

async function isKept(delivery: string): Promise<boolean> {
  const { rows } = await sql`select from deliveries where id = ${delivery}::uuid`.execute(service.database.db);
  return rows.length === 1;
}

describe.each(sourceDefinitions.map(({ name }) => [name]))('%s', (name) => {
  const fixtures = fixturesOf(name);

  it(
    'has every body that is nearly one of its own answered, and kept when it says so',
    { timeout: 60_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...fixtures),
          fc.infiniteStream(fc.nat()),
          wrongValues,
          async (fixture, stream, wrong) => {
            const body = Buffer.from(JSON.stringify(mutated(fixture.body, stream, wrong)) ?? '');
            const { status, delivery } = await send(name, fixture, body);

            expect([200, 202, 400]).toContain(status);
            expect(status === 200 || (delivery !== null && (await isKept(delivery)))).toBe(true);
          },
        ),
        { numRuns: 25 },
      );
    },
  );

  it('is answered 400 for what is no JSON, and 401 without its proof', async () => {
    const [fixture] = fixtures;
    if (fixture === undefined) throw new Error('a source without fixtures');
    const cut = await send(name, fixture, Buffer.from('{"a":'));
    const unproved = await fetch(`${service.url}/ingest/${name}`, { method: 'POST', body: '{}' });

    expect(cut.status).toBe(400);
    expect(unproved.status).toBe(401);
  });
});

it('leaves the service alive and ready', async () => {
  const response = await fetch(`${service.url}/readyz`);

  expect(response.status).toBe(200);
});
