import { expect, it } from 'vitest';
import { parseBackportsCommand } from './command.ts';

const services = new Map([
  ['checkout', 'checkout'],
  ['shop', 'checkout'],
  ['ledger', 'ledger'],
  ['order desk', 'order-desk'],
]);
const read = (text: string) => parseBackportsCommand(text, { services });

it.each<[string, boolean, string | null]>([
  ['', true, null],
  ['mine', true, null],
  ['show me my backports', true, null],
  ['all', false, null],
  ['ALL', false, null],
  ['list all of them'.replace(' of them', ''), false, null],
  ['checkout', false, 'checkout'],
  ['for Shop', false, 'checkout'],
  ['of the order desk', false, 'order-desk'],
  ['mine in checkout', true, 'checkout'],
  ['checkout, mine', true, 'checkout'],
  ['all checkout', false, 'checkout'],
  ['/backports `ledger`', false, 'ledger'],
])('reads “%s”', (text, mine, service) => {
  expect(read(text)).toEqual({ outcome: 'list', mine, service });
});

it.each(['help', '?', 'HELP'])('helps with “%s”', (text) => {
  expect(read(text)).toEqual({ outcome: 'help' });
});

it.each<[string, RegExp, string]>([
  ['chekout', /no service called “chekout”/, 'checkout'],
  ['mien', /no service called/, 'mine'],
  ['blah', /no service called/, 'mine'],
  ['mine all', /Yours, or everybody’s/, 'mine'],
  ['checkout ledger', /one service at a time/, 'checkout'],
])('teaches what to type instead of “%s”', (text, problem, first) => {
  expect(read(text)).toMatchObject({
    outcome: 'not-understood',
    problem: expect.stringMatching(problem),
    examples: expect.arrayContaining([first]),
  });
});
