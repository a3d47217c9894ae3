import { expect, it } from 'vitest';
import { directoryOf } from './people.ts';
import { readSettings } from './settings.ts';

function settings(text: string) {
  const read = readSettings(text);
  if (read.outcome === 'invalid') throw new Error(read.problems.join('; '));
  return read.settings;
}

it('says who is who, and looks after what', () => {
  const directory = directoryOf(
    settings(`
      people: [{ name: ada, slack: U123, github: ada-l }]
      services: { Checkout: { owners: ['@ada', '@payments'], lead: '@grace' }, ledger: }
    `),
  );

  expect(directory).toEqual({
    people: [{ name: 'ada', slack: 'U123', github: 'ada-l', email: null }],
    services: new Map([
      ['checkout', { owners: ['@ada', '@payments'], lead: '@grace' }],
      ['ledger', { owners: [], lead: null }],
    ]),
  });
});
