import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Catalog } from '../src/domain/catalog.ts';
import { deliveryReaders, knownSources, openSources } from '../src/sources/registry.ts';
import type { Delivery, Parsed, Source } from '../src/sources/source.ts';

interface Fixture {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly receivedAt: string;
  readonly body: unknown;
  readonly expected: Parsed;
}

const secret = 'the-secret-in-use';
const older = 'the-secret-before';

/** How each source proves itself. A source without an entry here fails the first test. */
const signers: Readonly<Record<string, { header: string; sign: (body: Buffer, secret: string) => string }>> = {
  github: {
    header: 'x-hub-signature-256',
    sign: (body, secret) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  },
};

const catalog: Catalog = {
  environments: new Map([
    ['production', 'production'],
    ['prod', 'production'],
    ['staging', 'staging'],
    ['stage', 'staging'],
  ]),
  services: [],
  configPaths: ['**/*.env*', '**/config/**', '**/*.tf', '**/values*.yaml'],
};
const sources = openSources({
  secrets: new Map(knownSources.map(({ name }) => [name, [secret, older]])),
  catalog,
});

function fixturesOf(source: string): readonly Fixture[] {
  const folder = new URL(`fixtures/${source}/`, import.meta.url);
  return readdirSync(folder).map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fixture);
}

function deliveryOf({ headers, receivedAt, body }: Fixture, bytes = Buffer.from(JSON.stringify(body))): Delivery {
  return { headers, body: bytes, receivedAt: new Date(receivedAt) };
}

function signed(source: Source, delivery: Delivery, by = secret): Delivery {
  const signer = signers[source.name];
  if (signer === undefined) throw new Error(`This test does not know how ${source.name} signs.`);
  return { ...delivery, headers: { ...delivery.headers, [signer.header]: signer.sign(delivery.body, by) } };
}

const cases = [...sources.values()].flatMap((source) =>
  fixturesOf(source.name).map((fixture) => [`${source.name}: ${fixture.name}`, source, fixture] as const),
);

describe('the registry', () => {
  it('opens every source that has a secret, and no other', () => {
    const [first] = knownSources;

    expect([...sources.keys()]).toEqual(knownSources.map((source) => source.name));
    expect([...openSources({ secrets: new Map([[first?.name ?? '', ['x'.repeat(8)]]]), catalog }).keys()]).toEqual([
      first?.name,
    ]);
    expect(openSources({ secrets: new Map(), catalog }).size).toBe(0);
    expect(openSources({ secrets: new Map([[first?.name ?? '', ['']]]), catalog }).size).toBe(0);
  });

  it('reads deliveries of sources that are closed', () => {
    const readers = deliveryReaders(catalog);

    expect([...readers.keys()]).toEqual([...sources.keys(), 'api']);
    for (const [, source, fixture] of cases) {
      expect(readers.get(source.name)?.parse(deliveryOf(fixture))).toEqual(fixture.expected);
    }
  });

  it.each([...sources.values()].map((source) => [source.name, source] as const))(
    'has fixtures of every outcome for %s',
    (_, source) => {
      const outcomes = new Set(fixturesOf(source.name).map((fixture) => fixture.expected.outcome));

      expect(outcomes).toEqual(new Set(['events', 'ignored', 'ping']));
    },
  );
});

describe.each(cases)('%s', (_, source, fixture) => {
  it('is verified and read as expected', async () => {
    const delivery = signed(source, deliveryOf(fixture));

    expect(await source.verify(delivery)).toBe(true);
    expect(source.parse(delivery)).toEqual(fixture.expected);
  });

  it('is verified with each secret of a rotation', async () => {
    expect(await source.verify(signed(source, deliveryOf(fixture), older))).toBe(true);
  });

  it('is refused unsigned, wrongly signed, cut or changed', async () => {
    const delivery = deliveryOf(fixture);
    const { header = '' } = signers[source.name] ?? {};
    const signature = signed(source, delivery).headers[header] ?? '';
    const withSignature = (value: string) => ({ ...delivery, headers: { ...delivery.headers, [header]: value } });

    expect(await source.verify(delivery)).toBe(false);
    expect(await source.verify(signed(source, delivery, 'another-secret'))).toBe(false);
    expect(await source.verify(signed(source, delivery, ''))).toBe(false);
    expect(await source.verify(withSignature(signature.slice(0, -1)))).toBe(false);
    expect(await source.verify(withSignature(''))).toBe(false);
    expect(
      await source.verify({ ...withSignature(signature), body: Buffer.concat([delivery.body, Buffer.from(' ')]) }),
    ).toBe(false);
  });

  it('says the same when it is delivered again later', () => {
    const delivery = deliveryOf(fixture);
    const again = { ...delivery, receivedAt: new Date(delivery.receivedAt.getTime() + 86_400_000) };

    const [first, second] = [source.parse(delivery), source.parse(again)].map((parsed) =>
      parsed.outcome === 'events' ? parsed.events.map((event) => event.statement.key) : [],
    );

    expect(second).toEqual(first);
    expect(source.deliveryKey(again)).toBe(source.deliveryKey(delivery));
  });

  it('fits into the timeline’s tables, under its own name', () => {
    const parsed = source.parse(deliveryOf(fixture));
    const events = parsed.outcome === 'events' ? parsed.events : [];

    expect(problemsOf(parsed)).toEqual([]);
    expect(events.filter((event) => event.statement.source !== source.name)).toEqual([]);
  });
});

