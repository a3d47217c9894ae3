import { describe, expect, it } from 'vitest';
import { longest, wordsOf } from './slack-words.ts';

describe('wordsOf', () => {
  it.each([
    ['a &lt;b&gt; &amp;amp;', 'a <b> &amp;'],
    ['<https://example.com/runs/7|run 7> done', 'run 7 done'],
    ['see <https://example.com/runs/7>', 'see https://example.com/runs/7'],
    [
      '<mailto:ada@example.com|ada@example.com> and <mailto:grace@example.com>',
      'ada@example.com and grace@example.com',
    ],
    ['by <@U0ADA> in <#C0OPS|ops>, <!here>', 'by @U0ADA in #ops, @here'],
    ['<!subteam^S1|@payments> on <!date^1795183200^{date}|20 Nov>', '@payments on 20 Nov'],
    ['*checkout* `v1.42.0` _deployed_ to ~staging~ production', 'checkout v1.42.0 deployed to staging production'],
    ['new_checkout_flow stays', 'new_checkout_flow stays'],
    ['  checkout done  \n\t by ada ', 'checkout done\nby ada'],
  ])('%j is read as %j', (text, words) => {
    expect(wordsOf({ text })).toEqual([words]);
  });

  it('reads attachments and their fallback', () => {
    const attachments = [
      {
        pretext: 'Deploy',
        title: 'checkout',
        fields: [{ title: 'Version', value: 'v1.42.0' }],
        fallback: 'checkout v1.42.0',
      },
    ];

    expect(wordsOf({ text: '', attachments })).toEqual(['Deploy\ncheckout\nVersion v1.42.0', 'checkout v1.42.0']);
  });

  it('reads blocks, pieces of rich text as one line', () => {
    const blocks = [
      { type: 'header', text: { type: 'plain_text', text: 'Deployed' } },
      { type: 'section', text: { type: 'mrkdwn', text: '*checkout*' }, fields: [{ type: 'mrkdwn', text: 'v1.42.0' }] },
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              { type: 'emoji', name: 'rocket' },
              { type: 'text', text: ' a <b> by ' },
              { type: 'user', user_id: 'U0ADA' },
              { type: 'link', url: 'https://example.com/7', text: ' run' },
            ],
          },
        ],
      },
      { type: 'image', image_url: 'https://example.com/a.png', alt_text: 'a rocket' },
    ];

    expect(wordsOf({ blocks })).toEqual(['Deployed\ncheckout\nv1.42.0\n:rocket: a <b> by @U0ADA run']);
  });

  it('is bounded, whatever comes', () => {
    const nested = (depth: number): unknown =>
      depth === 0 ? { type: 'plain_text', text: 'deep' } : { elements: [nested(depth - 1)] };

    expect(wordsOf({ text: 'x'.repeat(10_000) })[0]).toHaveLength(longest);
    expect(wordsOf({ text: 7, attachments: 'none', blocks: [null, 3, nested(5000)] })).toEqual([]);
  });
});
