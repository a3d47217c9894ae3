import { expect, it } from 'vitest';
import { directoryFrom, personOf } from './directory.ts';
import { deployerOf, leadOf, ownerOf, secondsOf, teamOf } from './owners.ts';

const directory = directoryFrom(
  [
    { name: 'ada', names: ['ada'], slack: 'U123', identities: ['ada-l', 'ada@example.com'] },
    { name: 'Grace Hopper', names: ['Grace Hopper'], slack: 'U456', identities: [] },
    { name: 'lea', names: ['lea'], slack: 'U789', identities: [] },
    { name: 'nils', names: ['nils'], slack: null, identities: ['nils'] },
  ],
  new Map([
    ['checkout', { owners: ['@ada', '@payments-team', '@Grace Hopper'], lead: '@lea' }],
    ['ledger', { owners: ['@ledger-team', '@grace hopper', '@ada'], lead: null }],
    ['search', { owners: [], lead: '@nobody' }],
  ]),
);
const ada = { slackId: 'U123', name: 'ada' };
const grace = { slackId: 'U456', name: 'Grace Hopper' };
const lea = { slackId: 'U789', name: 'lea' };

it.each([
  ['ada-l', ada],
  ['ADA-L', ada],
  ['@ada', ada],
  ['Ada', ada],
  ['U123', ada],
  ['Ada Lovelace <ADA@example.com>', ada],
  ['ada@example.com', ada],
  ['ada <someone@else.example>', ada],
  ['Ada L <1234+ada-l@users.noreply.github.com>', ada],
  ['ada-l@users.noreply.github.com', ada],
  ['Grace Hopper', grace],
  ['U9XX', { slackId: 'U9XX', name: 'U9XX' }],
  ['nils', { slackId: null, name: 'nils' }],
  ['Mary <mary@example.com>', { slackId: null, name: 'Mary' }],
  ['<mary@example.com>', { slackId: null, name: 'mary@example.com' }],
  ['mary', { slackId: null, name: 'mary' }],
  ['dependabot[bot]', null],
  ['Renovate <29139614+renovate[bot]@users.noreply.github.com>', null],
  ['  ', null],
])('%s is %j', (who, person) => {
  expect(personOf(directory, who)).toEqual(person);
});

it.each([
  ['ada-l', 'ledger', ada],
  ['mary', 'checkout', ada],
  ['mary', 'ledger', grace],
  ['mary', 'search', { slackId: null, name: 'mary' }],
  ['dependabot[bot]', 'checkout', ada],
  ['dependabot[bot]', 'search', null],
  [null, 'Checkout', ada],
  [null, null, null],
])('what %s made of %s is looked after by %j', (owner, service, person) => {
  expect(ownerOf(directory, { owner, service })).toEqual(person);
});

it('of each service somebody deploys, hears of it in the thread, leads, and may be the second', () => {
  const of = (service: string) => [
    deployerOf(directory, service),
    teamOf(directory, service),
    leadOf(directory, service),
    secondsOf(directory, service, ada),
  ];

  expect([of('checkout'), of('ledger'), of('search')]).toEqual([
    [ada, { slackId: null, name: 'payments-team' }, lea, [lea, ada, grace]],
    [grace, { slackId: null, name: 'ledger-team' }, ada, [ada, grace]],
    [null, null, null, [ada]],
  ]);
});
