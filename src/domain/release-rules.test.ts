import { describe, expect, it } from 'vitest';
import { aChange } from '../../test/answers.ts';
import type { Kind } from './change.ts';
import { type ReleaseRules, breaches } from './release-rules.ts';

const rules: ReleaseRules = {
  window: { days: ['mon', 'tue', 'wed', 'thu'], from: '09:00', to: '16:20', timezone: 'Europe/London' },
  freezes: [
    {
      name: 'sale',
      from: new Date('2026-11-26T00:00:00Z'),
      to: new Date('2026-12-01T00:00:00Z'),
      environments: ['production'],
    },
    { name: 'move', from: new Date('2026-06-02T00:00:00Z'), to: new Date('2026-06-03T00:00:00Z'), environments: [] },
  ],
  mirrors: new Map(),
};

function breach(at: string, kind: Kind = 'deploy', environment: string | null = 'production') {
  return breaches(rules)(aChange({ kind, environment, occurredAt: new Date(at) }));
}

describe('the release window', () => {
  it.each([
    ['2026-11-19T09:00:00Z', false],
    ['2026-11-19T08:59:59Z', true],
    ['2026-11-19T16:19:59Z', false],
    ['2026-11-19T16:20:00Z', true],
    // A Friday.
    ['2026-11-20T12:00:00Z', true],
    // In summer London is an hour ahead.
    ['2026-07-15T08:30:00Z', false],
    ['2026-07-15T15:30:00Z', true],
    // On Sunday night, London's Monday has not begun.
    ['2026-11-22T23:59:00Z', true],
  ])('at %s is left: %s', (at, left) => {
    expect(breach(at)).toEqual(left ? { rule: 'window' } : null);
  });

  it.each<[Kind, boolean]>([
    ['deploy', true],
    ['migration', true],
    ['infrastructure', true],
    ['config', false],
    ['flag', false],
    ['rollback', false],
    ['drift', false],
  ])('counts for a %s: %s', (kind, counts) => {
    expect(breach('2026-11-22T12:00:00Z', kind)).toEqual(counts ? { rule: 'window' } : null);
  });
});

describe('a freeze', () => {
  it.each<[string, Kind, string | null, unknown]>([
    ['2026-11-26T10:00:00Z', 'deploy', 'production', { rule: 'freeze', name: 'sale' }],
    ['2026-11-26T10:00:00Z', 'flag', 'production', { rule: 'freeze', name: 'sale' }],
    ['2026-11-26T10:00:00Z', 'rollback', 'production', null],
    ['2026-11-26T10:00:00Z', 'deploy', 'staging', null],
    ['2026-11-26T10:00:00Z', 'config', null, null],
    ['2026-12-01T10:00:00Z', 'deploy', 'production', null],
    ['2026-06-02T10:00:00Z', 'deploy', null, { rule: 'freeze', name: 'move' }],
  ])('at %s of a %s in %s: %j', (at, kind, environment, expected) => {
    expect(breach(at, kind, environment)).toEqual(expected);
  });
});

it('without a window no time is outside it', () => {
  const always = breaches({ ...rules, window: null, freezes: [] });

  expect(always(aChange({ occurredAt: new Date('2026-11-22T03:00:00Z') }))).toBeNull();
});
