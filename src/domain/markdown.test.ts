import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MarkdownNode, markdownTree, nodesIn, wordsIn } from '../../test/markdown-tree.ts';
import { markdownBold, markdownLink, markdownText } from './markdown.ts';
import { outsideText } from './outside-text.ts';

const pieces = [
  ...'`*_~[]()<>|\\!#+-=.:&$^{}@"\'\n\r\t 1a',
  '**',
  '```',
  '- [ ] ',
  '1. ',
  '# ',
  '> ',
  '---',
  '| a |',
  '<b>',
  '<!-- ',
  '-->',
  '<script>',
  '&lt;',
  '&#42;',
  '![x](https://a.example/x.png)',
  '[x]: https://a.example',
  '[^1]',
  '[click](javascript:alert(1))',
  'https://a.example/x_y*z',
  'http://',
  'www.a.example',
  'ada@example.com',
  '@channel',
  '@acme/payments',
  'snake_case',
  'שלום',
  '\u202Eevil',
  '🙈',
  'é',
  '\u00a0',
];
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((chosen) => chosen.join('')),
);

/** What a reader should read of it. */
function asRead(text: string): string {
  return (outsideText(text, 5000) ?? '').replaceAll(/[\u2068\u2069]/g, '');
}

const places: readonly (readonly [
  string,
  (inner: string) => string,
  (tree: MarkdownNode) => readonly MarkdownNode[],
])[] = [
  ['a paragraph', (inner) => `${inner}\n\nafter`, (tree) => tree.children?.slice(0, -1) ?? []],
  ['an item', (inner) => `- ${inner}\n- after`, (tree) => tree.children?.[0]?.children?.[0]?.children ?? []],
  ['a heading', (inner) => `# INC-1: ${inner}\n\nafter`, (tree) => tree.children?.slice(0, 1) ?? []],
  [
    'a cell of a table',
    (inner) => `| a | b |\n| :-- | :-- |\n| ${inner} | z |\n| y | x |`,
    (tree) => tree.children?.[0]?.children?.[1]?.children?.slice(0, 1) ?? [],
  ],
];
const plain = new Set(['text', 'paragraph', 'heading', 'tableCell', 'link', 'inlineCode']);

describe('text from outside', () => {
  it.each(places)('reads in %s as it was written, and is nothing else', (where, put, found) => {
    fc.assert(
      fc.property(anyText, (text) => {
        const inner = markdownText(text);
        fc.pre(where !== 'a paragraph' || inner !== '');
        const nodes = found(markdownTree(put(inner)));

        const read = nodes
          .map(wordsIn)
          .join(' ⏎ ')
          .replaceAll(/[\u2068\u2069]/g, '');
        expect(read).toBe(where === 'a heading' ? `INC-1: ${asRead(text)}`.trim() : asRead(text));
        const inside = nodes.flatMap(nodesIn);
        expect(inside.filter(({ type }) => !plain.has(type))).toEqual([]);
        for (const { url } of inside) expect(url ?? 'https://').toMatch(/^(?:https?:\/\/|mailto:)/);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(places.slice(1))('leaves what follows it in %s alone', (_, put) => {
    fc.assert(
      fc.property(anyText, (text) => {
        const [tree, expected] = [put(markdownText(text)), put('x')].map(markdownTree);
        const shape = (node: MarkdownNode | undefined): unknown =>
          ['text', 'link', 'inlineCode'].includes(node?.type ?? '')
            ? 'words'
            : [node?.type, [...new Set((node?.children ?? []).map((each) => JSON.stringify(shape(each))))]];

        fc.pre(asRead(text) !== '');
        expect(shape(tree)).toEqual(shape(expected));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['snake_case', 'snake_case'],
    ['2 * 3', String.raw`2 \* 3`],
    ['a | b', String.raw`a \| b`],
    ['`rm -rf`', String.raw`\`rm -rf\``],
    ['<script>', '&lt;script>'],
    ['&lt; stays', '&amp;lt; stays'],
    ['ask @channel, not ada@example.com', 'ask `@channel`, not ada\\@example.com'],
    ['see https://a.example/x_y. Then', 'see <https://a.example/x_y>. Then'],
    ['https://ada:secret@a.example', String.raw`https\://ada:secret\@a.example`],
    ['- item', String.raw`\- item`],
    ['-1 °C', '-1 °C'],
    ['12) item', String.raw`12\) item`],
    ['1.42.0', '1.42.0'],
    ['#812', '#812'],
    ['two\nlines', 'two lines'],
    ['שלום', '\u2068שלום\u2069'],
  ])('%j is written %j', (text, written) => {
    expect(markdownText(text)).toBe(written);
  });

  it('is kept whole up to 4,000 characters', () => {
    const text = '🙈'.repeat(4000);

    expect(markdownText(text)).toBe(text);
  });
});

describe('bold text', () => {
  it('is bold to its end, whatever it is', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        fc.pre(asRead(text) !== '');
        const [paragraph] = markdownTree(`before ${markdownBold(text)}, after`).children ?? [];

        expect(paragraph?.children?.map(({ type }) => type)).toEqual(['text', 'strong', 'text']);
        expect(wordsIn(paragraph as MarkdownNode).replaceAll(/[\u2068\u2069]/g, '')).toBe(
          `before ${asRead(text)}, after`,
        );
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a link', () => {
  it('has any words, and leads where it says', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        fc.pre(asRead(text) !== '');
        const [paragraph] = markdownTree(`before ${markdownLink(text, 'https://a.example/(x)')}, after`).children ?? [];
        const links = nodesIn(paragraph as MarkdownNode).filter(({ type }) => type === 'link');

        expect(links.map(({ url }) => url)).toEqual(['https://a.example/%28x%29']);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['javascript:alert(1)', 'https://a.example/ x', 'https://ada:pw@a.example', 'x', '', null])(
    'to %j is words only',
    (url) => {
      expect(markdownLink('diff', url)).toBe('diff');
    },
  );
});
