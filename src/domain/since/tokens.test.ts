import { expect, it } from 'vitest';
import { cut, longestText, plainText, tokensOf } from './tokens.ts';

it.each([
  ['what changed, in prod?', ['what', 'changed', 'in', 'prod']],
  ['checkout,ledger;search', ['checkout', 'ledger', 'search']],
  ['(*prod*) `2h`!', ['prod', '2h']],
  ['14:00-15:00', ['14:00', 'to', '15:00']],
  ['14:00–15:00', ['14:00', 'to', '15:00']],
  ['2pm-4pm', ['2pm', 'to', '4pm']],
  ['2-4pm', ['2pm', 'to', '4pm']],
  ['2026-11-20', ['2026-11-20']],
  ['10-12', ['10-12']],
  ['v1.41.0..v1.42.0', ['v1.41.0', 'to', 'v1.42.0']],
  ['env: prod', ['env:', 'prod']],
  ['2 p.m.', ['2', 'p.m']],
  ['what’s', ["what's"]],
  ['by:dependabot[bot]', ['by:dependabot[bot]']],
  ['since 2h', ['since', '2h']],
  ['https://github.com/acme/checkout/pull/8,', ['https://github.com/acme/checkout/pull/8']],
])('reads %j as the words %j', (text, words) => {
  expect(tokensOf(text).map((token) => token.raw)).toEqual(words);
});

it.each([
  ['“retry payment” 2h', ['retry payment', '2h'], [true, false]],
  ['q:"retry, or not"', ['q:', 'retry, or not'], [false, true]],
  ['2h "open', ['2h', 'open'], [false, false]],
  ['""', [''], [true]],
])('keeps quoted text of %j together', (text, words, quoted) => {
  const tokens = tokensOf(text);

  expect(tokens.map((token) => token.raw)).toEqual(words);
  expect(tokens.map((token) => token.quoted)).toEqual(quoted);
});

it.each([
  ['by:<@U123|ada>', 'by:<@U123>'],
  ['in <#C123|prod>', 'in prod'],
  ['<!channel> 2h <!subteam^S1|@oncall>', '2h'],
  ['since <!date^1763646300^{date_short_pretty} at {time}|Nov 20th, 2025>', 'since  1763646300'],
  ['<http://checkout.example|checkout.example>', 'checkout.example'],
  ['<https://github.com/acme/checkout/pull/8|Retry>', 'https://github.com/acme/checkout/pull/8'],
  ['<https://acme.example>', 'https://acme.example'],
  ['by <mailto:ada@example.com|ada@example.com>', 'by ada@example.com'],
  ['fish &amp; chips &lt;3', 'fish & chips <3'],
  ['a\u0000b\u00A0c', 'a b\u00A0c'],
  ['lone \uD800 half', 'lone \uFFFD half'],
])('takes Slack’s markup out of %j', (text, plain) => {
  expect(plainText(text)).toBe(plain);
});

it('reads no more than its limit', () => {
  expect(plainText('x'.repeat(100_000))).toHaveLength(longestText);
});

it('cuts no character in two', () => {
  expect(cut('ab😀', 3)).toBe('ab');
});
