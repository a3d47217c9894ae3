import { expect, it } from 'vitest';
import type { Question } from './question.ts';
import { lastDay, withDefaults } from './question-defaults.ts';

const now = new Date('2026-11-20T16:00:00Z');
const bare: Question = { ...lastDay(now, 'production'), since: null, environment: null };

it.each<[string, Partial<Question>, string | null]>([
  ['nothing', {}, 'production'],
  ['an environment', { environment: 'staging' }, 'staging'],
  ['deploys', { kinds: ['deploy'] }, 'production'],
  ['merges, which happen in none', { kinds: ['merge'] }, null],
  ['merges and deploys', { kinds: ['merge', 'deploy'] }, 'production'],
])('a question about %s is about %3$s', (_, said, environment) => {
  expect(withDefaults({ ...bare, ...said }, 'production').environment).toBe(environment);
});

it('a question without a time says which was taken', () => {
  expect(withDefaults(bare, 'production').notes).toEqual(['You named no time, so this is the last 2 hours.']);
  expect(withDefaults(lastDay(now, 'production'), 'production').notes).toEqual([]);
});
