import { addMinutes } from 'date-fns';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aChange, anAlert } from '../../../test/answers.ts';
import { type MarkdownNode, markdownTree, nodesIn, wordsIn } from '../../../test/markdown-tree.ts';
import {
  aVerdict,
  after,
  alertOfStory,
  anEntry,
  badDeployOfStory,
  incidentOf,
  nameOf,
  onset,
  rollbackOfStory,
  sampleStory,
} from '../../../test/stories.ts';
import type { Story } from './story.ts';
import { type PostMortemOptions, postMortemOf } from './post-mortem.ts';

const options: PostMortemOptions = { timezone: 'Europe/Berlin', nameOf, backportOf: () => null };

function written(story: Story, given: Partial<PostMortemOptions> = {}): string {
  return postMortemOf(story, { ...options, ...given });
}

/** The words below a heading, up to the next one of its level. */
function section(markdown: string, heading: string): string {
  return markdown.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0]?.trim() ?? '';
}

function rowsOf(markdown: string): readonly string[] {
  return section(markdown, 'Timeline')
    .split('\n')
    .filter((line) => /^\| \d/.test(line));
}

describe('the draft of a post-mortem', () => {
  it('leads from a note to the message that it repeats', () => {
    expect(rowsOf(written(sampleStory())).find((row) => row.includes('found it'))).toMatch(
      /with no backoff” \(\[message\]\(https:\/\/slack\.com\/archives\/C0INC42\/p1795183200000100\)\) \|/,
    );
  });

  it('says at the top what it was, when, how long, why and what mended it', () => {
    const [facts] = written(sampleStory()).split('\n## ');

    expect(facts).toBe(`# INC-42: Checkout errors

Draft, from what was recorded until Fri 20 Nov 2026 17:29 UTC. Times are UTC, beside them those of Europe/Berlin. _What is in italics is for people to write._

| Status | resolved |
| :-- | :-- |
| Severity | critical |
| Affected | production (checkout) |
| Began | Fri 20 Nov 2026 15:59 UTC (16:59 Berlin) |
| Detected | 16:01 UTC (17:01 Berlin), after 2 min, [PagerDuty #1234](https://acme.pagerduty.com/incidents/P1) “Checkout error rate above 5 %” |
| Mitigated | 16:13 UTC (17:13 Berlin), after 14 min, by grace |
| Resolved | 17:10 UTC (18:10 Berlin), after 1 h 11 min, by ada |
| Cause | checkout 1.41.3 → 1.42.0 |
| Fix | checkout 1.41.3 → 1.42.1 |
| Channel | #inc-42-checkout-errors |
| People | grace, edsger, ada |
`);
  });

  it('sums it up in sentences that blame nobody', () => {
    const summary = section(written(sampleStory()), 'Summary');

    expect(summary)
      .toBe(`“Checkout errors” lasted 1 h 11 min, from Fri 20 Nov 2026 15:59 UTC to 17:10 UTC, in production (checkout).

What was seen: “8 % of payments fail with a timeout; carts stay full”.

[PagerDuty #1234](https://acme.pagerduty.com/incidents/P1) “Checkout error rate above 5 %” told of it after 2 min. It was mitigated after 14 min and resolved after 1 h 11 min.

Its cause was the deploy [checkout 1.41.3 → 1.42.0](https://github.com/acme/checkout/compare/v1.41.3...v1.42.0), which took effect 1 min before it began: “retries without backoff tripled the load on the payment provider, which then refused us”. The rollback [checkout 1.42.0 → 1.41.3](https://github.com/acme/checkout/actions/runs/9140) took it back at 16:10 UTC. It was fixed by the deploy [checkout 1.41.3 → 1.42.1](https://github.com/acme/checkout/compare/v1.41.3...v1.42.1) at 17:01 UTC.

In the words of who resolved it: “fixed forward, watched for 10 minutes”.`);
    expect(summary).not.toMatch(/ada|grace|edsger/);
  });

  it('tells in one table a day what happened, with links, both clocks and who', () => {
    const rows = rowsOf(written(sampleStory()));

    expect(rows).toEqual(
      expect.arrayContaining([
        '| 15:55 | 16:55 | **Cause:** deploy of **checkout 1.41.3 → 1.42.0**, live at 15:58, [diff](https://github.com/acme/checkout/compare/v1.41.3...v1.42.0), [run](https://github.com/acme/checkout/actions/runs/9137) | ada |',
        '| 15:59 | 16:59 | **The fault began** |  |',
        '| 16:05 | 17:05 | “provider status page is green: <https://status.example.com>” (edited) | edsger |',
        '| 16:06 | 17:06 | Ruled out: **new-ledger 20 % → 50 %**, flag is off for checkout | edsger |',
        '| 16:30 | 17:30 | Beginning corrected: 15:59 UTC (before: 16:01 UTC) | grace |',
      ]),
    );
    expect(rows.map((row) => row.slice(2, 7))).toEqual(rows.map((row) => row.slice(2, 7)).toSorted());
  });

  it('says once why a cause was named by who resolved it, where it was resolved', () => {
    const text = 'retries filled the pool';
    const rows = rowsOf(
      written(
        sampleStory({
          entries: [
            aVerdict(70, '9', 'caused', { text, saidBy: 'U1' }),
            anEntry(70, { kind: 'resolved', text, saidBy: 'U1' }),
            aVerdict(72, '11', 'fixed', { text, saidBy: 'U1' }),
          ],
        }),
      ),
    );

    expect(rows.filter((row) => row.includes(text)).map((row) => row.split(' | ').slice(2, 3))).toEqual([
      [`**Resolved**: ${text}`],
      [`Named the fix: **checkout 1.41.3 → 1.42.1**, ${text}`],
    ]);
  });

  it('dates an incident over several days, also where the day there is another', () => {
    const story = sampleStory({
      entries: [anEntry(7.5 * 60, { text: 'still slow' }), anEntry(9 * 60, { text: 'over' })],
    });
    const timeline = section(written(story), 'Timeline');

    expect(timeline.match(/^### .*$/gm)).toEqual(['### Fri 20 Nov 2026', '### Sat 21 Nov 2026']);
    expect(timeline).toContain('| 23:29 | Sat 00:29 | “still slow” | ada |');
    expect(timeline).toContain('| 00:59 | 01:59 | “over” | ada |');
  });

  it('has one clock where people work by UTC, or their zone is not known', () => {
    for (const timezone of ['UTC', 'Etc/UTC', 'Mars/Olympus']) {
      expect(written(sampleStory(), { timezone })).toContain('| UTC | What | Who |');
    }
  });

  it('has one clock where that of their zone showed the same, and says so', () => {
    const markdown = written(sampleStory(), { timezone: 'Europe/London' });

    expect(markdown).toContain('Times are UTC, which clocks in Europe/London showed too.');
    expect(markdown).toContain('| Began | Fri 20 Nov 2026 15:59 UTC |');
    expect(markdown).toContain('| UTC | What | Who |');
  });

  it.each([
    [-4, -1, 'took effect 1 min before it began'],
    [-4, 1, 'was under way when it began'],
    [0, 0, 'took effect as it began'],
  ])('says how a cause that went from %i to %i min stood to the beginning', (from, to, words) => {
    const cause = { ...badDeployOfStory, occurredAt: after(from), finishedAt: after(to) };

    expect(section(written(sampleStory({ changes: [cause] })), 'Summary')).toContain(`, which ${words}: “`);
  });

  it('ends what is quoted with one full stop', () => {
    const story = sampleStory({ incident: incidentOf({ symptom: 'It is slow.', causeNote: 'Retries!' }) });

    expect(section(written(story), 'Summary')).toMatch(/What was seen: “It is slow\.”\n.*“Retries!” The rollback/s);
  });

  it('says what was tried, and what came of it', () => {
    expect(section(written(sampleStory()), 'What was tried')).toBe(
      `- 16:07 UTC, grace: rollback of **checkout 1.42.0 → 1.41.3**, live at 16:10, “payments time out”, [run](https://github.com/acme/checkout/actions/runs/9140). Took back checkout 1.41.3 → 1.42.0.
- 16:57 UTC, ada: deploy of **checkout 1.41.3 → 1.42.1**, live at 17:01, [diff](https://github.com/acme/checkout/compare/v1.41.3...v1.42.1), [run](https://github.com/acme/checkout/actions/runs/9152). Brought [#815](https://github.com/acme/checkout/pull/815) “Back off between payment retries”. Named the fix by ada.`,
    );
  });

  it('does not take a rollback from before it began for an attempt', () => {
    const before = { ...rollbackOfStory, id: '12', occurredAt: after(-90), finishedAt: after(-88) };
    const entries = [aVerdict(9, '12', 'suspect')];

    expect(section(written(sampleStory({ entries, changes: [before], undone: new Map() })), 'What was tried')).toBe(
      'Nothing that the timeline knows of.',
    );
  });

  it('says what was ruled out by whom and why, and what nobody looked at', () => {
    expect(section(written(sampleStory()), 'What was ruled out')).toBe(
      `- [new-ledger 20 % → 50 %](https://flags.example.com/new-ledger): “flag is off for checkout” (edsger, 16:06 UTC)

Looked likely too, and nobody decided:

- Config edit in checkout: **config/production.yaml: Lower the payment timeout to 5 s**, [diff](https://github.com/acme/checkout/commit/4f2a1c9): took effect 19 min before it began; same service`,
    );
  });

  it('asks for the backport of a hotfix and for what let the cause through', () => {
    const backportOf: PostMortemOptions['backportOf'] = ({ id }) =>
      id === '11'
        ? { url: 'https://github.com/acme/checkout/compare/main...hotfix', words: 'Bring hotfix to main' }
        : null;

    expect(section(written(sampleStory(), { backportOf }), 'Follow-ups')).toBe(
      `- [ ] [Bring hotfix to main](https://github.com/acme/checkout/compare/main...hotfix): otherwise the next release from there undoes **checkout 1.41.3 → 1.42.1**
- [ ] Decide what would have stopped it on its way: [#812](https://github.com/acme/checkout/pull/812): no approval seen
- [ ] _What else is to be done, by whom, until when?_`,
    );
  });

  it('asks to mend what was only taken back', () => {
    const entries = [aVerdict(9, '9', 'caused')];

    expect(section(written(sampleStory({ entries })), 'Follow-ups')).toContain(
      '- [ ] Mend **checkout 1.41.3 → 1.42.0** ([#812](https://github.com/acme/checkout/pull/812), [#809](https://github.com/acme/checkout/pull/809)) before it comes back: production is without it since 16:10 UTC',
    );
  });

  it('asks to take back what nothing took back', () => {
    const story = sampleStory({ entries: [], undone: new Map() });

    expect(section(written(story), 'Follow-ups')).toContain('no later change is known to have done so');
  });

  it('names the likeliest where nobody named the cause', () => {
    const story = sampleStory({ incident: incidentOf({ causeId: null, causeNote: null }), entries: [] });

    expect(section(written(story), 'Cause')).toMatch(
      /^Nobody has named it\. The likeliest by the timeline:\n\n- Deploy of \*\*checkout 1\.41\.3 → 1\.42\.0\*\*.*took effect 1 min before it began; same service/,
    );
    expect(section(written(story), 'Follow-ups')).toContain('- [ ] Name the cause');
  });

  it('says what caused it where that was no change', () => {
    const story = sampleStory({ incident: incidentOf({ causeId: null, causeNote: 'the bank was down' }), entries: [] });

    expect(written(story)).toContain('| Cause | no change: “the bank was down” |');
    expect(section(written(story), 'Cause')).toBe('No change of the timeline is named.\n\n“the bank was down”');
  });

  it('of one that is open and about which nothing is known says just that', () => {
    const incident = incidentOf({
      symptom: '',
      severity: null,
      environment: null,
      services: [],
      mitigatedAt: null,
      resolvedAt: null,
      said: { scope: false, start: false, title: false },
      channel: null,
      causeId: null,
      causeNote: null,
      openedAt: onset,
    });
    const markdown = written(
      sampleStory({ incident, entries: [], alerts: [], alertCount: 0, firstAlertAt: null, changes: [], suspects: [] }),
    );

    expect(section(markdown, 'Summary')).toBe(
      '“Checkout errors” has been open since Fri 20 Nov 2026 15:59 UTC.\n\nNobody has named its cause.',
    );
    expect(section(markdown, 'Cause')).toBe('Nobody has named it, and no change of the timeline fits.');
    expect(markdown).toContain('| Resolved | _not said_ |');
    expect(rowsOf(markdown)).toEqual(['| 15:59 | 16:59 | **The fault began** |  |']);
  });

  it('names people whom it cannot name by their ids, and tokens as such', () => {
    const entries = [anEntry(1, { saidBy: 'U9' }), anEntry(2, { saidBy: 'api:pager' }), anEntry(3, { saidBy: null })];
    const who = rowsOf(written(sampleStory({ entries }))).map((row) => row.split(' | ').at(-1));

    expect(who).toEqual(expect.arrayContaining(['member U9 |', 'API token pager |', ' |']));
  });

  it('says what it leaves out of an incident with thousands of changes and alerts', () => {
    const changes = Array.from({ length: 2000 }, (_, index) =>
      aChange({ id: String(100 + index), occurredAt: addMinutes(onset, index / 40) }),
    );
    const story = sampleStory({ changes: [badDeployOfStory, rollbackOfStory, ...changes], alertCount: 10_000 });
    const markdown = written(story);

    expect(section(markdown, 'Timeline')).toContain(
      'Not in this table: 1,940 more changes that landed during it and 9,999 more alerts.',
    );
    expect(rowsOf(markdown).length).toBeLessThan(100);
    expect(markdown).toContain('**Cause:** deploy of **checkout 1.41.3 → 1.42.0**');
  });
});

const hostile = [
  '| a | b |\n| - | - |',
  '```js\nalert(1)\n```',
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  '[click](javascript:alert(1)) ![x](https://evil.example/x.png)',
  '@channel @here <!channel> <@U1>',
  '# Heading\n- [x] item\n> quote\n---\n===',
  '\u202Egnp.exe שלום مرحبا',
  '**bold** _it_ ~~gone~~ $x$ [^1]',
  '\\',
  '`',
  'x'.repeat(4000),
  '🙈'.repeat(4000),
];

/** Every text of the story is this one. */
function storyOf(text: string): Story {
  const change = (id: string, minutes: number) =>
    aChange({
      id,
      title: text,
      service: text,
      from: text,
      to: text,
      reason: text,
      occurredAt: after(minutes),
      actor: { name: text },
      url: text,
      diffUrl: `https://a.example/${text}`,
      risks: [{ name: 'unreviewed', text }],
      carried: {
        by: 'git',
        commits: [],
        pullRequests: [{ repository: text, number: 1, title: text, url: text, risks: [{ name: 'unreviewed', text }] }],
        total: 1,
        direction: 'forward',
        lost: 0,
      },
    });
  const changes = [change('1', -1), change('2', 5), change('3', 6), { ...change('4', 7), kind: 'config' as const }];
  const kinds = ['opened', 'note', 'severity', 'scope', 'joined', 'mitigated', 'resolved', 'title', 'channel'] as const;
  return sampleStory({
    incident: incidentOf({
      title: text,
      symptom: text,
      environment: text,
      services: [text, text],
      channel: { id: 'C1', name: text, closed: null },
      causeId: '1',
      causeNote: text,
    }),
    entries: [
      ...kinds.map((kind, index) => anEntry(index, { kind, text, saidBy: text, edited: true })),
      ...(['caused', 'fixed', 'dismissed'] as const).map((verdict, index) =>
        aVerdict(20 + index, String(index + 1), verdict, { text, saidBy: text }),
      ),
    ],
    changes,
    suspects: changes.map((each) => ({ change: each, score: 0.5, reasons: [{ text, weight: 1 }] }) as never),
    undone: new Map(changes.slice(0, 1).map(({ id }) => [id, change('2', 5)])),
    services: [],
    alerts: [anAlert({ ...alertOfStory, title: text, reference: text, url: text, source: text })],
  });
}

/** Headings, tables and items, which no text may add to or take away from. */
function shapeOf(markdown: string): readonly string[] {
  return nodesIn(markdownTree(markdown)).flatMap((node: MarkdownNode) => {
    if (node.type === 'heading') return [`heading: ${wordsIn(node).startsWith('INC-42') ? 'title' : wordsIn(node)}`];
    if (node.type === 'tableRow') return [`row of ${node.children?.length}`];
    return ['listItem', 'html', 'code', 'image', 'blockquote', 'thematicBreak', 'delete', 'footnoteReference'].includes(
      node.type,
    )
      ? [node.type]
      : [];
  });
}

describe('whatever people wrote', () => {
  const shape = shapeOf(written(storyOf('plain'), { nameOf: (id) => id }));

  it.each(hostile.map((text) => [text.slice(0, 60), text]))('%j breaks nothing', (_, text) => {
    expect(shapeOf(written(storyOf(text), { nameOf: (id) => id }))).toEqual(shape);
  });

  it('breaks nothing', () => {
    const anyText = fc.array(fc.oneof(fc.constantFrom(...hostile.slice(0, -2)), fc.string({ unit: 'binary' })), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(anyText, (pieces) => {
        expect(shapeOf(written(storyOf(`x${pieces.join(' ')}`), { nameOf: (id) => id }))).toEqual(shape);
      }),
      { numRuns: 60 },
    );
  });

  it('is told also where nobody wrote anything', () => {
    expect(written(storyOf(''))).toContain('## Lessons');
  });

  it('mentions nobody', () => {
    const markdown = written(storyOf('@channel and @acme/payments'), { nameOf: (id) => id });

    expect(markdown.replaceAll(/`[^`\n]*`/g, '')).not.toMatch(/(?<!\\)@/);
  });
});
