import fc from 'fast-check';
import type { ModalView } from '@slack/types';
import { expect, it } from 'vitest';
import { harm, count, date, maybe, mrkdwnOf, strangers, text, url } from '../../../test/hostile.ts';
import { aReport, comparedAt } from '../../../test/parity-reports.ts';
import { kinds } from '../../domain/change.ts';
import {
  type Cause,
  type Difference,
  type IntendedRule,
  type ParityReport,
  type Side,
  parityVerdicts,
} from '../../domain/comparison/difference.ts';
import { facets } from '../../domain/facts/fact.ts';
import { type AlarmVerdict, alarmVerdicts, alarmWords, muteReasons, planAlarms } from '../../domain/parity/alarms.ts';
import { groupsOf } from '../../domain/parity/groups.ts';
import type { AlarmPost, AlarmRow } from '../../parity/alarms.ts';
import { blockKitProblems } from '../block-limits.ts';
import { renderAcceptModal } from '../modals/parity-accept.ts';
import { renderExplainModal } from '../modals/parity-explain.ts';
import { renderUselessModal } from '../modals/parity-useless.ts';
import type { Acceptance } from '../parity/port.ts';
import { decodeParity, encodeParity, tokenOf } from '../parity/state.ts';
import {
  acceptedWords,
  renderAcceptance,
  renderConfirmed,
  renderConfirmedBefore,
  renderSamePerson,
} from './parity-accepted.ts';
import { alarmTitle, renderAlarmPost } from './parity-alarm.ts';
import { renderAudit, renderNoAudit } from './parity-audit.ts';
import { renderParityHelp } from './parity-help.ts';
import { renderParityList } from './parity-list.ts';
import { renderParity } from './parity.ts';

const key = fc.oneof(text, fc.constantFrom('DATABASE_URL', 'pool.size', '*', `a'b: {c}`)).filter((each) => each !== '');
const side: fc.Arbitrary<Side> = fc.record({
  value: maybe,
  secret: fc.boolean(),
  since: date,
  after: fc.option(date),
  collector: text,
});
const cause: fc.Arbitrary<Cause> = fc.record({
  changeId: fc.constant('7'),
  kind: fc.constantFrom(...kinds),
  title: text,
  at: date,
  url,
  confidence: fc.constantFrom('certain' as const, 'likely' as const),
  why: text,
});
const rule: fc.Arbitrary<IntendedRule> = fc.record({
  id: text,
  service: maybe,
  facet: text,
  key,
  must: fc.constant(null),
  reason: text,
  impact: maybe,
  owner: maybe,
  expires: maybe,
  pair: fc.constant(null),
});
const pair = fc.record({ reference: key, mirror: key });
const difference: fc.Arbitrary<Difference> = fc.record({
  id: text,
  service: maybe,
  facet: fc.constantFrom(...facets),
  key,
  verdict: fc.constantFrom(...parityVerdicts),
  reference: fc.option(side),
  mirror: fc.option(side),
  since: fc.option(date),
  cause: fc.option(cause),
  rule: fc.option(rule),
  why: text,
  group: text,
  moved: fc.constantFrom(null, 'mirror', 'reference', 'both'),
});
const collector = fc.record({
  environment: text,
  collector: text,
  takenAt: date,
  complete: fc.boolean(),
  notSeen: fc.array(text, { maxLength: 4 }),
  stale: fc.boolean(),
  facts: count,
});
const report: fc.Arbitrary<ParityReport> = fc
  .record({
    pair,
    service: maybe,
    some: fc.array(difference, { maxLength: 8 }),
    copies: fc.constantFrom(1, 3, 30),
    score: fc.option(fc.double({ min: 0, max: 100, noNaN: true })),
    coverage: fc.double({ min: 0, max: 100, noNaN: true }),
    facts: count,
    equal: count,
    collectors: fc.array(collector, { maxLength: 14 }),
    dataRefreshedAt: fc.option(date),
  })
  .map(({ some, copies, score, coverage, ...rest }) => {
    const differences = Array.from({ length: copies }, (_, copy) =>
      some.map((each, index) => ({ ...each, id: `${each.id}${copy}-${index}`, group: `${each.group}${copy % 5}` })),
    ).flat();
    const moved = differences.slice(0, 5).map(({ id }, index) => ({ id, points: index }));
    return aReport(differences, { ...rest, score: { score, coverage, moved } });
  });

