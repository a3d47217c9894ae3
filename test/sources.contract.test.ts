import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourceNames } from '../src/config/source-names.ts';
import type { Catalog } from '../src/domain/catalog.ts';
import { kinds, statuses } from '../src/domain/change.ts';
import type { Phase, Review, Statement } from '../src/domain/event.ts';
import { type Signal, severities } from '../src/domain/signal.ts';
import { sourceTitle } from '../src/domain/source-title.ts';
import { concealWith } from '../src/sources/reading/conceal.ts';
import { readerFailed } from '../src/sources/reading/open.ts';
import type { Delivery, Parsed } from '../src/sources/reading/source.ts';
import { deliveryReaders, openSources, sourceDefinitions } from '../src/sources/registry.ts';
import { type Fixture, deliveryOf, fixturesOf } from './fixtures.ts';
import { mutated, wrongValues } from './mutated.ts';
import { signed, signerOf } from './sign.ts';

const secret = 'the-secret-in-use';
const older = 'the-secret-before';
/** Not sources: a token opens them, or the Slack app. */
const doors = ['api', 'cloudevents', 'snapshots', 'verification', 'slack'];

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
const conceal = concealWith('the-key-of-digests');
const shared = { catalog, conceal };
const secrets = new Map(sourceDefinitions.map(({ name }) => [name, [secret, older]]));
const sources = openSources({ ...shared, secrets });

const cases = [...sources.values()].flatMap((source) =>
  fixturesOf(source.name).map((fixture) => [`${source.name}: ${fixture.name}`, source, fixture] as const),
);

describe('the registry', () => {
  it('opens every source that has a secret, and no other', () => {
    const [first] = sourceDefinitions;
    const name = first?.name ?? '';

    expect([...sources.keys()]).toEqual(sourceDefinitions.map((source) => source.name));
    expect([...openSources({ ...shared, secrets: new Map([[name, ['x'.repeat(8)]]]) }).keys()]).toEqual([name]);
    expect(openSources({ ...shared, secrets: new Map() }).size).toBe(0);
    expect(openSources({ ...shared, secrets: new Map([[name, ['']]]) }).size).toBe(0);
  });

  it('has every source that settings and docs name, in the same order', () => {
    expect(sourceDefinitions.map(({ name }) => name)).toEqual(sourceNames);
  });

  it('calls each source what answers call it', () => {
    expect(sourceDefinitions.map(({ name }) => sourceTitle(name))).toEqual(sourceDefinitions.map(({ title }) => title));
  });

  it('reads deliveries of sources that are closed', () => {
    const readers = deliveryReaders(shared);

    expect([...readers.keys()]).toEqual([...sources.keys(), ...doors]);
    for (const [, source, fixture] of cases) {
      expect(readers.get(source.name)?.read(deliveryOf(fixture)).parsed).toEqual(fixture.expected);
    }
  });

  it.each([...sources.values()].map((source) => [source.name, source] as const))(
    'has fixtures of every outcome for %s',
    (_, source) => {
      const outcomes = new Set(fixturesOf(source.name).map((fixture) => fixture.expected.outcome));
      const pings = signerOf(source.name).pings === true ? ['ping'] : [];

      expect([...outcomes].toSorted()).toEqual(['events', 'ignored', ...pings]);
    },
  );
});

