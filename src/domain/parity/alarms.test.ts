import { describe, expect, it } from 'vitest';
import { aDifference, aReport, aSide, comparedAt, daysBefore } from '../../../test/parity-reports.ts';
import type { Difference } from '../comparison/difference.ts';
import { type AlarmsSoFar, planAlarms } from './alarms.ts';
import { groupTitle, groupsOf } from './groups.ts';
import { suggestIntended } from './suggestions.ts';
import { ageWords, percentWords, sidesWords } from './words.ts';

const looked = new Set(['dotenv', 'timeline']);
const none: AlarmsSoFar = { open: [], muted: [], looked };
const timeout = (more: Partial<Difference> = {}) => aDifference({ id: 'timeout', group: 'g', ...more });
const known = { id: '1', group: 'g', verdict: 'unexplained' as const, differenceIds: ['timeout'] };

function plan(differences: readonly Difference[], soFar: Partial<AlarmsSoFar> = {}) {
  const { opened, still, ended, found } = planAlarms(aReport(differences), { ...none, ...soFar });
  return {
    opened: opened.map(({ id }) => id),
    still: still.map(({ id }) => id),
    ended: ended.map((each) => each.ended),
    found: found.map(({ id }) => id),
  };
}

const nothing = { opened: [], still: [], ended: [], found: [] };

describe('what begins to differ', () => {
  it.each<[string, readonly Difference[], Partial<AlarmsSoFar>, object]>([
    ['alarms', [timeout()], {}, { opened: ['g'] }],
    ['alarms once', [timeout()], { open: [known] }, { still: ['1'] }],
    ['is the same under another name', [timeout({ group: 'other' })], { open: [known] }, { still: ['1'] }],
    ['is the same with more keys', [timeout(), timeout({ id: 'more' })], { open: [known] }, { still: ['1'] }],
    ['waits half an hour', [timeout({ since: new Date(comparedAt.getTime() - 29 * 60_000) })], {}, {}],
    ['alarms after it', [timeout({ since: new Date(comparedAt.getTime() - 31 * 60_000) })], {}, { opened: ['g'] }],
    [
      'waits no moment where it must not be equal',
      [timeout({ since: comparedAt, verdict: 'forbidden-equality' })],
      {},
      { opened: ['g'] },
    ],
    ['is over when equal', [], { open: [known] }, { ended: ['equal'] }],
    ['is over when explained', [timeout({ verdict: 'explained' })], { open: [known] }, { ended: ['explained'] }],
    ['is over when meant', [timeout({ verdict: 'intended' })], { open: [known] }, { ended: ['intended'] }],
    ['is not over when it cannot be seen', [timeout({ verdict: 'unknown' })], { open: [known] }, {}],
    [
      'is not over while a part of it cannot be seen',
      [timeout({ verdict: 'explained' }), timeout({ id: 'more', verdict: 'unknown' })],
      { open: [{ ...known, differenceIds: ['timeout', 'more'] }] },
      {},
    ],
    ['is not told where somebody found it useless', [timeout()], { muted: [known] }, {}],
    [
      'is told where it is worse than that',
      [timeout({ verdict: 'forbidden-equality' })],
      { muted: [known] },
      { opened: ['g'] },
    ],
    [
      'is told where a rule that was muted has another key',
      [timeout({ id: 'another', verdict: 'forbidden-equality' })],
      { muted: [{ ...known, verdict: 'forbidden-equality' }] },
      { opened: ['g'] },
    ],
    ['alarms where it gets worse', [timeout({ verdict: 'forbidden-equality' })], { open: [known] }, { opened: ['g'] }],
    ['is found at the first look and alarms nobody', [timeout()], { looked: new Set() }, { found: ['g'] }],
    ['needs nothing else', [timeout({ verdict: 'explained' })], {}, {}],
  ])('%s', (_, differences, soFar, expected) => {
    expect(plan(differences, soFar)).toEqual({ ...nothing, ...expected });
  });
});

