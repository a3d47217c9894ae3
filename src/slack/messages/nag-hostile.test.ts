import type { ModalView } from '@slack/types';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { count, date, harm, maybe, mrkdwnOf, strangers, text, url } from '../../../test/hostile.ts';
import { uselessCauses } from '../../domain/backports/decision.ts';
import type { BackportPick, BackportPull } from '../../domain/backports/pull.ts';
import { type Backport, type BackportCommit, backportRules, backportStates } from '../../domain/backports/backport.ts';
import { parseBackportsCommand } from '../../domain/backports/command.ts';
import { methods } from '../../domain/evidence/ladder.ts';
import { facets } from '../../domain/facts/fact.ts';
import { type NagTask, type NagView, nagSteps } from '../../domain/nags/nag.ts';
import { decodeBackports, decodeChoice, encodeBackports } from '../backports/state.ts';
import { blockKitProblems } from '../block-limits.ts';
import { renderOwnerModal } from '../modals/backport-owner.ts';
import { renderProposeModal } from '../modals/backport-propose.ts';
import { renderSnoozeModal } from '../modals/backport-snooze.ts';
import { renderWaiveModal } from '../modals/backport-waive.ts';
import { decidedWords, openedWords, renderSettled } from './backport-said.ts';
import { renderBackportsHelp } from './backports-help.ts';
import { renderBackports } from './backports.ts';
import { renderNagDay } from './nag-day.ts';
import { renderEscalation } from './nag-escalation.ts';
import { renderNag } from './nag.ts';
import { renderNotUnderstood } from './not-understood.ts';

const tasks: readonly NagTask[] = [
  'open',
  'repeat',
  'finish-draft',
  'review',
  'address-review',
  'resolve-conflict',
  'merge',
  'get-merged',
  'await-git',
  'bring-again',
  'deploy',
  'answer',
  'second',
];
const sha = fc.oneof(text, fc.constant('4f2a1c9000000000000000000000000000000002'));
const person = fc.option(fc.record({ slackId: fc.option(fc.constantFrom('<!channel>', 'C1')), name: text }));
const commit: fc.Arbitrary<BackportCommit> = fc.record({
  commit: sha,
  title: text,
  isMerge: fc.boolean(),
  evidence: fc.record({
    verdict: fc.constantFrom(
      'backported' as const,
      'reverted' as const,
      'ask' as const,
      'not-found' as const,
      'not-evaluated' as const,
    ),
    by: fc.option(sha),
    method: fc.option(fc.constantFrom(...methods)),
    containment: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    missingFiles: fc.array(text, { maxLength: 6 }),
    revertedBy: maybe,
    reason: maybe,
  }),
  judgedAt: date,
});
const backport: fc.Arbitrary<Backport> = fc.record({
  id: count.map(String),
  state: fc.constantFrom(...backportStates),
  rule: fc.constantFrom(...backportRules),
  service: maybe,
  repository: maybe,
  reference: text,
  mirror: text,
  pullRequest: fc.option(count),
  title: text,
  url,
  why: text,
  note: maybe,
  owner: maybe,
  imported: fc.boolean(),
  openedAt: date,
  judgedAt: fc.option(date),
  landedAt: fc.option(date),
  liveAt: fc.option(date),
  changeId: fc.constant(null),
  incidentId: fc.constant(null),
  fixedIncident: fc.boolean(),
  fact: fc.option(fc.record({ facet: fc.constantFrom(...facets), key: text, all: fc.constant([]) })),
  awaitsDeploy: fc.boolean(),
  proposed: fc.option(fc.record({ commit: sha, by: text, at: date })),
  snoozed: fc.option(fc.record({ until: fc.option(date), by: text })),
  snoozes: fc.nat(9),
  waived: fc.option(fc.record({ by: text, reason: text, until: date, second: maybe })),
  commits: fc.array(commit, { maxLength: 4 }),
});
const pull: fc.Arbitrary<BackportPull> = fc.record({
  number: fc.option(count),
  url,
  branch: text,
  base: text,
  state: fc.constantFrom(
    'wanted' as const,
    'failed' as const,
    'draft' as const,
    'review-wanted' as const,
    'changes-requested' as const,
    'approved' as const,
    'merged' as const,
    'closed' as const,
  ),
  author: maybe,
  reviewers: fc.array(text, { maxLength: 5 }),
  approvers: fc.array(text, { maxLength: 5 }),
  mergers: fc.array(text, { maxLength: 5 }),
  openedByUs: fc.boolean(),
  wantedBy: fc.constantFrom('grace', null),
  problem: maybe,
  updatedAt: date,
});
const pick: fc.Arbitrary<BackportPick> = fc.oneof(
  fc.record({ outcome: fc.constant('clean' as const), base: text, at: date }),
  fc.record({ outcome: fc.constant('unknown' as const), why: text, at: date }),
  fc.record({
    outcome: fc.constant('conflicts' as const),
    base: text,
    files: fc.array(text, { maxLength: 6 }),
    missing: fc.array(fc.record({ commit: sha, title: text }), { maxLength: 6 }),
    at: date,
  }),
);
const view: fc.Arbitrary<NagView> = fc.record({
  backport,
  pull: fc.option(pull),
  pick: fc.option(pick),
  byHand: fc.option(
    fc.record({
      opening: fc.constantFrom('ours' as const, 'push' as const, 'person' as const),
      commands: fc.array(text, { maxLength: 5 }),
    }),
  ),
  owner: person,
  actor: fc.record({ person, task: fc.constantFrom(...tasks) }),
  incident: fc.option(fc.record({ reference: text, title: text })),
  evidence: fc.option(commit),
  next: fc.option(fc.record({ at: date, step: fc.constantFrom(...nagSteps), person })),
  severity: fc.constantFrom('normal' as const, 'high' as const),
  severityReason: maybe,
  told: fc.subarray([...nagSteps]),
});
const landing = fc.option(fc.record({ pullRequest: count, url, by: maybe }));