function rowOf(given: ParityReport, verdict: AlarmVerdict, more: Partial<AlarmRow>): AlarmRow | null {
  const [group] = groupsOf(given.differences);
  if (group === undefined) return null;
  return {
    id: '17',
    ...given.pair,
    group_key: group.id,
    difference_ids: [],
    verdict,
    said: alarmWords(group, given.pair),
    post_key: 'k',
    opened_at: comparedAt,
    ended_at: null,
    ended: null,
    ended_by: null,
    muted_at: null,
    muted_by: null,
    muted_why: null,
    muted_note: null,
    ...more,
  };
}

function viewHarm(view: ModalView): readonly string[] {
  return [...blockKitProblems(view), ...strangers(mrkdwnOf(view.blocks))];
}

it('draws any answer within the limits, with nothing from outside but letters', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(report, fc.constantFrom(...parityVerdicts), fc.nat(40), text, (given, verdict, offset, words) => {
      const writers = new Map(given.differences.map(({ id }) => [id, words]));
      const options = { now: comparedAt, writers, services: [words, 'checkout'] };

      expect(harm(renderParity(given, options))).toEqual([]);
      expect(harm(renderParityList(given, { ...options, verdict, offset }))).toEqual([]);
      expect(harm(renderParityHelp(given.pair))).toEqual([]);
      expect(harm(renderAudit([given]))).toEqual([]);
      expect(harm(renderNoAudit([given], words))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

it(
  'draws any alarm and first look within the limits, with nothing from outside but letters',
  { timeout: 60_000 },
  () => {
    fc.assert(
      fc.property(
        report,
        fc.constantFrom(...alarmVerdicts),
        text,
        fc.constantFrom(...muteReasons),
        fc.constantFrom('equal' as const, 'explained' as const, 'intended' as const, 'reference-only' as const),
        (given, verdict, words, why, ended) => {
          const over = { ended_at: comparedAt, ended, ended_by: words };
          const muted = { muted_at: comparedAt, muted_by: words, muted_why: why, muted_note: words };
          const rows = [{}, over, muted].flatMap((more) => rowOf(given, verdict, more) ?? []);
          const { firstLook } = planAlarms(given, { open: [], muted: [], looked: new Set() });
          const post: AlarmPost = {
            key: 'k',
            ...given.pair,
            services: [],
            summary: null,
            settled: false,
            made_at: comparedAt,
            alarms: [],
          };
          const posts = [
            ...rows.map((row) => ({ ...post, alarms: [row] })),
            { ...post, alarms: Array.from({ length: 9 }, () => rows).flat() },
            { ...post, summary: firstLook },
          ];

          expect(posts.flatMap((each) => harm(renderAlarmPost(each)))).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  },
);

it('draws every form and what comes of it within the limits', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(report, text, maybe, fc.boolean(), (given, words, some, both) => {
      const [first, ...more] = given.differences;
      const named = { reference: 'production', mirror: 'staging' };
      const acceptance: Acceptance = {
        id: '17',
        pair: given.pair,
        service: some,
        facet: words,
        key: words,
        reason: words,
        impact: words,
        owner: some,
        expires: some,
        acceptedBy: words,
        acceptedAt: comparedAt,
        confirmedBy: both ? words : null,
        needsSecond: true,
      };
      const group = groupsOf(given.differences)[0];
      const title = group === undefined ? 'x' : alarmTitle(alarmWords(group, given.pair));
      const views = [
        ...(first === undefined
          ? []
          : [
              renderAcceptModal({
                pair: named,
                differences: [first, ...more],
                given: both,
                highRisk: both,
                channelId: 'C1',
                now: comparedAt,
              }),
            ]),
        renderExplainModal({ pair: named, title, about: { g: tokenOf(words) }, channelId: 'C1' }),
        renderUselessModal('17', title, null),
      ];
      const messages = [
        renderAcceptance(acceptance),
        renderSamePerson(acceptance),
        renderConfirmed(acceptance),
        renderConfirmedBefore(acceptance),
      ];

      expect(views.flatMap(viewHarm)).toEqual([]);
      expect(messages.flatMap(harm)).toEqual([]);
      expect(strangers([acceptedWords(acceptance, null)])).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

it('takes back from a button exactly what it put there, and nothing else', () => {
  fc.assert(
    fc.property(pair, maybe, fc.nat(1000), (environments, service, offset) => {
      const state = { pair: environments, service, verdict: 'explained' as const, offset };
      const encoded = encodeParity(state);

      expect(encoded === null ? state : decodeParity(encoded)).toEqual(state);
    }),
  );
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (anything) => {
      expect(() => decodeParity(anything)).not.toThrow();
    }),
  );
});
