import fc from 'fast-check';
import { expect, it } from 'vitest';
import { aSource, anAnswer, askedAt } from '../../../test/answers.ts';
import { change, count, date, harm, maybe, text, url } from '../../../test/hostile.ts';
import type { Answer } from '../../domain/answer.ts';
import { kinds } from '../../domain/change.ts';
import { headline } from '../../domain/headline.ts';
import { severities } from '../../domain/signal.ts';
import { blockKitProblems } from '../block-limits.ts';
import { renderAnswer } from './answer.ts';
import { renderHelp } from './help.ts';
import { renderHome } from './home.ts';
import { renderNotUnderstood } from './not-understood.ts';
import { renderRefusal } from './refusal.ts';

const source = fc
  .record({
    title: text,
    state: fc.constantFrom('fresh' as const, 'silent' as const, 'never' as const, 'closed' as const),
    newest: fc.option(date),
    usualGap: fc.option(count),
    failed: count,
  })
  .map(aSource);

const alert = fc.record({
  source: text,
  subject: text,
  state: fc.constantFrom('open' as const, 'acknowledged' as const, 'resolved' as const),
  title: text,
  reference: maybe,
  severity: fc.option(fc.constantFrom(...severities)),
  url,
  channel: maybe,
  labels: fc.constant({}),
  startedAt: date,
  resolvedAt: fc.option(date),
  environment: maybe,
  services: fc.array(text, { maxLength: 5 }),
});

/** Up to 600 changes are made of a few, so that the run is short; each has an id of its own. */
const answer: fc.Arbitrary<Answer> = fc
  .record({
    some: fc.array(change, { maxLength: 8 }),
    copies: fc.constantFrom(1, 5, 75),
    total: count,
    totalIsFloor: fc.boolean(),
    coverage: fc.array(source, { maxLength: 30 }),
    alerts: fc.array(alert, { maxLength: 5 }),
    notes: fc.array(text, { maxLength: 6 }),
    understood: text,
    environment: maybe,
    services: fc.array(text, { maxLength: 5 }),
    filteredKinds: fc.subarray([...kinds]),
    who: maybe,
    reasons: fc.array(fc.record({ text, weight: fc.double({ noNaN: true }) }), { maxLength: 6 }),
    elsewhere: count,
    waiting: count,
    unplaced: count,
    next: fc.option(text),
  })
  .map((given) => {
    const { some, copies, notes, understood, environment, services, filteredKinds, who, reasons, ...rest } = given;
    const changes = Array.from({ length: copies }, (_, copy) =>
      some.map((each, index) => ({ ...each, id: `${copy}-${index}` })),
    ).flat();
    const base = anAnswer({
      changes,
      suspects: some.map((each, index) => ({
        change: { ...each, id: `0-${index}` },
        score: 1,
        likelihood: 'likely' as const,
        reasons,
      })),
    });
    const filters = { environment, services, kinds: filteredKinds, actor: who, text: who };
    return { ...base, ...rest, filters, window: { ...base.window, notes, understood } };
  });

const options = { now: askedAt, timezone: 'Europe/London', state: '{"f":1}', shareable: true };

it('draws any answer within the limits, with nothing from outside but letters', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(answer, fc.boolean(), (given, continued) => {
      const home = renderHome(given, options);

      expect(harm(renderAnswer(given, { ...options, continued }))).toEqual([]);
      expect(harm(home)).toEqual([]);
      expect(blockKitProblems({ type: 'home', blocks: home.blocks })).toEqual([]);
      expect(headline(given, askedAt).split('\n')).toHaveLength(1);
    }),
    { numRuns: 150 },
  );
});

it('draws any text that it did not understand', () => {
  fc.assert(
    fc.property(text, text, fc.array(text, { maxLength: 8 }), (read, problem, examples) => {
      expect(harm(renderNotUnderstood({ read, problem: `No: ${problem}`, examples }))).toEqual([]);
    }),
  );
});

it.each([
  ...(['guest', 'other-organisation', 'bot', 'deactivated', 'unknown'] as const).map(renderRefusal),
  renderHelp(),
  renderHome(null, options),
  renderHome(anAnswer({ coverage: [aSource({ state: 'never', newest: null })] }), options),
])('draws what never changes within the limits: $text', (message) => {
  expect(harm(message)).toEqual([]);
});
