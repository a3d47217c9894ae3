import { expect, it } from 'vitest';
import { afterMerge } from './after-merge.ts';
import type { BackportPullState } from './pull.ts';
import type { BackportState } from './backport.ts';

const updatedAt = new Date('2026-11-20T16:00Z');
const before = new Date('2026-11-20T15:59Z');
const after = new Date('2026-11-20T16:01Z');

it.each<[string, BackportState, BackportPullState | null, Date | null, string | null]>([
  ['there is none', 'open', null, after, null],
  ['it is not merged', 'open', 'approved', after, null],
  ['git was read before', 'open', 'merged', before, 'unread'],
  ['git was read at the same moment', 'open', 'merged', updatedAt, 'unread'],
  ['git was never read', 'open', 'merged', null, 'unread'],
  ['git was read before, and resembled something', 'candidate', 'merged', before, 'unread'],
  ['git was read before, and nobody could tell', 'not-evaluable', 'merged', before, 'unread'],
  ['git does not find it', 'open', 'merged', after, 'in-vain'],
  ['git finds what resembles it', 'candidate', 'merged', after, null],
  ['nobody can tell by its content', 'not-evaluable', 'merged', after, null],
  ['git has found it', 'landed', 'merged', before, null],
  ['it need not come', 'waived', 'merged', before, null],
])('of a pull request: %s', (_, state, pullState, judgedAt, expected) => {
  const pull = pullState === null ? null : { state: pullState, updatedAt };

  expect(afterMerge({ state, judgedAt }, pull)).toBe(expected);
});
