import { expect, it } from 'vitest';
import { pullStateOf } from './pull-state.ts';
import type { PullStanding, Review } from '../event.ts';

const open: Pick<PullStanding, 'state' | 'draft' | 'asked'> = { state: 'open', draft: false, asked: [] };

function review(minute: number, login: string, verdict: Review['verdict']): Review {
  return { by: { login }, verdict, at: `2026-11-20T14:${String(minute).padStart(2, '0')}:00Z` };
}

it.each<[string, Partial<typeof open>, readonly Review[], string, readonly string[]]>([
  ['nobody has looked at', {}, [], 'review-wanted', []],
  ['somebody is asked for', { asked: ['ada', 'acme/payments'] }, [], 'review-wanted', ['ada', 'acme/payments']],
  ['is a draft', { draft: true, asked: ['ada'] }, [review(1, 'ada', 'approved')], 'draft', ['ada']],
  ['was commented on', {}, [review(1, 'ada', 'commented')], 'review-wanted', []],
  ['was approved', {}, [review(1, 'ada', 'approved')], 'approved', ['ada']],
  [
    'was approved, then commented on',
    {},
    [review(1, 'ada', 'approved'), review(2, 'ada', 'commented')],
    'approved',
    ['ada'],
  ],
  [
    'one wants changed',
    {},
    [review(1, 'ada', 'approved'), review(2, 'bea', 'changes-requested')],
    'changes-requested',
    ['ada', 'bea'],
  ],
  [
    'was changed as wanted',
    {},
    [review(2, 'ada', 'approved'), review(1, 'ada', 'changes-requested')],
    'approved',
    ['ada'],
  ],
  [
    'was approved, and that taken back',
    {},
    [review(1, 'ada', 'approved'), review(2, 'ada', 'dismissed')],
    'review-wanted',
    [],
  ],
  ['is asked for again', { asked: ['ada'] }, [review(1, 'ada', 'changes-requested')], 'review-wanted', ['ada']],
  ['is merged', { state: 'merged' }, [review(1, 'ada', 'approved')], 'merged', ['ada']],
  ['is closed', { state: 'closed', draft: true }, [], 'closed', []],
])('a pull request that %s', (_, given, reviews, state, reviewers) => {
  expect(pullStateOf({ ...open, ...given }, reviews)).toMatchObject({ state, reviewers });
});

it.each<[string, Partial<typeof open>, readonly Review[], readonly string[]]>([
  ['nobody', {}, [review(1, 'ada', 'commented')], []],
  ['who did', {}, [review(1, 'ada', 'approved'), review(2, 'bea', 'approved')], ['ada', 'bea']],
  ['who did while another is asked', { asked: ['bea'] }, [review(1, 'ada', 'approved')], ['ada']],
  ['not who is asked again', { asked: ['ada'] }, [review(1, 'ada', 'approved')], []],
  ['not who took it back', {}, [review(1, 'ada', 'approved'), review(2, 'ada', 'dismissed')], []],
  [
    'not who wants changes since',
    {},
    [review(1, 'ada', 'approved'), review(2, 'ada', 'changes-requested'), review(3, 'bea', 'approved')],
    ['bea'],
  ],
])('has approved it: %s', (_, given, reviews, approvers) => {
  expect(pullStateOf({ ...open, ...given }, reviews).approvers).toEqual(approvers);
});
