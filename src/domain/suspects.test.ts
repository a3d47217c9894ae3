import { describe, expect, it } from 'vitest';
import { aChange, aFault } from '../../test/answers.ts';
import type { Change } from './change.ts';
import { type SuspectContext, rankSuspects } from './suspects.ts';

const onset = new Date('2026-11-20T15:00:00Z');

function change(id: string, minutesBefore: number, fields: Partial<Change> = {}): Change {
  const at = new Date(onset.getTime() - minutesBefore * 60_000);
  return aChange({
    id,
    kind: 'deploy',
    title: `deploy ${id}`,
    environment: 'production',
    service: id,
    status: 'succeeded',
    occurredAt: at,
    finishedAt: at,
    ...fields,
  });
}

function suspectsOf(changes: readonly Change[], context: SuspectContext) {
  return rankSuspects(changes, context, 5).suspects;
}

function ranked(...changes: readonly Change[]): readonly string[] {
  return rankSuspects(changes, aFault({ onset, now: onset }), 5).suspects.map((suspect) => suspect.change.id);
}

describe('suspects', () => {
  it('are the newest first when nothing else tells them apart', () => {
    expect(ranked(change('old', 40), change('new', 2), change('middle', 20))).toEqual(['new', 'middle', 'old']);
  });

  it('put a failed deploy before one a little newer', () => {
    expect(ranked(change('fine', 5), change('failed', 15, { risks: [{ name: 'failed', text: 'failed' }] }))).toEqual([
      'failed',
      'fine',
    ]);
  });

  it.each([
    ['merged only', change('x', 2, { kind: 'merge', environment: null, status: null, finishedAt: null })],
    ['a note', change('x', 2, { kind: 'note' })],
    ['cancelled', change('x', 2, { status: 'cancelled' })],
    ['only planned', change('x', 2, { risks: [{ name: 'planned', text: 'planned, not known to be applied' }] })],
    ['begun after the fault', change('x', -5)],
    ['long ago and without any risk', change('x', 24 * 60)],
  ])('leave out what was %s', (_, each) => {
    expect(ranked(each)).toEqual([]);
  });

  it('name a pull request without approval that the deploy carried, once for the worst', () => {
    const risks = [{ name: 'unreviewed', text: 'no approval seen' }] as const;
    const pullRequests = [811, 812].map((number) => ({ repository: 'acme/checkout', number, risks }));
    const carried = { by: 'git', commits: [], pullRequests, total: 2, direction: 'forward', lost: 0 } as const;
    const [suspect] = suspectsOf([change('checkout', 4, { carried })], aFault({ onset, now: onset }));

    expect(suspect?.reasons.map((reason) => reason.text)).toEqual([
      'took effect 4 min ago',
      'new code',
      'carries #811: no approval seen',
    ]);
  });

  it('do not blame a rollback for what it takes back', () => {
    const risks = [{ name: 'unreviewed', text: 'no approval seen' }] as const;
    const pullRequests = [{ repository: 'acme/checkout', number: 812, risks }];
    const carried = { by: 'git', commits: [], pullRequests, total: 1, direction: 'backward', lost: 0 } as const;
    const back = change('checkout', 4, { kind: 'rollback', carried });
    const [suspect] = suspectsOf([back], aFault({ onset, now: onset }));

    expect(suspect?.reasons.map((reason) => reason.text)).toEqual([
      'took effect 4 min ago',
      'older code came back, which ran before',
    ]);
  });

  it('show a score that is the sum of its reasons', () => {
    const [suspect] = suspectsOf([change('checkout', 4)], aFault({ onset, now: onset }));
    const sum = suspect?.reasons.reduce((total, reason) => total + reason.weight, 0) ?? 0;

    expect(suspect?.score).toBeCloseTo(sum, 5);
  });

  it('say since when only as far as the question goes', () => {
    const later = new Date(onset.getTime() + 3_600_000);
    const [suspect] = suspectsOf([change('checkout', 4)], aFault({ onset, now: later, assumed: true }));

    expect(suspect?.reasons[0]?.text).toBe('took effect 4 min before the end of this window');
  });

  it('take a drift for as old as its finding, however long it stays', () => {
    const drift = change('drift', 570, { kind: 'drift', status: 'started', finishedAt: null });

    expect(ranked(drift)).toEqual([]);
    expect(suspectsOf([{ ...drift, occurredAt: onset }], aFault({ onset, now: onset }))[0]?.reasons[0]?.text).toBe(
      'found less than a minute ago, still there',
    );
  });

  it('count against a change that it names no environment', () => {
    expect(ranked(change('named', 10), change('nameless', 9, { environment: null }))).toEqual(['named', 'nameless']);
  });
});
