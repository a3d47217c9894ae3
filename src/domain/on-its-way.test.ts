import { describe, expect, it } from 'vitest';
import { type Bringing, type GoingBack, standingsOf } from './on-its-way.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 12, minute));

function brought(minute: number, more: Partial<Bringing> = {}): Bringing {
  return { environment: 'production', service: 'checkout', at: at(minute), outcome: 'good', ...more };
}

function back(minute: number, more: Partial<GoingBack> = {}): GoingBack {
  return { environment: 'production', service: 'checkout', at: at(minute), takes: null, versionSince: null, ...more };
}

describe('where a change has come to', () => {
  it.each<[string, readonly Bringing[], readonly GoingBack[], readonly (readonly [string, string, number])[]]>([
    ['nowhere', [], [], []],
    ['there since it first came', [brought(5), brought(9)], [], [['production', 'there', 5]]],
    [
      'each environment for itself',
      [brought(1, { environment: 'staging' }), brought(5)],
      [],
      [
        ['staging', 'there', 1],
        ['production', 'there', 5],
      ],
    ],
    ['being deployed', [brought(5, { outcome: 'running' })], [], [['production', 'deploying', 5]]],
    ['its deploy failed', [brought(5, { outcome: 'bad' })], [], [['production', 'failed', 5]]],
    [
      'a later deploy that failed leaves it there',
      [brought(5), brought(9, { outcome: 'bad' })],
      [],
      [['production', 'there', 5]],
    ],
    [
      'taken away by what its history tells',
      [brought(5)],
      [back(8, { takes: true })],
      [['production', 'rolled-back', 8]],
    ],
    [
      'not taken away by what its history tells',
      [brought(5)],
      [back(8, { takes: false })],
      [['production', 'there', 5]],
    ],
    [
      'taken away by a version that was there before it came',
      [brought(5)],
      [back(8, { versionSince: at(1) })],
      [['production', 'rolled-back', 8]],
    ],
    [
      'kept by a version that came with it or later',
      [brought(5), brought(7)],
      [back(8, { versionSince: at(5) })],
      [['production', 'there', 5]],
    ],
    ['nobody knows what it took', [brought(5)], [back(8)], [['production', 'there', 5]]],
    ['it came again', [brought(5), brought(9)], [back(8, { takes: true })], [['production', 'there', 5]]],
    [
      'it is coming again',
      [brought(5), brought(9, { outcome: 'running' })],
      [back(8, { takes: true })],
      [['production', 'deploying', 9]],
    ],
    [
      'another service went back',
      [brought(5)],
      [back(8, { takes: true, service: 'ledger' })],
      [['production', 'there', 5]],
    ],
    ['it went back before it came', [brought(5)], [back(4, { takes: true })], [['production', 'there', 5]]],
    [
      'the worst of several services is told',
      [brought(5), brought(6, { service: 'ledger' })],
      [back(8, { takes: true, service: 'ledger' })],
      [['production', 'rolled-back', 8]],
    ],
  ])('%s', (_, deploys, rollbacks, expected) => {
    expect(standingsOf(deploys, rollbacks).map((each) => [each.environment, each.state, each.at])).toEqual(
      expected.map(([environment, state, minute]) => [environment, state, at(minute)]),
    );
  });
});
