import { expect, it } from 'vitest';
import { teamsOf } from './teams.ts';

const people = new Set(['ada', 'grace-h', 'u2grace', 'edsger@example.com']);

it.each<[string, readonly string[]]>([
  ['@ada', []],
  ['Ada', []],
  ['grace-h', []],
  ['U024BE7LH', []],
  ['U2GRACE', []],
  ['edsger@example.com', []],
  ['somebody@example.com', []],
  ['@', []],
  ['@payments-team', ['payments-team']],
  ['acme/platform', ['acme/platform']],
  ['S024BE7LH', ['S024BE7LH']],
])('an owner %s is the teams %j', (owner, expected) => {
  expect(teamsOf([{ name: 'checkout', owners: [owner] }], people).map(({ team }) => team)).toEqual(expected);
});

it('is a team once, with all that it owns', () => {
  const services = [
    { name: 'ledger', owners: ['@payments', '@ada'] },
    { name: 'checkout', owners: ['payments', '@web'] },
  ];

  expect(teamsOf(services, people)).toEqual([
    { team: 'payments', services: ['checkout', 'ledger'] },
    { team: 'web', services: ['checkout'] },
  ]);
});
