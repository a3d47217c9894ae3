import { expect, it } from 'vitest';
import { anEntry, incidentOf, sampleStory } from '../../../test/stories.ts';
import { catchUpOf } from '../../domain/incidents/catch-up.ts';
import { blockKitProblems } from '../block-limits.ts';
import { renderCatchUp } from './catch-up.ts';

const story = sampleStory();

it('is drawn with the reader’s own times, links and names', () => {
  const { text } = renderCatchUp(catchUpOf(story), story.asOf);

  expect(text).toContain(
    '*INC-42*  Checkout errors · critical · began <!date^1795190340^{time}|15:59 UTC>, resolved after',
  );
  expect(text).toContain(
    '<https://github.com/acme/checkout/compare/v1.41.3...v1.42.0|deploy checkout 1.41.3 → 1.42.0>',
  );
  expect(text).toContain('<@U1>');
});

it.each(['<!channel> & <@U1> `*', 'x'.repeat(4000), 'שלום', ''])(
  'stays within Slack’s limits and calls nobody: %#',
  (words) => {
    const hostile = sampleStory({
      incident: incidentOf({
        title: words === '' ? 'x' : words,
        symptom: words,
        causeNote: words,
        services: [words],
        environment: words,
      }),
      entries: [anEntry(1, { text: words, saidBy: 'api:<!here>' }), anEntry(2, { text: words, saidBy: '<!channel>' })],
    });
    const { text, blocks } = renderCatchUp(catchUpOf(hostile), hostile.asOf);

    expect(blockKitProblems({ text, blocks })).toEqual([]);
    expect(text).not.toMatch(/<!(?!date)|<@U1>/);
    expect(text.split('\n').length).toBeLessThanOrEqual(10);
  },
);
