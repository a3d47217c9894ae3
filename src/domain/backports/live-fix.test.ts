import { expect, it } from 'vitest';
import { type LiveFix, fixName, fixWords, liveWords } from './live-fix.ts';

const at = new Date('2026-11-20T16:00:00Z');
const fix: LiveFix = {
  pullRequest: 123,
  title: 'Cap batch size (#123)',
  incidentId: '42',
  imported: false,
  liveSince: new Date('2026-11-17T12:00:00Z'),
};

it.each<[string, Partial<LiveFix>, string]>([
  ['of an incident', {}, 'fix #123 from INC-42, live since Tuesday'],
  ['of none', { incidentId: null }, 'fix #123, live since Tuesday'],
  ['without a pull request', { pullRequest: null, title: 'Cap it' }, 'fix "Cap it" from INC-42, live since Tuesday'],
  ['of last week', { liveSince: new Date('2026-11-14T15:59:00Z') }, 'fix #123 from INC-42, live since 2026-11-14'],
  ['of this week', { liveSince: new Date('2026-11-14T16:01:00Z') }, 'fix #123 from INC-42, live since Saturday'],
  ['of an hour ago', { liveSince: new Date('2026-11-20T14:50:00Z') }, 'fix #123 from INC-42, live for 1 h 10 min'],
  [
    'of today that was there before anybody looked',
    { liveSince: new Date('2026-11-20T15:50:00Z'), imported: true },
    'fix #123 from INC-42, live for 10 min or longer',
  ],
  ['that was there before anybody looked', { imported: true }, 'fix #123 from INC-42, live since Tuesday or earlier'],
])('a fix %s is told', (_, more, words) => {
  expect(fixWords({ ...fix, ...more }, at)).toBe(words);
});

it('is told after any name', () => {
  expect(liveWords({ ...fix, incidentId: null }, at)).toBe('live since Tuesday');
  expect(liveWords(fix, at)).toBe('from INC-42, live since Tuesday');
});

it('has no name without an end', () => {
  const name = fixName({ pullRequest: null, title: `${'long '.repeat(100)}\n<!channel>` });

  expect(name.length).toBeLessThan(70);
  expect(name).not.toContain('\n');
});
