import { describe, expect, it } from 'vitest';
import { coverageOf } from './coverage.ts';

const now = new Date('2026-11-20T15:00:00Z');
const minute = 60_000;
const github = { name: 'github', title: 'GitHub', open: true };

/** Deliveries every `gap` minutes, the newest `quiet` minutes ago. */
function every(gap: number, quiet: number, count = 30): readonly Date[] {
  return Array.from({ length: count }, (_, index) => new Date(now.getTime() - (quiet + index * gap) * minute));
}

describe('coverage', () => {
  it.each([
    ['fresh while it reports as usual', every(4, 3), 'fresh'],
    ['silent after three hours when it reports every four minutes', every(4, 180), 'silent'],
    ['fresh within the hour, however often it reports', every(1, 59), 'fresh'],
    ['fresh when it is as quiet as it has been before', every(300, 500), 'fresh'],
    ['fresh when too little is known to call it silent', every(4, 180, 5), 'fresh'],
    ['never heard of', [], 'never'],
  ] as const)('%s', (_, received, state) => {
    expect(coverageOf(github, received, 0, now).state).toBe(state);
  });

  it('says that a source without its secret is closed, whatever it sent before', () => {
    expect(coverageOf({ ...github, open: false }, every(4, 3), 0, now).state).toBe('closed');
  });

  it('tells the usual gap as the median', () => {
    expect(coverageOf(github, every(4, 180), 0, now).usualGap).toBe(4 * minute);
  });
});
