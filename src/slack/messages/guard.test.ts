import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aChange } from '../../../test/answers.ts';
import { change, date, harm, maybe, text, url } from '../../../test/hostile.ts';
import type { Change } from '../../domain/change.ts';
import { type Guard, type GuardedFix, courseOf } from '../../domain/backports/guard.ts';
import { blockKitProblems } from '../block-limits.ts';
import { renderGuard } from './guard.ts';

const at = new Date('2026-11-20T16:00:00Z');
const fix: GuardedFix = {
  id: '1',
  pullRequest: 123,
  title: 'Cap batch size',
  url: 'https://github.com/acme/checkout/pull/123',
  owner: 'ada',
  incidentId: '42',
  imported: false,
  liveSince: new Date('2026-11-17T12:00:00Z'),
  takenBy: null,
  unsure: false,
  back: null,
};
const other: GuardedFix = { ...fix, id: '2', pullRequest: 9, title: 'Retry', incidentId: null };
const deploy = aChange({
  service: 'checkout',
  to: '1.42.0',
  status: 'started',
  occurredAt: at,
  actor: { login: 'grace' },
});
const next = aChange({ id: '99', service: 'checkout', to: '1.43.0', actor: { login: 'ada' }, occurredAt: at });

function guard(status: Change['status'], more: Partial<Guard> = {}): Guard {
  return {
    deploy: { ...deploy, status, finishedAt: status === 'started' ? null : at },
    isRollback: false,
    foundAt: at,
    fixes: [fix],
    ...more,
  };
}
const unsure = { ...fix, unsure: true };
const back = { ...fix, back: next };

describe('a deploy that takes back a fix', () => {
  it.each<[string, Guard, string, string]>([
    ['begins', guard('started'), 'This deploy reverts fix #123 from INC-42, live since Tuesday', 'stop it'],
    [
      'is a rollback',
      guard('started', { isRollback: true }),
      'This rollback also takes back fix #123',
      'may come with it',
    ],
    [
      'failed',
      guard('failed'),
      'This deploy would have reverted fix #123',
      'It failed, 2026-11-20 16:00 UTC: nothing reverted.',
    ],
    [
      'was stopped',
      guard('cancelled'),
      'would have reverted',
      'It was stopped, 2026-11-20 16:00 UTC: nothing reverted.',
    ],
    ['failed to roll back', guard('failed', { isRollback: true }), 'would also have taken back', 'nothing reverted'],
    ['went through', guard('succeeded'), 'This deploy reverted fix #123', 'fix #123 is no longer in production.'],
    ['happened', guard(null), 'This deploy reverted fix #123', 'fix #123 is no longer in production.'],
    [
      'is made good',
      guard('succeeded', { fixes: [back] }),
      'reverted',
      'fix #123 is back in production with checkout 1.43.0 by ada',
    ],
    [
      'takes several',
      guard('succeeded', { fixes: [fix, other] }),
      'reverted 2 fixes that ran in production',
      '2 fixes are no longer in production.',
    ],
    [
      'is made good in part',
      guard('succeeded', { fixes: [back, other] }),
      'reverted 2 fixes',
      'fix #9 is no longer in production; fix #123 is back.',
    ],
    [
      'may take back what nobody can compare',
      guard('started', { fixes: [unsure] }),
      'This deploy may revert fix #123 from INC-42, live since Tuesday',
      'I cannot tell: look whether its version has the fix, and stop it if not.',
    ],
    [
      'went through with what nobody can compare',
      guard('succeeded', { fixes: [unsure] }),
      'This deploy may have reverted fix #123',
      'look whether fix #123 still works in production.',
    ],
    [
      'takes back one, and may another',
      guard('started', { fixes: [other, unsure] }),
      'This deploy reverts fix #9',
      'stop it, or deploy a version that has the fix',
    ],
    [
      'took back one, and may have another',
      guard('succeeded', { fixes: [other, unsure] }),
      'This deploy reverted fix #9',
      'fix #9 is no longer in production.',
    ],
    [
      'is made good, and may have taken another',
      guard('succeeded', { fixes: [back, { ...other, unsure: true }] }),
      'This deploy reverted fix #123',
      'fix #123 is back in production with checkout 1.43.0 by ada',
    ],
    [
      'rolls back what nobody can compare',
      guard('started', { fixes: [unsure], isRollback: true }),
      'This rollback may also take back fix #123',
      'and stop it if not.',
    ],
  ])('that %s', (_, given, head, end) => {
    const { text: told } = renderGuard(given);

    expect(told.split('\n')[0]).toContain(head);
    expect(told.split('\n').at(-1)).toContain(end);
  });

  it.each<[Guard, string]>([
    [guard('started'), 'under-way'],
    [guard('failed', { fixes: [back] }), 'averted'],
    [guard('succeeded'), 'through'],
    [guard('succeeded', { fixes: [back, other] }), 'through'],
    [guard('started', { fixes: [back] }), 'back'],
  ])('has its course', (given, course) => {
    expect(courseOf(given)).toBe(course);
  });
});

it('says nothing that Slack does not take, or that anybody else put into its mouth', () => {
  const fixes = fc.array(
    fc.record({
      id: fc.constant('1'),
      pullRequest: fc.option(fc.integer({ min: 1, max: 2 ** 31 - 1 })),
      title: text,
      url,
      owner: maybe,
      incidentId: fc.option(fc.constant('42')),
      imported: fc.boolean(),
      liveSince: date,
      takenBy: fc.option(fc.constant('a'.repeat(40))),
      unsure: fc.boolean(),
      back: fc.option(change),
    }),
    { minLength: 1, maxLength: 30 },
  );
  fc.assert(
    fc.property(fc.record({ deploy: change, isRollback: fc.boolean(), foundAt: date, fixes }), (given) => {
      const message = renderGuard(given);

      expect(blockKitProblems({ ...message })).toEqual([]);
      expect(harm(message)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
