import { expect, it } from 'vitest';
import { isReleaseBranch } from './release-branch.ts';

it.each([
  ['hotfix/retry', true],
  ['hotfix-7', true],
  ['hotfix', true],
  ['hot-fix/7', true],
  ['hotfixes/7', true],
  ['release/1.2', true],
  ['release-1.2', true],
  ['release', true],
  ['production', true],
  ['prod', true],
  ['Release/1.2', true],
  ['main', false],
  ['feature/hotfix', false],
  ['hotfixture', false],
  ['released', false],
  ['product', false],
  ['reproduction', false],
  ['prod-like', false],
])('%s is one that is deployed by its name: %s', (branch, is) => {
  expect(isReleaseBranch(branch)).toBe(is);
});
