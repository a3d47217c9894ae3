import { describe, expect, it } from 'vitest';
import type { BackportState, FactProof } from './backport.ts';
import { type FactNow, settleFacts } from './fact-backport.ts';

const at = new Date('2026-11-20T14:00:00Z');
const proof: FactProof = { at, collector: 'dotenv', snapshotId: '7', changeId: null };
const facts: Readonly<Record<string, FactNow>> = {
  equal: { is: 'equal', proof },
  other: { is: 'different', lost: false },
  lost: { is: 'different', lost: true },
  back: { is: 'back' },
  meant: { is: 'meant', why: 'the difference is meant: small' },
  unknown: { is: 'unknown' },
};

function settled(state: BackportState, now: readonly string[], more: { proved?: boolean; days?: number } = {}) {
  const liveAt = state === 'live' ? new Date(at.getTime() - (more.days ?? 1) * 86_400_000) : null;
  return settleFacts(
    {
      state,
      note: null,
      reference: 'production',
      mirror: 'staging',
      waived: { by: 'ada', reason: 'later', until: new Date('2026-11-21T00:00:00Z'), second: null },
      liveAt,
      proofs: now.map(() => (more.proved === true ? proof : null)),
    },
    now.flatMap((name) => facts[name] ?? []),
    at,
  );
}

describe('a backport of facts', () => {
  it.each<[BackportState, readonly string[], BackportState]>([
    ['open', ['other'], 'open'],
    ['open', ['equal'], 'live'],
    ['open', ['equal', 'other'], 'open'],
    ['open', ['equal', 'unknown'], 'open'],
    ['open', ['equal', 'back', 'meant'], 'live'],
    ['open', ['back'], 'lapsed'],
    ['open', ['back', 'meant'], 'lapsed'],
    ['open', ['meant'], 'lapsed'],
    ['open', ['unknown'], 'open'],
    ['open', [], 'open'],
    ['waived', ['other'], 'waived'],
    ['waived', ['equal'], 'live'],
    ['lapsed', ['other'], 'lapsed'],
  ])('that is %s, of which facts are %j, is %s', (state, now, expected) => {
    expect(settled(state, now).state).toBe(expected);
  });

  it.each<[string, number, BackportState]>([
    ['lost', 29, 'open'],
    ['lost', 31, 'live'],
    ['other', 1, 'live'],
    ['unknown', 1, 'live'],
    ['meant', 1, 'live'],
  ])('that is live and has a fact that is %s after %i days is %s', (now, days, expected) => {
    expect(settled('live', ['equal', now], { proved: true, days }).state).toBe(expected);
  });

  it('keeps what was proved while it cannot be looked at, and not while it differs', () => {
    expect(settled('open', ['unknown', 'other'], { proved: true }).proofs).toEqual([proof, null]);
    expect(settled('open', ['unknown', 'equal'], { proved: true }).state).toBe('live');
  });

  it('says why it lapsed', () => {
    expect(settled('open', ['back', 'meant']).note).toBe('production has again what it had before');
    expect(settled('open', ['meant']).note).toBe('the difference is meant: small');
  });
});