describe('a first look', () => {
  it('waits until something can be compared', () => {
    const empty = planAlarms(aReport([], { facts: 0 }), { ...none, looked: new Set() });

    expect(empty).toMatchObject({ firstLook: null, looked: [] });
  });

  it('tells of nothing where nothing differs, and is over', () => {
    const first = planAlarms(aReport([]), { ...none, looked: new Set() });

    expect(first.looked).toEqual(['dotenv', 'timeline']);
    expect(first.firstLook).toMatchObject({ unexplained: 0, equal: 1180 });
    expect(planAlarms(aReport([]), none).firstLook).toBeNull();
  });
});

describe('what looks meant', () => {
  it.each<[string, Partial<Difference>, readonly object[]]>([
    ['an address', { key: 'LEDGER_URL' }, [{ must: 'differ' }]],
    ['a host in camel case', { key: 'app.yaml:db.hostName' }, [{ must: 'differ' }]],
    ['a size', { key: 'WORKERS' }, [{ must: null }]],
    ['how much is logged', { key: 'log.level' }, [{ must: null }]],
    ['its own name', { key: 'STAGE', reference: aSide('production'), mirror: aSide('staging') }, [{ must: 'differ' }]],
    [
      'a secret',
      { key: 'API_KEY', reference: aSide(null, { secret: true }), mirror: aSide(null, { secret: true }) },
      [{ must: 'differ' }],
    ],
    ['a time-out is not', { key: 'PAYMENT_TIMEOUT' }, []],
    ['what one has not is not', { key: 'LEDGER_URL', mirror: null }, []],
    ['what is explained is not', { key: 'LEDGER_URL', verdict: 'explained' }, []],
  ])('%s', (_, more, expected) => {
    const suggestions = suggestIntended([aDifference(more)], { reference: 'production', mirror: 'staging' });

    expect(suggestions).toMatchObject(expected);
  });
});

describe('words', () => {
  const pair = { reference: 'production', mirror: 'staging' };

  it.each<[Partial<Difference>, string]>([
    [{}, 'production 30s, staging 5s'],
    [{ mirror: null }, 'production 30s, staging absent'],
    [{ mirror: aSide('') }, 'production 30s, staging empty'],
    [{ reference: aSide(null, { secret: true }), mirror: aSide(null, { secret: true }) }, 'another secret in each'],
    [{ reference: aSide(null, { secret: true }) }, 'production a secret, staging 5s'],
    [{ verdict: 'forbidden-equality', mirror: aSide('30s') }, '30s in both'],
  ])('of both sides: %j', (more, expected) => {
    expect(sidesWords(aDifference(more), pair)).toBe(expected);
  });

  it.each<[Partial<Difference>, string]>([
    [{ since: daysBefore(6) }, 'for 6 days'],
    [{ since: daysBefore(0.25) }, 'for 6 h'],
    [{ since: null }, 'for 6 days, never seen equal'],
    [{ since: null, reference: aSide('1', { after: null }), mirror: null }, 'never seen equal'],
  ])('of its age: %j', (more, expected) => {
    expect(ageWords(aDifference(more), comparedAt)).toBe(expected);
  });

  it.each([
    [94.2, '94 %'],
    [100, '100 %'],
    [99.96, '99.9 %'],
    [0, '0 %'],
    [0.2, '0.2 %'],
  ])('of %d', (value, expected) => {
    expect(percentWords(value)).toBe(expected);
  });

  it('of a group say how many keys there are and what they share', () => {
    const step = ['a', 'b'].map((key) =>
      aDifference({ key, group: 'g', reference: aSide('5.1'), mirror: aSide('5.2') }),
    );
    const titles = groupsOf(step).map((group) => groupTitle(group));

    expect(titles).toEqual(['2 keys: 5.1 → 5.2']);
  });
});
