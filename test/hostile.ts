import fc from 'fast-check';
import { type Change, kinds, statuses } from '../src/domain/change.ts';
import { blockKitProblems } from '../src/slack/block-limits.ts';
import { aChange, askedAt } from './answers.ts';

/** What somebody may write, or a system may report, who means no good or nothing at all. */
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
export const text = fc.oneof(
  fc.constantFrom(...attacks),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...attacks), { maxLength: 3 }).map((parts) => parts.join('x')),
);
export const maybe = fc.option(text);
export const url = fc.option(
  fc.oneof(
    text,
    fc.webUrl({ withQueryParameters: true }),
    fc.constantFrom('https://a.example/|<!channel>', 'javascript:1', `https://a.example/${'&'.repeat(380)}`),
  ),
);
export const date = fc.oneof(
  fc.date({ noInvalidDate: true }),
  fc.date({ min: new Date(0), max: askedAt, noInvalidDate: true }),
);
const actor = fc.record({ name: text, login: text, email: text }, { requiredKeys: [] });
export const count = fc.integer({ min: 0, max: 1_000_000 });
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

export const change: fc.Arbitrary<Change> = fc
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

/** What Slack would not show as letters: our own links and dates are taken out first. */
export function strangers(texts: readonly string[]): readonly string[] {
  return texts.flatMap(
    (each) =>
      each.replaceAll(/<!date\^\d+\^[^<>|]+\|[^<>|]+>|<https?:\/\/[^<>|\s]+\|[^<>|]+>/g, '').match(/[<>]/g) ?? [],
  );
}

export function mrkdwnOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'type' in value && value.type === 'mrkdwn' && 'text' in value ? [String(value.text)] : [];
  return [...own, ...Object.values(value).flatMap(mrkdwnOf)];
}

/** What Slack would refuse, or take for more than letters. */
export function harm(message: { readonly text: string; readonly blocks: readonly unknown[] }): readonly string[] {
  return [...blockKitProblems(message), ...strangers([message.text, ...mrkdwnOf(message.blocks)])];
}