describe.each([...sources.values()].map((source) => [source.name, source] as const))('%s', (name, source) => {
  const fixtures = fixturesOf(name);
  const anyFixture = fc.constantFrom(...fixtures);

  it('reads or refuses bodies with fields missing or retyped', () => {
    fc.assert(
      fc.property(anyFixture, fc.infiniteStream(fc.nat()), wrongValues, (fixture, stream, wrong) => {
        const body = mutated(fixture.body, stream, wrong);
        const parsed = source.parse(deliveryOf(fixture, Buffer.from(JSON.stringify(body))));

        expect(problemsOf(parsed)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses cut bodies and bytes that are no text as not what it sends', () => {
    const cut = fc.tuple(anyFixture, fc.double({ min: 0, max: 0.99, noNaN: true })).map(([fixture, part]) => {
      const bytes = Buffer.from(JSON.stringify(fixture.body));
      return { fixture, bytes: bytes.subarray(0, Math.floor(bytes.length * part)) };
    });
    const noText = fc.tuple(anyFixture, fc.uint8Array()).map(([fixture, bytes]) => ({
      fixture,
      bytes: Buffer.concat([Buffer.from([0xc3, 0x28]), bytes]),
    }));
    fc.assert(
      fc.property(fc.oneof(cut, noText), ({ fixture, bytes }) => {
        expect(source.parse(deliveryOf(fixture, bytes))).toMatchObject({ outcome: 'malformed', notWhatItSends: true });
      }),
    );
  });

  it('never throws on headers', async () => {
    const header = fc.constantFrom(
      'content-type',
      ...Object.keys(fixtures[0]?.headers ?? {}),
      signers[name]?.header ?? '',
    );
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constant(undefined), fc.constant('x'.repeat(100_000)));
    await fc.assert(
      fc.asyncProperty(anyFixture, fc.dictionary(header, value), async (fixture, headers) => {
        const plain = deliveryOf(fixture);
        const delivery = { ...plain, headers: { ...plain.headers, ...headers } };
        expect(problemsOf(source.parse(delivery))).toEqual([]);
        expect(source.deliveryKey(delivery)?.length ?? 0).toBeLessThanOrEqual(500);
        expect(await source.verify(delivery)).toBe(false);
      }),
    );
  });
});

/** What the timeline could not store. */
function problemsOf(parsed: Parsed): readonly string[] {
  const text = JSON.stringify(parsed);
  const problems: string[] = [];
  if (text.includes(String.raw`\u0000`)) problems.push('a NUL');
  if (/(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(text)) problems.push('a lone surrogate');
  if (parsed.outcome === 'malformed' && parsed.error.length > 1000) problems.push('a long error');
  for (const { statement, identities, mentions } of parsed.outcome === 'events' ? parsed.events : []) {
    if (statement.key.length > 500) problems.push('a long key');
    if (new Date(statement.occurredAt).toISOString() !== statement.occurredAt) problems.push('a strange time');
    if (identities.length === 0) problems.push('no identity');
    if ([...identities, ...mentions].some(({ value }) => value.length > 500)) problems.push('a long identity');
  }
  return problems;
}

const wrongValues = fc.array(
  fc.oneof(
    fc.constant(undefined),
    fc.constant(null),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.string({ unit: 'binary' }),
    fc.constant('x'.repeat(10_000)),
    fc.constant('\0\ud800'),
    fc.constant([]),
    fc.constant({}),
    fc.constant([{ id: [] }]),
    fc.constant('0001-01-01T00:00:00Z'),
    fc.constant(['__proto__']),
  ),
  { minLength: 1, maxLength: 4 },
);

/** The body with a value put in somewhere for each of `wrong`; undefined takes the field away. */
function mutated(body: unknown, where: fc.Stream<number>, wrong: readonly unknown[]): unknown {
  const changed: unknown = structuredClone(body);
  for (const value of wrong) {
    let at = changed;
    for (const turn of where) {
      if (typeof at !== 'object' || at === null) break;
      const keys = Object.keys(at);
      const key = keys[turn % keys.length];
      if (key === undefined) break;
      const inner: unknown = Reflect.get(at, key);
      if (typeof inner === 'object' && inner !== null && turn % 4 !== 0) {
        at = inner;
        continue;
      }
      Reflect.set(at, key, value);
      break;
    }
  }
  return changed;
}
