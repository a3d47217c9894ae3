import fc from 'fast-check';
import { expect, it } from 'vitest';
import { askedAt } from '../../../test/answers.ts';
import { change, count, date, harm, mrkdwnOf, strangers, text } from '../../../test/hostile.ts';
import { kinds, statuses } from '../../domain/change.ts';
import type { Subscription } from '../../subscriptions/subscription-rows.ts';
import type { Summary } from '../../subscriptions/summaries.ts';
import { blockKitProblems } from '../block-limits.ts';
import { renderSubscribeModal, renderSubscribed } from '../modals/subscribe.ts';
import { renderFailure, renderSubscribedChange } from './subscribed-change.ts';
import { renderSubscriptions } from './subscription-list.ts';
import { renderNotice, renderPaused } from './subscription-notice.ts';
import { renderFailures, renderSummary } from './subscription-summary.ts';

const names = fc.array(text, { maxLength: 20 });
const subscription: fc.Arbitrary<Subscription> = fc.record({
  id: fc.constant('42'),
  channelId: fc.constant('C123'),
  environments: names,
  services: names,
  kinds: fc.subarray([...kinds]),
  statuses: fc.subarray([...statuses]),
  madeBy: fc.constant('U123'),
  madeByName: text,
  madeAt: date,
  tellsFrom: date,
  paused: fc.option(fc.record({ at: date, why: text })),
  ended: fc.option(fc.record({ at: date, byName: text })),
  noticeSettled: fc.boolean(),
});

const summed = fc.record({
  id: fc.constant('1'),
  at: date,
  kind: fc.constantFrom(...kinds),
  status: fc.option(fc.constantFrom(...statuses)),
  services: names,
});
const summary: fc.Arbitrary<Summary> = fc.record({
  id: fc.constant('7'),
  late: fc.boolean(),
  began_at: date,
  last_at: date,
  told_before: count,
  failed_at_first: fc.option(count),
  failure_told: fc.boolean(),
  revision: count,
  changes: fc.array(summed, { maxLength: 40 }),
  failed: fc.array(change, { maxLength: 10 }),
});

/** Our own way to name a channel. */
function withoutChannels(message: { readonly text: string; readonly blocks: readonly unknown[] }) {
  return [message.text, ...mrkdwnOf(message.blocks)].map((each) => each.replaceAll('<#C123>', ''));
}

it('tells of any change within the limits, with nothing from outside but letters', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(change, subscription, fc.boolean(), (given, whose, toldElsewhere) => {
      expect(harm(renderSubscribedChange({ change: given, subscription: whose, toldElsewhere }))).toEqual([]);
      expect(harm(renderFailure(given))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

it('tells of many changes at once so', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(summary, subscription, (given, whose) => {
      expect(harm(renderSummary(given, whose))).toEqual([]);
      expect(harm(renderFailures(given))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

it('lists, begins, ends and pauses subscriptions so', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(subscription, fc.integer({ min: 0, max: 20 }), (whose, copies) => {
      const all = Array.from({ length: copies }, () => whose);
      const paused = renderPaused([whose, ...all]);

      expect(harm(renderSubscriptions(all, askedAt))).toEqual([]);
      expect(harm(renderNotice(whose))).toEqual([]);
      expect(blockKitProblems(paused)).toEqual([]);
      expect(strangers(withoutChannels(paused))).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

it('opens a form so', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(subscription, names, fc.boolean(), (whose, unknown, here) => {
      const vocabulary = {
        environments: new Map(whose.environments.map((name) => [name, name])),
        services: new Map(whose.services.map((name) => [name, name])),
      };
      const form = renderSubscribeModal({ filter: whose, unknown, vocabulary, channelId: here ? 'C123' : null });
      const done = renderSubscribed(whose, 'already');

      for (const view of [form, done]) {
        expect(blockKitProblems({ ...view })).toEqual([]);
        expect(strangers(withoutChannels({ text: '', blocks: view.blocks }))).toEqual([]);
      }
    }),
    { numRuns: 100 },
  );
});
