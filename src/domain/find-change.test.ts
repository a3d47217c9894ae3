import { expect, it } from 'vitest';
import { aChange, badDeploy } from '../../test/answers.ts';
import { changesCalled } from './find-change.ts';

const flag = aChange({ id: '7', kind: 'flag', title: 'new-ledger', service: 'ledger', actor: { login: 'grace' } });
const search = aChange({
  id: '6',
  title: 'deploy search',
  service: 'search',
  from: '7.2.0',
  to: 'v7.3.0',
  commit: '4f2a1c9d'.padEnd(40, '0'),
});
const checkout = aChange({ id: '5', title: 'deploy checkout', to: '1.41.3', actor: { name: 'Grace Hopper' } });
const merge = aChange({
  id: '4',
  kind: 'merge',
  title: 'Retry payment calls (#812)',
  pullRequest: { repository: 'acme/checkout', number: 812 },
});
const changes = [flag, badDeploy, search, checkout, merge];
const among = { suspects: [{ change: badDeploy }, { change: flag }], changes };

it.each([
  ['1', [badDeploy]],
  ['#2', [flag]],
  ['checkout 1.42.0', [badDeploy]],
  ['1.42.0', [badDeploy]],
  ['v1.42.0', [badDeploy]],
  ['the 7.3.0 release', [search]],
  ['4f2a1c9', [search]],
  ['PR #812', [badDeploy]],
  ['812', [badDeploy]],
  ['retry payment calls', [badDeploy, merge]],
  ['flag new-ledger', [flag]],
  ['ledger by grace', [flag]],
  ['deploy of search', [search]],
  ['grace', [flag, checkout]],
  ['checkout deploy', [badDeploy, checkout]],
  ['', []],
  ['the', []],
  ['9', []],
  ['9.9.9', []],
  ['ледгер', []],
])('finds what “%s” calls', (words, found) => {
  expect(changesCalled(words, among)).toEqual(found);
});
