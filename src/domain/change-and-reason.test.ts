import { expect, it } from 'vitest';
import { aChange, badDeploy } from '../../test/answers.ts';
import { changeAndReason } from './change-and-reason.ts';

const flag = aChange({ id: '7', kind: 'flag', title: 'new-ledger', service: 'ledger', actor: { login: 'grace' } });
const search = aChange({ id: '6', title: 'deploy search', service: 'search', from: '7.2.0', to: 'v7.3.0' });
const other = aChange({ id: '5', title: 'deploy search', service: 'search', from: '1.41.9', to: '1.42.0' });
const checkout = badDeploy;
const among = { suspects: [{ change: checkout }, { change: flag }], changes: [flag, checkout, search, other] };

it.each([
  ['2 the pool ran dry', [flag], 'the pool ran dry', true],
  ['#2 the pool ran dry', [flag], 'the pool ran dry', true],
  ['checkout 1.42.0 the pool ran dry', [checkout], 'the pool ran dry', true],
  ['1.42.0 checkout the pool ran dry', [checkout], 'the pool ran dry', true],
  // "payment" is in the title of what it carries too, and still begins the reason.
  ['checkout 1.42.0 payment retries', [checkout], 'payment retries', true],
  ['checkout 1.42.0 payment calls of #812 failed', [checkout], 'payment calls of #812 failed', true],
  ['checkout 1.41.3 → 1.42.0 the pool ran dry', [checkout], 'the pool ran dry', true],
  ['#812 errors name it', [checkout], 'errors name it', true],
  ['v7.3.0 500s since 14:05', [search], '500s since 14:05', true],
  ['flag new-ledger: half of the traffic', [flag], 'half of the traffic', true],
  ['the flag because of its half', [flag], 'its half', true],
  ['ledger – rolled back, no effect', [flag], 'rolled back, no effect', true],
  ['ledger got half of the traffic', [flag], 'got half of the traffic', false],
  ['1.42.0 the pool ran dry', [other, checkout], 'the pool ran dry', true],
  ['checkout 1.42.0', [checkout], '', true],
  ['2', [flag], '', true],
  ['9.9.9 the pool ran dry', [], '', true],
  ['the pool ran dry', [], '', true],
  ['ледгер упал', [], '', true],
  ['', [], '', true],
])('reads “%s”', (words, found, why, sure) => {
  const read = changeAndReason(words, among);
  expect({ ...read, found: new Set(read.found) }).toEqual({ found: new Set(found), why, sure });
});

it('looks for the end of the name where names end, however many separators there are', () => {
  let asked = 0;
  const counted = {
    suspects: [],
    get changes() {
      asked += 1;
      return [checkout];
    },
  };

  changeAndReason('zzz: '.repeat(600), counted);

  expect(asked).toBeLessThan(50);
});
