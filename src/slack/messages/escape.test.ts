import { expect, it } from 'vitest';
import { bold, code, italic, link, outside } from './escape.ts';

it.each([
  ['<!channel> & <@U1>', '&lt;!channel&gt; &amp; &lt;@U1&gt;'],
  ['two\nlines', 'two lines'],
  ['`rm -rf`', "'rm -rf'"],
  ['&lt;', '&amp;lt;'],
])('keeps %j letters', (text, escaped) => {
  expect(outside(text, 100)).toBe(escaped);
});

it('cuts no entity in two', () => {
  expect(outside('<<<<', 9)).toBe('&lt;&lt;…');
});

it('lets no text end its own formatting', () => {
  expect([bold('a*b*', 50), italic('a_b c_', 50), code('a`b', 50)]).toEqual(['*a∗b∗*', '_a_b c-_', "`a'b`"]);
});

it.each([
  ['https://example.com/a?b=1&c=2', '<https://example.com/a?b=1&amp;c=2|diff>'],
  ['http://example.com', '<http://example.com|diff>'],
  ['javascript:alert(1)', null],
  ['https://example.com/|<!channel>', null],
  ['https://example.com/>', null],
  ['https://ada:secret@example.com/', null],
  ['not a url', null],
  [`https://example.com/${'a'.repeat(300)}`, null],
  [`https://example.com/?${'&'.repeat(80)}`, null],
  [null, null],
])('links %j as %j', (url, drawn) => {
  expect(link(url, 'diff')).toBe(drawn);
});
