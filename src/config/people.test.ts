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

  expect(directory).toMatchObject({
    people: [{ name: 'ada', names: ['ada'], slack: 'U123', identities: ['ada-l'] }],
    services: new Map([
      ['checkout', { owners: ['@ada', '@payments'], lead: '@grace' }],
      ['ledger', { owners: [], lead: null }],
    ]),
  });
});

it('knows everything that somebody is called, in one entry or several', () => {
  const { people } = directoryOf(
    settings(`
      people:
        - { name: ada, slack: U123, github: [Ada-L, ada-work], gitlab: ada.l, email: Ada@example.com }
        - { name: Ada Lovelace, slack: U123, pagerduty: Ada L, emails: [ada@acme.example], git: [A. Lovelace] }
        - { name: nils, github: nils }
    `),
  );

  expect(people).toEqual([
    {
      name: 'ada',
      names: ['ada', 'Ada Lovelace'],
      slack: 'U123',
      identities: ['ada-l', 'ada-work', 'ada.l', 'ada@example.com', 'ada@acme.example', 'ada l', 'a. lovelace'],
      gitHub: ['ada-l', 'ada-work'],
    },
    { name: 'nils', names: ['nils'], slack: null, identities: ['nils'], gitHub: ['nils'] },
  ]);
});

it.each([
  ['a login', '[{ name: ada, slack: U1AA, github: ada-l }, { name: grace, slack: U2AA, gitlab: Ada-L }]', 1],
  ['an address', '[{ name: ada, email: a@b.co }, { name: grace, emails: [x@b.co, A@b.co] }]', 1],
  ['nothing', '[{ name: ada, slack: U1AA, github: ada-l }, { name: Ada, slack: U1AA, gitlab: ada-l }]', 0],
  ['nothing but their own', '[{ name: ada, github: ada-l, gitlab: ada-l }]', 0],
])('two people have %s in common: that is a problem, or none', (_what, people, problems) => {
  const read = readSettings(`people: ${people}`);

  expect(read.outcome === 'invalid' ? read.problems.length : 0).toBe(problems);
});