describe.each(cases)('%s', (_, source, fixture) => {
  it('is verified and read as expected', () => {
    const delivery = signed(source.name, deliveryOf(fixture), secret);

    expect(source.verify(delivery)).toBe(true);
    expect(source.read(delivery).parsed).toEqual(fixture.expected);
  });

  it('is verified with each secret of a rotation', () => {
    expect(source.verify(signed(source.name, deliveryOf(fixture), older))).toBe(true);
  });

  it('is refused unsigned or wrongly signed', () => {
    const delivery = deliveryOf(fixture);
    const proof = Object.entries(signerOf(source.name).headers(delivery, secret));
    const spoilt = (change: (value: string) => string) =>
      proof.map(([name, value]) => ({ ...delivery, headers: { ...allOf(proof, delivery), [name]: change(value) } }));

    expect(source.verify(delivery)).toBe(false);
    expect(source.verify(signed(source.name, delivery, 'another-secret'))).toBe(false);
    expect(source.verify(signed(source.name, delivery, ''))).toBe(false);
    for (const each of [...spoilt((value) => value.slice(0, -1)), ...spoilt(() => '')]) {
      expect(source.verify(each)).toBe(false);
    }
  });

  it('is refused when its body was changed, where the proof covers it', () => {
    const proved = signed(source.name, deliveryOf(fixture), secret);
    const changed = { ...proved, body: Buffer.concat([proved.body, Buffer.from(' ')]) };

    expect(source.verify(changed)).toBe(signerOf(source.name).covers === 'nothing');
  });

  it('is refused when its proof has expired, where that covers the time', () => {
    const proved = signed(source.name, deliveryOf(fixture), secret);
    const later = { ...proved, receivedAt: new Date(proved.receivedAt.getTime() + 301_000) };

    expect(source.verify(later)).toBe(signerOf(source.name).covers !== 'body and time');
  });

  it('says the same when it is delivered again later', () => {
    const delivery = deliveryOf(fixture);
    const again = { ...delivery, receivedAt: new Date(delivery.receivedAt.getTime() + 86_400_000) };

    const [first, second] = [source.read(delivery), source.read(again)];

    expect(keysIn(second.parsed)).toEqual(keysIn(first.parsed));
    expect(second.key).toBe(first.key);
  });

  it('says the same when what is kept of it is read again', () => {
    const delivery = deliveryOf(fixture);
    const { parsed, ...kept } = source.read(delivery);
    const again = source.read({ headers: kept.headers, body: kept.body, receivedAt: delivery.receivedAt });

    expect(again.parsed).toEqual(parsed);
    expect(again.key).toBe(kept.key);
    expect(again.body.equals(kept.body)).toBe(true);
  });

  it('fits into the timeline’s tables, under its own name', () => {
    const { parsed } = source.read(deliveryOf(fixture));
    const { events, signals = [] } = parsed.outcome === 'events' ? parsed : { events: [] };
    const told = [...events.map((event) => event.statement.source), ...signals.map((signal) => signal.source)];

    expect(problemsOf(parsed)).toEqual([]);
    expect(told.filter((name) => name !== source.name)).toEqual([]);
  });
});

describe.each([...sources.values()].map((source) => [source.name, source] as const))('%s', (name, source) => {
  const fixtures = fixturesOf(name);
  const anyFixture = fc.constantFrom(...fixtures);

  it('reads or refuses bodies with fields missing or retyped', () => {
    fc.assert(
      fc.property(anyFixture, fc.infiniteStream(fc.nat()), wrongValues, (fixture, stream, wrong) => {
        const body = mutated(fixture.body, stream, wrong);
        const { parsed } = source.read(deliveryOf(fixture, Buffer.from(JSON.stringify(body))));

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
        expect(source.read(deliveryOf(fixture, bytes)).parsed).toMatchObject({
          outcome: 'malformed',
          notWhatItSends: true,
        });
      }),
    );
  });

  it('never throws on headers', () => {
    const header = fc.constantFrom(
      'content-type',
      ...Object.keys(fixtures[0]?.headers ?? {}),
      ...Object.keys(signerOf(name).headers(deliveryOf(anyOf(fixtures)), secret)),
    );
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constant(undefined), fc.constant('x'.repeat(100_000)));
    fc.assert(
      fc.property(anyFixture, fc.dictionary(header, value), (fixture, headers) => {
        const plain = deliveryOf(fixture);
        const delivery = { ...plain, headers: { ...plain.headers, ...headers } };
        const { parsed, key } = source.read(delivery);
        expect(problemsOf(parsed)).toEqual([]);
        expect(key?.length ?? 0).toBeLessThanOrEqual(500);
        expect(source.verify(delivery)).toBe(false);
      }),
    );
  });
});

