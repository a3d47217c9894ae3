import { expect, it } from 'vitest';
import { aDifference } from '../../../test/parity-reports.ts';
import type { ParityVerdict } from '../../domain/comparison/difference.ts';
import { judgeFact } from './judge.ts';
import type { FactValue } from './values.ts';

const proof = { at: new Date(0), collector: 'dotenv', snapshotId: '1', changeId: null };
const unknown: FactValue = { known: false };
/** `-`: it was seen to go; `never`: nobody ever saw one. */
const value = (text: string): FactValue => {
  if (text === '?') return unknown;
  if (text === 'never') return { known: true, same: null, proof: null };
  return { known: true, same: text === '-' ? null : text, proof };
};

// The reference had `new` when it was looked at last, the mirror `old` when it was opened.
it.each<[string, string, ParityVerdict | null, string]>([
  ['new', 'new', null, 'equal'],
  ['old', 'old', null, 'back'],
  ['other', 'other', null, 'equal'],
  ['-', '-', null, 'equal'],
  ['-', 'never', null, 'unknown'],
  ['never', 'never', null, 'unknown'],
  ['new', 'old', null, 'unknown'],
  ['new', '?', null, 'unknown'],
  ['?', 'new', null, 'unknown'],
  ['new', 'old', 'unknown', 'unknown'],
  ['new', 'new', 'unknown', 'unknown'],
  ['new', 'old', 'intended', 'meant'],
  ['new', 'new', 'forbidden-equality', 'meant'],
  ['?', '?', 'intended', 'meant'],
  ['new', 'old', 'pending-promotion', 'lost'],
  ['new', 'third', 'unexplained', 'lost'],
  ['new', 'third', 'pending-promotion', 'different'],
  ['newer', 'old', 'reference-only', 'different'],
])(
  'where the reference has %s, the mirror %s, and the difference is %s: %s',
  (reference, mirror, verdict, expected) => {
    const now = judgeFact(
      { wanted: 'new', former: 'old' },
      { reference: value(reference), mirror: value(mirror) },
      { difference: verdict === null ? undefined : aDifference({ verdict }), ignored: false },
    );
    expect(now.is === 'different' && now.lost ? 'lost' : now.is).toBe(expected);
  },
);

it('what the settings ignore is meant, whatever it is', () => {
  const both = { reference: value('new'), mirror: value('new') };
  expect(judgeFact({ wanted: 'new', former: 'old' }, both, { difference: undefined, ignored: true }).is).toBe('meant');
});