function formHarm(form: ModalView): readonly string[] {
  return [...blockKitProblems(form), ...strangers(mrkdwnOf(form.blocks))];
}

it('draws any backport within the limits, with nothing from outside but letters', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(view, landing, text, (given, came, name) => {
      const why = 'wrong-owner' as const;
      const messages = [
        renderNag(given, came),
        renderEscalation({ view: given, step: 'team', person: given.owner, why }),
        renderEscalation({ view: given, step: 'team', person: { slackId: '<!here>', name }, why: 'left' }),
        renderSettled(given),
      ];

      expect(messages.flatMap(harm)).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

it('draws any card and any list within the limits', { timeout: 60_000 }, () => {
  const several = fc.uniqueArray(view, { selector: ({ backport: { id } }) => id, maxLength: 8 });
  fc.assert(
    fc.property(several, text, count, fc.boolean(), maybe, (views, name, total, mine, service) => {
      const asLead = new Set(views.slice(0, 2).map(({ backport: { id } }) => id));
      const state = { mine, service, offset: 8 };
      const rates = backportRules.map((rule) => ({ rule, told: total, useless: 3, demoted: mine }));
      const page = { views, total, everywhere: total, unknown: [name, name, name, name], state, rates };
      const messages = [
        renderNagDay({ person: { slackId: 'U0ADA', name }, day: name, views, total, asLead }),
        renderBackports(page),
        renderBackports({ ...page, views: [], total: 0 }),
        renderBackportsHelp(),
      ];

      expect(messages.flatMap(harm)).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

it('draws every form and what comes of it within the limits', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(view, fc.option(pull), text, (given, made, words) => {
      const now = new Date('2026-11-20T16:00:00Z');
      const forms = [
        renderProposeModal(given, 'C1'),
        renderSnoozeModal({ view: given, chosen: 'date', channelId: null, now }),
        renderWaiveModal(given, 'C1', now),
        renderOwnerModal(given, null),
      ];
      const said = [
        decidedWords({ outcome: 'done', said: words }),
        decidedWords({ outcome: 'refused', why: words }),
        openedWords({ outcome: 'exists', pull: made }),
        openedWords({ outcome: 'refused', why: words }),
      ];

      expect(forms.flatMap(formHarm)).toEqual([]);
      expect(strangers(said)).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

it('answers any words, and shows them as letters only', { timeout: 30_000 }, () => {
  const services = new Map([['checkout', 'checkout']]);
  fc.assert(
    fc.property(text, (words) => {
      const read = parseBackportsCommand(words, { services });

      expect(read.outcome === 'not-understood' ? harm(renderNotUnderstood(read)) : []).toEqual([]);
    }),
  );
});

it('takes back from a button exactly what it put there, and nothing else', () => {
  fc.assert(
    fc.property(fc.boolean(), maybe, fc.nat(1000), (mine, service, offset) => {
      const state = { mine, service, offset };
      const encoded = encodeBackports(state);

      expect(encoded === null ? state : decodeBackports(encoded)).toEqual(state);
    }),
  );
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (anything) => {
      expect(() => [decodeBackports(anything), decodeChoice(anything)]).not.toThrow();
    }),
  );
  expect(uselessCauses.map((cause) => decodeChoice(`${cause}:17`))).toEqual(
    uselessCauses.map((choice) => ({ choice, id: '17', commit: null })),
  );
});