function anyOf(fixtures: readonly Fixture[]): Fixture {
  const [first] = fixtures;
  if (first === undefined) throw new Error('a source without fixtures');
  return first;
}

function allOf(proof: readonly (readonly [string, string])[], delivery: Delivery) {
  return { ...delivery.headers, ...Object.fromEntries(proof) };
}

function keysIn(parsed: Parsed): readonly string[] {
  if (parsed.outcome !== 'events') return [];
  return [...parsed.events.map((event) => event.statement.key), ...(parsed.signals ?? []).map((signal) => signal.key)];
}

const phases: readonly unknown[] = ['mentioned', 'happened', ...statuses] satisfies Phase[];
const verdicts: readonly unknown[] = [
  'approved',
  'changes-requested',
  'commented',
  'dismissed',
] satisfies Review['verdict'][];
const states: readonly unknown[] = [undefined, 'open', 'acknowledged', 'resolved'] satisfies Signal['state'][];
const clocks: readonly unknown[] = ['source', 'received'] satisfies Statement['clock'][];
const kindsOrNone: readonly unknown[] = [undefined, ...kinds];
const severitiesOrNone: readonly unknown[] = [undefined, ...severities];

/** What the timeline could not store. */
function problemsOf(parsed: Parsed): readonly string[] {
  const problems = problemsWithin(parsed);
  if (parsed.outcome === 'malformed' && parsed.error.startsWith(readerFailed)) problems.push(parsed.error);
  if (parsed.outcome === 'malformed' && lengthOf(parsed.error) > 1000) problems.push('a long error');
  for (const { key, subject, occurredAt, title, ...signal } of (parsed.outcome === 'events' && parsed.signals) || []) {
    if (lengthOf(key) > 500) problems.push('a long key');
    if (lengthOf(subject) > 300 || subject === '') problems.push('a strange subject');
    if (lengthOf(title ?? '') > 500) problems.push('a long title');
    if (new Date(occurredAt).toISOString() !== occurredAt) problems.push('a strange time');
    if (!states.includes(signal.state)) problems.push('a strange state');
    if (!severitiesOrNone.includes(signal.severity)) problems.push('a strange severity');
    if (!clocks.includes(signal.clock)) problems.push('a strange clock');
  }
  for (const { statement, identities, mentions } of parsed.outcome === 'events' ? parsed.events : []) {
    if (lengthOf(statement.key) > 500) problems.push('a long key');
    if (new Date(statement.occurredAt).toISOString() !== statement.occurredAt) problems.push('a strange time');
    if (!phases.includes(statement.phase)) problems.push('a strange phase');
    if (!kindsOrNone.includes(statement.kind)) problems.push('a strange kind');
    if (!clocks.includes(statement.clock)) problems.push('a strange clock');
    if (statement.reviews?.some(({ verdict }) => !verdicts.includes(verdict))) problems.push('a strange verdict');
    if (identities.length === 0) problems.push('no identity');
    if ([...identities, ...mentions].some(({ value }) => lengthOf(value) > 500)) problems.push('a long identity');
  }
  return problems;
}

/** As PostgreSQL counts. */
function lengthOf(text: string): number {
  return [...text].length;
}

/** Of all texts and names of fields, and of what is no data. */
function problemsWithin(value: unknown): string[] {
  if (typeof value === 'string') {
    return [...(value.includes('\0') ? ['a NUL'] : []), ...(value.isWellFormed() ? [] : ['a lone surrogate'])];
  }
  if (typeof value === 'function') return ['a function'];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [...problemsWithin(key), ...problemsWithin(inner)]);
}
