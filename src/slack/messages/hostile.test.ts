import fc from 'fast-check';
import { expect, it } from 'vitest';
import { aChange, aSource, anAnswer, askedAt } from '../../../test/answers.ts';
import type { Answer } from '../../domain/answer.ts';
import { type Change, kinds, statuses } from '../../domain/change.ts';
import { headline } from '../../domain/headline.ts';
import { severities } from '../../domain/signal.ts';
import { blockKitProblems } from '../block-limits.ts';
import { renderAnswer } from './answer.ts';
import { renderHelp } from './help.ts';
import { renderHome } from './home.ts';
import { renderNotUnderstood } from './not-understood.ts';
import { renderRefusal } from './refusal.ts';

const attacks = [
  '<!channel>',
  '<!here|here>',
  '<@U123>',
  '<#C123>',
  '<https://evil.example|click>',
  '&lt;!channel&gt;',
  '`*_~',
  '\n> quote',
  '\u0000\u202E\uD83D',
  '',
  ' ',
  'e\u0301'.repeat(300),
  `e${'\u0301'.repeat(5000)}`,
  '👩‍👩‍👧‍👦'.repeat(100),
  '<&>'.repeat(4000),
  'x'.repeat(10_000),
  '"\\'.repeat(500),
];
const text = fc.oneof(
  fc.constantFrom(...attacks),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...attacks), { maxLength: 3 }).map((parts) => parts.join('x')),
);
const maybe = fc.option(text);
const url = fc.option(
  fc.oneof(
    text,
    fc.webUrl({ withQueryParameters: true }),
    fc.constantFrom('https://a.example/|<!channel>', 'javascript:1', `https://a.example/${'&'.repeat(380)}`),
  ),
);
const date = fc.oneof(
  fc.date({ noInvalidDate: true }),
  fc.date({ min: new Date(0), max: askedAt, noInvalidDate: true }),
);
const actor = fc.record({ name: text, login: text, email: text }, { requiredKeys: [] });
const count = fc.integer({ min: 0, max: 1_000_000 });
const risk = fc.record({ name: fc.constantFrom('direct-push' as const, 'failed' as const), text });
const commit = text.map((title) => ({ sha: title, title, author: { name: title }, url: title }));
const pullRequest = fc.record({ repository: text, number: count, title: text, author: actor, risks: fc.array(risk) });
const carried = fc.record({
  by: fc.constant('git' as const),
  commits: fc.array(commit, { maxLength: 4 }),
  pullRequests: fc.array(pullRequest, { maxLength: 4 }),
  total: count,
  direction: fc.constantFrom('forward' as const, 'backward' as const),
  lost: fc.nat(3),
});

const change: fc.Arbitrary<Change> = fc
  .record({
    kind: fc.constantFrom(...kinds),
    title: text,
    environment: maybe,
    service: maybe,
    services: fc.array(text, { maxLength: 5 }),
    status: fc.option(fc.constantFrom(...statuses)),
    occurredAt: date,
    finishedAt: fc.option(date),
    clock: fc.constantFrom('source' as const, 'received' as const),
    from: maybe,
    to: maybe,
    actor: fc.option(actor),
    url,
    diffUrl: url,
    runUrl: url,
    reason: maybe,
    carried: fc.option(carried),
    risks: fc.array(risk, { maxLength: 3 }),
    sources: fc.array(text, { maxLength: 4 }),
    repeated: fc.option(fc.record({ count, since: date })),
  })
  .map(aChange);
const source = fc
  .record({
    title: text,
    state: fc.constantFrom('fresh' as const, 'silent' as const, 'never' as const, 'closed' as const),
    newest: fc.option(date),
    usualGap: fc.option(count),
    failed: count,
  })
  .map(aSource);

const incident = fc.record({
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
    incidents: fc.array(incident, { maxLength: 5 }),
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

/** What Slack would not show as letters: our own links and dates are taken out first. */
function strangers(texts: readonly string[]): readonly string[] {
  return texts.flatMap(
    (each) =>
      each.replaceAll(/<!date\^\d+\^[^<>|]+\|[^<>|]+>|<https?:\/\/[^<>|\s]+\|[^<>|]+>/g, '').match(/[<>]/g) ?? [],
  );
}

function mrkdwnOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'type' in value && value.type === 'mrkdwn' && 'text' in value ? [String(value.text)] : [];
  return [...own, ...Object.values(value).flatMap(mrkdwnOf)];
}

function harm(message: { readonly text: string; readonly blocks: readonly unknown[] }): readonly string[] {
  return [...blockKitProblems(message), ...strangers([message.text, ...mrkdwnOf(message.blocks)])];
}

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
