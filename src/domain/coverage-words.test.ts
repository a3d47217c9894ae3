import { subHours, subSeconds } from 'date-fns';
import { expect, it } from 'vitest';
import { aSource, askedAt } from '../../test/answers.ts';
import type { SourceCoverage } from './coverage.ts';
import { coverageWords, nothingConnected, quietest } from './coverage-words.ts';

const longAgo = subHours(askedAt, 3);

it.each<[source: Partial<SourceCoverage>, state: string, gap: string | null]>([
  [{}, '40 s ago', null],
  [{ newest: askedAt }, 'just now', null],
  [
    { failed: 1 },
    '40 s ago, 1 delivery could not be read',
    '1 GitHub delivery could not be read, so changes may be missing.',
  ],
  [{ state: 'never', newest: null }, 'nothing yet', 'GitHub is set up but has not sent anything yet.'],
  [
    { state: 'silent', newest: longAgo },
    'silent for 3 h (usually every 4 min)',
    'GitHub has been silent for 3 h (usually every 4 min), so changes may be missing.',
  ],
  [
    { state: 'silent', newest: longAgo, usualGap: null },
    'silent for 3 h',
    'GitHub has been silent for 3 h, so changes may be missing.',
  ],
  [
    { state: 'closed', newest: longAgo },
    'closed, its secret is missing, last heard 3 h ago',
    'GitHub is closed: its secret is missing, last heard 3 h ago.',
  ],
])('says of %j: %s', (source, state, gap) => {
  expect(coverageWords([aSource(source)], { window: { to: askedAt }, now: askedAt })).toMatchObject([
    { title: 'GitHub', state, gap },
  ]);
});

it('says first what may have missed something', () => {
  const sources = [aSource({ title: 'Argo CD' }), aSource({ state: 'silent', newest: longAgo })];

  expect(coverageWords(sources, { window: { to: askedAt }, now: askedAt }).map(({ title }) => title)).toEqual([
    'GitHub',
    'Argo CD',
  ]);
});

it('finds no gap in a window that ended before the silence began', () => {
  const words = coverageWords([aSource({ state: 'silent', newest: longAgo })], {
    window: { to: subSeconds(longAgo, 1) },
    now: askedAt,
  });

  expect(words).toMatchObject([{ gap: null }]);
});

it('knows the quietest source, and whether any has reported', () => {
  const never = aSource({ state: 'never', newest: null });

  expect(quietest([aSource(), never, aSource({ title: 'Argo CD', newest: longAgo })], askedAt)).toEqual({
    title: 'Argo CD',
    age: 3 * 3_600_000,
  });
  expect([nothingConnected([never]), nothingConnected([never, aSource()])]).toEqual([true, false]);
});
