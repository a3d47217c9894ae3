import { expect, it } from 'vitest';
import { aCause, aRule, aSide } from '../../../test/parity.ts';
import { type Ungrouped, groupsOf } from './group.ts';

let count = 0;
function difference(given: Partial<Ungrouped> = {}): Ungrouped {
  count += 1;
  return {
    id: `difference-${count}`,
    service: 'checkout',
    facet: 'env',
    key: `KEY_${count}`,
    verdict: 'unexplained',
    reference: aSide({ value: `${count}` }),
    mirror: aSide({ value: `other ${count}` }),
    since: null,
    cause: null,
    rule: null,
    why: 'why',
    moved: 'mirror',
    serviceAbsent: false,
    ...given,
  };
}

const later = { mirror: aSide({ since: new Date('2026-11-20T13:00:00Z') }) };

it.each<[string, Partial<Ungrouped>, Partial<Ungrouped>, boolean]>([
  ['of one change', { cause: aCause() }, { cause: aCause(), service: 'ledger' }, true],
  ['of two changes', { cause: aCause() }, { cause: aCause({ changeId: '8' }) }, false],
  ['of one rule', { verdict: 'intended', rule: aRule() }, { verdict: 'intended', rule: aRule() }, true],
  ['unknown for one reason', { verdict: 'unknown' }, { verdict: 'unknown' }, true],
  ['with nothing in common', {}, {}, false],
  ['of one file and snapshot', { key: 'a.yaml:x' }, { key: 'a.yaml:y' }, true],
  ['of one file and two snapshots', { key: 'a.yaml:x' }, { key: 'a.yaml:y', ...later }, false],
  ['of one file on two sides', { key: 'a.yaml:x' }, { key: 'a.yaml:y', moved: 'reference' }, false],
  [
    'of one type of resource',
    { facet: 'infrastructure', key: 'aws_instance.a.ami' },
    { facet: 'infrastructure', key: 'aws_instance.b.ami' },
    true,
  ],
  [
    'the same step',
    { reference: aSide({ value: '5.1' }), mirror: aSide({ value: '5.2' }) },
    { reference: aSide({ value: '5.1' }), mirror: aSide({ value: '5.2' }) },
    true,
  ],
  [
    'secrets',
    { reference: aSide({ value: null, secret: true }), mirror: aSide({ value: null, secret: true }) },
    { reference: aSide({ value: null, secret: true }), mirror: aSide({ value: null, secret: true }) },
    false,
  ],
  ['never equal', { key: 'a.yaml:x', moved: null }, { key: 'a.yaml:y', moved: null }, false],
  [
    'of a service that is not there',
    { serviceAbsent: true, mirror: null },
    { serviceAbsent: true, mirror: null, facet: 'config' },
    true,
  ],
])('two differences %s', (_what, one, other, together) => {
  const [first, second] = groupsOf([difference(one), difference(other)]);

  expect(first === second).toBe(together);
});

it('joins what is joined by a third', () => {
  const step = { reference: aSide({ value: '1' }), mirror: aSide({ value: '2' }) };
  const groups = groupsOf([
    difference({ key: 'a.yaml:x', ...step }),
    difference({ key: 'b.yaml:y', ...step }),
    difference({ key: 'b.yaml:z' }),
  ]);

  expect(new Set(groups).size).toBe(1);
});
