import { expect, it } from 'vitest';
import { type State, agreementOf } from './agreement.ts';

const hour = (number: number) => new Date(Date.UTC(2026, 10, 20, number));
/** What it was from an hour on; it was looked at each hour. */
const states = (...told: readonly (readonly [number, string | null])[]): State[] =>
  told.map(([from, same], index) => ({
    same,
    value: same,
    from: hour(from),
    after: index === 0 ? null : hour(from - 1),
  }));

it.each<[string, State[], State[], { until: number | null; since: number | null; moved: string }]>([
  ['the mirror moved', states([1, 'a']), states([1, 'a'], [5, 'b']), { until: 4, since: 5, moved: 'mirror' }],
  ['the reference moved', states([1, 'a'], [7, 'b']), states([2, 'a']), { until: 6, since: 7, moved: 'reference' }],
  ['both moved', states([1, 'a'], [3, 'b']), states([1, 'a'], [5, 'c']), { until: 2, since: 3, moved: 'both' }],
  ['never alike', states([1, 'a']), states([1, 'b']), { until: null, since: null, moved: 'both' }],
  ['it came', states([1, null]), states([1, null], [5, 'b']), { until: 4, since: 5, moved: 'mirror' }],
  ['it went', states([1, 'a']), states([1, 'a'], [5, null]), { until: 4, since: 5, moved: 'mirror' }],
  [
    'alike again in between',
    states([1, 'a'], [6, 'b']),
    states([1, 'a'], [3, 'b'], [9, 'c']),
    { until: 8, since: 9, moved: 'mirror' },
  ],
  [
    'the same, but never at once',
    states([1, 'a'], [3, 'b']),
    states([1, 'b'], [2, 'a']),
    { until: 2, since: 3, moved: 'reference' },
  ],
  ['nobody looked', states([1, 'a']), [], { until: null, since: null, moved: 'reference' }],
])('%s', (_name, reference, mirror, expected) => {
  const found = agreementOf(reference, mirror);
  const moved = found.reference === null ? 'mirror' : found.mirror === null ? 'reference' : 'both';

  expect({ until: found.until?.getUTCHours() ?? null, since: found.since?.getUTCHours() ?? null, moved }).toEqual(
    expected,
  );
});

it.each([
  [4, true],
  [6, false],
])('looks that lie %i minutes apart saw them alike: %s', (minutes, alike) => {
  const late = new Date(hour(1).getTime() + minutes * 60_000);
  const reference: State[] = [
    { same: 'a', value: 'a', from: hour(1), after: null },
    { same: 'b', value: 'b', from: hour(2), after: hour(1) },
  ];
  const found = agreementOf(reference, [{ same: 'a', value: 'a', from: late, after: null }]);

  expect(found.until !== null).toBe(alike);
});
