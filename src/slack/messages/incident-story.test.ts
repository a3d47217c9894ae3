import { expect, it } from 'vitest';
import { after, anEntry, sampleStory } from '../../../test/stories.ts';
import { blockKitProblems } from '../block-limits.ts';
import { renderStory } from './incident-story.ts';

function linesOf(story: Parameters<typeof renderStory>[0]): readonly string[] {
  return renderStory(story).flatMap((block) => {
    if (block.type === 'section') return (block.text?.text ?? '').split('\n');
    return block.type === 'context' ? block.elements.flatMap((each) => ('text' in each ? [each.text] : [])) : [];
  });
}

it('tells in one order what changed, what was seen and what was said, each at the reader’s own day and time', () => {
  const lines = linesOf(sampleStory());
  const times = lines.map((line) => Number(/^<!date\^(\d+)\^\{date_short_pretty\} \{time\}\|/.exec(line)?.[1]));

  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(lines.map((line) => line.replace(/^<[^>]+> {2}/, ''))).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^\*Cause:\* \*checkout 1\.41\.3 → 1\.42\.0\* by ada/),
      '*The fault began*',
      expect.stringMatching(/^:rotating_light: <https[^|]+\|[^>]+> \*Checkout error rate above 5 %\*/),
      ':pushpin: “found it: #812 retries at once, up to 5 times, with no backoff” (<https://slack.com/archives/C0INC42/p1795183200000100|message>) · <@U1>',
      '*Mitigated*: error rate is back at 0.1 % · <@U2>',
      expect.stringMatching(/^Named the fix: /),
      '*Resolved*: fixed forward, watched for 10 minutes · <@U1>',
    ]),
  );
});

it('draws moments that a correction names by the reader’s clock too', () => {
  const corrected = linesOf(sampleStory()).find((line) => line.includes('Beginning corrected'));

  expect(corrected?.match(/<!date\^/g)).toHaveLength(3);
  expect(corrected).not.toMatch(/T\d\d:\d\d:\d\d/);
});

it('tells the latest of what is too much for a message, and how much came before', () => {
  const entries = Array.from({ length: 400 }, (_, index) =>
    anEntry(index, { text: `note ${index} ${'x'.repeat(80)}` }),
  );
  const [first, ...lines] = linesOf(sampleStory({ entries, asOf: after(500) }));

  expect(first).toMatch(/^\d+ earlier lines before these\.$/);
  expect(lines.at(-1)).toContain('note 399');
});

it.each(['<!channel> & <@U1> `*', 'x'.repeat(4000), 'שלום', '\u202e<https://x.example|y>'])(
  'stays within Slack’s limits and calls nobody: %#',
  (words) => {
    const entries = Array.from({ length: 40 }, (_, index) => anEntry(index, { text: words }));
    const blocks = renderStory(sampleStory({ entries }));

    expect(blockKitProblems({ text: 'x', blocks: [...blocks] })).toEqual([]);
    expect(JSON.stringify(blocks)).not.toContain('<!channel>');
    expect(JSON.stringify(blocks)).not.toContain('<https://x.example|y>');
  },
);
