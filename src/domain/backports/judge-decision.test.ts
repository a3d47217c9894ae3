import { describe, expect, it } from 'vitest';
import type { Decision, KeptDecision } from './decision.ts';
import type { Backport, BackportCommit } from './backport.ts';
import { type Deciding, type Judged, askedOf, judgeDecision } from './judge-decision.ts';
import { openBackport } from '../../../test/open-backport.ts';

const day = 86_400_000;
const now = new Date('2026-11-20T16:00:00Z');
const later = (days: number) => new Date(now.getTime() + days * day);
const own = 'a'.repeat(40);
const other = 'b'.repeat(40);
const third = 'c'.repeat(40);
const waived = { by: 'ada', reason: 'Rewritten there', until: later(9), second: null };

function commit(verdict: 'ask' | 'not-found' | 'not-evaluated', by: string | null = null): BackportCommit {
  const evidence = { verdict, by, method: null, containment: null, missingFiles: [], revertedBy: null, reason: null };
  return { commit: own, title: 'Retry payment calls', isMerge: false, evidence, judgedAt: now };
}

function aBackport(given: Partial<Backport>): Backport {
  return openBackport(now, { commits: [commit('not-found')], ...given });
}

function judged(given: Partial<Backport>, decision: Decision, deciding: Partial<Deciding> = {}): Judged {
  return judgeDecision(aBackport(given), decision, {
    by: 'ada',
    now,
    risk: null,
    last: null,
    claimed: new Set(),
    ...deciding,
  });
}

const candidate: Partial<Backport> = { state: 'candidate', commits: [commit('ask', other)] };
const proposed: Partial<Backport> = { proposed: { commit: other, by: 'ada', at: now } };
const aFact: Partial<Backport> = { fact: { facet: 'env', key: 'RETRIES', all: [] }, repository: null, commits: [] };
const until = later(3);
const waive: Decision = { kind: 'waive', reason: 'Rewritten  there', until: later(9) };
const yes: Decision = { kind: 'answer', yes: true };
const no: Decision = { kind: 'answer', yes: false };
const snooze: Decision = { kind: 'snooze', until, reason: null };

describe('what somebody says', () => {
  it.each<[string, Partial<Backport>, Decision, unknown, Partial<KeptDecision>]>([
    [
      'it is this commit',
      {},
      { kind: 'propose', commit: other },
      { proposed: { commit: other, by: 'ada', at: now } },
      { kind: 'proposed', commit: other },
    ],
    ['yes', candidate, yes, {}, { kind: 'confirmed', commit: other }],
    ['yes, of what was proposed', proposed, yes, {}, { kind: 'confirmed', commit: other }],
    ['no', candidate, no, { denied: other, state: 'open' }, { kind: 'denied', commit: other }],
    [
      'no, of what was proposed',
      { ...proposed, state: 'not-evaluable', commits: [commit('not-evaluated')] },
      no,
      { denied: other, state: 'not-evaluable', proposed: null },
      { kind: 'denied', commit: other },
    ],
    ['no, while it is waived', { ...candidate, state: 'waived', waived }, no, { denied: other }, { kind: 'denied' }],
    [
      'no, and the other is to be asked about',
      { ...candidate, ...proposed, state: 'candidate', proposed: { commit: third, by: 'ada', at: now } },
      no,
      { denied: other, state: 'open' },
      { commit: other },
    ],
    ['later', {}, snooze, { snoozed: { until, by: 'ada' }, snoozes: 1 }, { kind: 'snoozed', until, reason: null }],
    [
      'with the next release',
      { state: 'landed', snoozes: 2 },
      { kind: 'snooze', until: 'release', reason: null },
      { snoozed: { until: null, by: 'ada' }, snoozes: 3 },
      { kind: 'snoozed', until: null },
    ],
    [
      'later, for the fourth time, with a reason',
      { snoozes: 3 },
      { ...snooze, reason: ' On\nleave ' },
      { snoozed: { until, by: 'ada' }, snoozes: 4 },
      { kind: 'snoozed', reason: 'On leave' },
    ],
    ['now', { snoozed: { until, by: 'linus' } }, { kind: 'wake' }, { snoozed: null }, { kind: 'woken' }],
    ['it must come after all', { state: 'waived', waived }, { kind: 'wake' }, { waived: null, state: 'open' }, {}],
    [
      'a fact must be the same after all',
      { ...aFact, state: 'waived', waived },
      { kind: 'wake' },
      { waived: null, state: 'open' },
      {},
    ],
    ['it need not come', candidate, waive, { state: 'waived', waived }, { kind: 'waived', reason: 'Rewritten there' }],
    ['a fact need not be the same', aFact, waive, { state: 'waived', waived }, {}],
    [
      'it need not come either',
      { waived: { ...waived, by: 'grace' } },
      { kind: 'second' },
      { state: 'waived', waived: { ...waived, by: 'grace', second: 'ada' } },
      { kind: 'seconded', reason: 'Rewritten there' },
    ],
    ['it was not useful', {}, { kind: 'useless', cause: 'wrong-owner' }, {}, { kind: 'useless', cause: 'wrong-owner' }],
    [
      'linus looks after it',
      {},
      { kind: 'hand-over', to: ' linus ' },
      { owner: 'linus' },
      { kind: 'handed-over', to: 'linus' },
    ],
  ])('%s', (_, given, decision, changes, kept) => {
    const result = judged(given, decision);

    expect(result).toMatchObject({ outcome: 'changes', changes, kept: { by: 'ada', at: now, ...kept } });
  });

  it('of a high risk waits for a second person', () => {
    const risk = 'is about security';

    expect(judged({}, waive, { risk })).toMatchObject({
      changes: { waived },
      said: 'A second person must say so too before it holds: it is about security.',
    });
    expect(judged({ state: 'waived', waived }, waive, { risk })).toMatchObject({ changes: { state: 'open', waived } });
  });
});

