import { expect, it } from 'vitest';
import { goesBack } from './rollback.ts';

it.each([
  ['the first deploy', [], '1', false],
  ['a new version', ['1'], '2', false],
  ['the same version again', ['1', '2'], '2', false],
  ['the version before', ['1', '2'], '1', true],
  ['a version from long ago', ['1', '2', '3', '4'], '2', true],
  ['the newer version again, after a rollback', ['1', '2', '1'], '2', false],
  ['a second step back', ['1', '2', '3', '2'], '1', true],
  ['the version before, after it was deployed twice', ['1', '2', '2'], '1', true],
])('%s over %j', (_, before, to, expected) => {
  expect(goesBack(before, to)).toBe(expected);
});
