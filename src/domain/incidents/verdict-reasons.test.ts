import { expect, it } from 'vitest';
import { verdicts } from './incident.ts';
import { isReason } from '../reason.ts';
import { readyReasons, verdictReason } from './verdict-reasons.ts';

const [first] = readyReasons.dismissed;

it.each([
  ['one that is ready', first?.key, '', first?.words],
  ['one that is ready, and more', first?.key, ' twice ', `${first?.words}. twice`],
  ['words alone', null, 'off in production', 'off in production'],
  ['something else, said', 'else', 'off in production', 'off in production'],
  ['something else, not said', 'else', '', null],
  ['nothing', null, ' ', null],
  ['a dot', null, '.', null],
  ['a dot beside one that is ready', first?.key, '.', null],
  ['the reason of another verdict', 'reverts', '', null],
])('of %s makes what is kept', (_, chosen, written, reason) => {
  expect(verdictReason('dismissed', chosen ?? null, written)).toBe(reason);
});

it.each(verdicts)('has ready reasons for %s, each of which is one and fits on a line', (verdict) => {
  const reasons = readyReasons[verdict];
  expect(reasons.length).toBeGreaterThan(2);
  expect(new Set(reasons.map(({ key }) => key)).size).toBe(reasons.length);
  expect(reasons.filter(({ words }) => !isReason(words) || words.length > 60)).toEqual([]);
});

it.each([
  ['.', false],
  ['ok', false],
  ['🙈🙈🙈', false],
  ['p99', true],
  ['回滚', true],
  ['откат', true],
])('takes %s for a reason: %s', (text, is) => {
  expect(isReason(text)).toBe(is);
});
