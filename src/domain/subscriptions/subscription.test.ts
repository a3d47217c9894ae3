import { describe, expect, it } from 'vitest';
import {
  type News,
  type SubscriptionFilter,
  filterWords,
  isNewsTo,
  isSubscribed,
  plainFilter,
} from './subscription.ts';

const any: SubscriptionFilter = { environments: [], services: [], kinds: [], statuses: [] };
const deploy = { kind: 'deploy', status: 'succeeded', environment: 'production', services: ['checkout'] } as const;

describe('what is subscribed', () => {
  it.each<[string, Partial<SubscriptionFilter>, Partial<Parameters<typeof isSubscribed>[0]>, boolean]>([
    ['anything', {}, {}, true],
    ['no drift unless it is chosen', {}, { kind: 'drift' }, false],
    ['drift where it is chosen', { kinds: ['drift'] }, { kind: 'drift' }, true],
    ['another kind', { kinds: ['flag'] }, {}, false],
    ['a rollback among deploys', { kinds: ['deploy'] }, { kind: 'rollback' }, true],
    ['no deploy among rollbacks', { kinds: ['rollback'] }, {}, false],
    ['its environment', { environments: ['production'] }, {}, true],
    ['another environment', { environments: ['staging'] }, {}, false],
    ['no environment where one is asked for', { environments: ['production'] }, { environment: null }, false],
    ['no environment where none is asked for', {}, { environment: null }, true],
    ['its service', { services: ['ledger', 'checkout'] }, {}, true],
    ['one of its services', { services: ['ledger'] }, { services: ['checkout', 'ledger'] }, true],
    ['another service', { services: ['ledger'] }, {}, false],
    ['no service where one is asked for', { services: ['ledger'] }, { services: [] }, false],
    ['its status', { statuses: ['failed', 'succeeded'] }, {}, true],
    ['another status', { statuses: ['failed'] }, {}, false],
    ['what just happens among what succeeds', { statuses: ['succeeded'] }, { status: null }, true],
    ['what just happens not among what fails', { statuses: ['failed'] }, { status: null }, false],
  ])('%s', (_, filter, change, expected) => {
    expect(isSubscribed({ ...deploy, ...change }, { ...any, ...filter })).toBe(expected);
  });
});

describe('what is news', () => {
  const now = new Date('2026-11-20T15:00:00Z');
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  const fresh: News = { ...deploy, at: ago(1), recordedAt: ago(1) };

  it.each<[string, Partial<News>, number, boolean]>([
    ['just now', {}, 120, true],
    ['what took effect before somebody asked', { at: ago(130) }, 120, false],
    ['what began before and ended after somebody asked', { at: ago(1), recordedAt: ago(200) }, 120, true],
    ['what came late', { at: ago(90), recordedAt: ago(1) }, 120, true],
    ['what is only read again', { at: ago(90), recordedAt: ago(90) }, 120, false],
    ['what came a day late', { at: ago(1500), recordedAt: ago(1) }, 3000, false],
    ['what is only mentioned', { at: null }, 120, false],
    ['what another change tells', { at: null, recordedAt: ago(1) }, 120, false],
  ])('%s', (_, change, since, expected) => {
    expect(isNewsTo({ ...fresh, ...change }, { ...any, tellsFrom: ago(since) }, now)).toBe(expected);
  });
});

describe('the words of a filter', () => {
  it.each<[Partial<SubscriptionFilter>, string]>([
    [{}, 'changes'],
    [
      { kinds: ['deploy'], environments: ['production'], services: ['checkout'], statuses: ['failed'] },
      'deploys of checkout in production, when they fail',
    ],
    [
      { kinds: ['deploy', 'flag', 'config'], statuses: ['failed', 'cancelled'] },
      'deploys, flag changes and config edits, when they fail or are cancelled',
    ],
    [{ services: ['a', 'b', 'c', 'd', 'e', 'f'] }, 'changes of a, b, c, d and 2 more'],
  ])('%j', (filter, expected) => {
    expect(filterWords({ ...any, ...filter })).toBe(expected);
  });
});

it('a filter is the same whatever its order, and bounded', () => {
  const one = plainFilter({
    environments: ['b', 'a', 'a', ''],
    services: Array.from({ length: 30 }, (_, n) => `s${n}`),
    kinds: ['flag', 'deploy'],
    statuses: ['failed', 'started'],
  });

  expect(one).toMatchObject({ environments: ['a', 'b'], kinds: ['deploy', 'flag'], statuses: ['started', 'failed'] });
  expect(one.services).toHaveLength(20);
});

it('every status is any status', () => {
  expect(plainFilter({ ...any, statuses: ['started', 'succeeded', 'failed', 'cancelled'] }).statuses).toEqual([]);
});
