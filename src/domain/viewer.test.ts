import { describe, expect, it } from 'vitest';
import { type Looker, isHidden, viewerOf, visibleNames } from './viewer.ts';

const restricted = [
  { names: ['payroll', 'pay-api'], owners: new Set(['U1']) },
  { names: ['vault'], owners: new Set<string>() },
];

describe('viewerOf', () => {
  it.each<[string, Looker, readonly string[]]>([
    ['anybody', { type: 'anybody' }, ['payroll', 'pay-api', 'vault']],
    ['an owner', { type: 'person', slackId: 'U1' }, ['vault']],
    ['somebody else', { type: 'person', slackId: 'U2' }, ['payroll', 'pay-api', 'vault']],
    ['an administrator’s token', { type: 'admin' }, []],
  ])('hides from %s', (_who, looker, hidden) => {
    expect(viewerOf(restricted, looker).hidden).toEqual(hidden);
  });
});

describe('what is hidden', () => {
  const viewer = viewerOf(restricted, { type: 'anybody' });

  it.each([
    [['payroll'], true],
    [['checkout', 'Payroll'], true],
    [['checkout'], false],
    [[null], false],
    [[], false],
  ])('of %j: %s', (services, expected) => {
    expect(isHidden(viewer, services)).toBe(expected);
  });

  it('has no names, by none of its aliases', () => {
    const services = new Map([
      ['payroll', 'payroll'],
      ['pay-api', 'payroll'],
      ['checkout', 'checkout'],
    ]);

    expect([...visibleNames({ services }, viewer).services.keys()]).toEqual(['checkout']);
  });
});