describe('what cannot be', () => {
  const live: Partial<Backport> = { state: 'live' };
  it.each<[string, Partial<Backport>, Decision, Partial<Deciding>]>([
    ['It is home already: staging runs it.', live, { kind: 'propose', commit: other }, {}],
    ['It is home already: staging runs it.', live, yes, {}],
    ['It is home already: staging runs it.', live, waive, {}],
    ['It is home already: staging runs it.', live, { kind: 'second' }, {}],
    ['It is home already: staging runs it.', live, snooze, {}],
    ['It is home already: staging runs it.', live, { kind: 'hand-over', to: 'linus' }, {}],
    ['It has landed already: the branch that staging runs has it.', { state: 'landed' }, waive, {}],
    ['It has lapsed: production took it back.', { state: 'lapsed' }, waive, {}],
    ['It never was a commit: what is seen in both environments counts.', aFact, { kind: 'propose', commit: other }, {}],
    ['That is no commit: give its 40 hex digits.', {}, { kind: 'propose', commit: 'abc1234' }, {}],
    [
      'That is the fix itself: it counts by itself once the branch that staging runs has it.',
      {},
      { kind: 'propose', commit: own },
      {},
    ],
    [
      'You have said so already: something else must say so too, or somebody else.',
      proposed,
      { kind: 'propose', commit: other },
      { claimed: new Set([other]) },
    ],
    [
      'You have said so already: something else must say so too, or somebody else.',
      proposed,
      yes,
      { claimed: new Set([other]) },
    ],
    ['Nothing is asked about it.', {}, yes, {}],
    ['Nothing is asked about it.', aFact, no, {}],
    ['Meanwhile another commit is asked about: bbbbbbb.', candidate, { ...no, commit: third }, {}],
    ['It is waived: nobody is told of it anyway.', { state: 'waived', waived }, snooze, {}],
    ['A snooze lasts at most 30 days.', {}, { ...snooze, until: later(31) }, {}],
    ['That is over already.', {}, { ...snooze, until: now }, {}],
    ['Say until when.', {}, { ...snooze, until: new Date(Number.NaN) }, {}],
    ['It was snoozed 3 times already: say why once more.', { snoozes: 3 }, snooze, {}],
    ['It was snoozed 3 times already: say why once more.', { snoozes: 3 }, { ...snooze, reason: ' \n' }, {}],
    ['It is neither snoozed nor waived.', {}, { kind: 'wake' }, {}],
    ['Say why it need not come.', {}, { ...waive, reason: ' ' }, {}],
    ['Say until when.', {}, { ...waive, until: new Date(Number.NaN) }, {}],
    ['A waiver lasts at most 180 days.', {}, { ...waive, until: later(181) }, {}],
    ['Nobody has waived it.', {}, { kind: 'second' }, {}],
    ['Nobody has waived it.', { waived: { ...waived, until: now } }, { kind: 'second' }, { by: 'grace' }],
    ['Whoever waived it cannot be the second person too.', { waived }, { kind: 'second' }, {}],
    [
      'A second person has said so already.',
      { state: 'waived', waived: { ...waived, second: 'grace' } },
      { kind: 'second' },
      { by: 'linus' },
    ],
    ['Say to whom.', {}, { kind: 'hand-over', to: '\u202e' }, {}],
    ['They look after it already.', {}, { kind: 'hand-over', to: 'ada-l' }, {}],
  ])('%s', (why, given, decision, deciding) => {
    expect(judged(given, decision, deciding)).toEqual({ outcome: 'refused', why });
  });
});

describe('a second click', () => {
  const kept: KeptDecision = {
    kind: 'snoozed',
    by: 'ada',
    at: new Date(now.getTime() - 59_000),
    reason: null,
    until: new Date(until.getTime() - 59_000),
    commit: null,
    cause: null,
    to: null,
  };
  const of = (given: Partial<KeptDecision>): KeptDecision => ({ ...kept, until: null, ...given });

  it.each<[string, Partial<Backport>, Decision, KeptDecision, Judged['outcome']]>([
    ['for a day, which ends a moment later', { snoozes: 1 }, snooze, kept, 'same'],
    ['for another day', {}, { ...snooze, until: later(4) }, kept, 'changes'],
    ['for a day instead of a release', {}, snooze, of({}), 'changes'],
    ['after a minute', {}, snooze, { ...kept, at: new Date(now.getTime() - 60_000) }, 'changes'],
    ['of another kind', {}, waive, kept, 'changes'],
    [
      'on what is settled by it',
      { state: 'waived', waived: { ...waived, second: 'ada' } },
      { kind: 'second' },
      of({ kind: 'seconded' }),
      'same',
    ],
    ['no', {}, no, of({ kind: 'denied', commit: other }), 'same'],
    ['no, of the next commit', candidate, no, of({ kind: 'denied', commit: third }), 'changes'],
    [
      'no, of the commit that was shown',
      candidate,
      { ...no, commit: third },
      of({ kind: 'denied', commit: third }),
      'same',
    ],
    ['yes instead of no', candidate, yes, of({ kind: 'denied', commit: other }), 'changes'],
    ['the same commit', proposed, { kind: 'propose', commit: other }, of({ kind: 'proposed', commit: other }), 'same'],
    [
      'waived with the same words',
      { state: 'waived', waived },
      waive,
      of({ kind: 'waived', reason: 'Rewritten there', until: later(9) }),
      'same',
    ],
    ['waived with other words', {}, waive, of({ kind: 'waived', reason: 'Old', until: later(9) }), 'changes'],
    [
      'not useful',
      {},
      { kind: 'useless', cause: 'wrong-owner' },
      of({ kind: 'useless', cause: 'wrong-owner' }),
      'same',
    ],
    [
      'not useful, for another cause',
      {},
      { kind: 'useless', cause: 'not-relevant' },
      of({ kind: 'useless', cause: 'wrong-owner' }),
      'changes',
    ],
    [
      'handed over',
      { owner: 'linus' },
      { kind: 'hand-over', to: 'linus' },
      of({ kind: 'handed-over', to: 'linus' }),
      'same',
    ],
    ['woken', {}, { kind: 'wake' }, of({ kind: 'woken' }), 'same'],
  ])('%s', (_, given, decision, last, outcome) => {
    expect(judged(given, decision, { last }).outcome).toBe(outcome);
  });
});

it.each<[string, Partial<Backport>, string | null]>([
  ['the commit that resembles it', { ...candidate, proposed: { commit: third, by: 'ada', at: now } }, other],
  ['what was proposed', proposed, other],
  ['nothing', {}, null],
  ['nothing of what has landed', { ...candidate, state: 'landed' }, null],
])('asks about %s', (_, given, commit) => {
  expect(askedOf(aBackport(given))).toBe(commit);
});
