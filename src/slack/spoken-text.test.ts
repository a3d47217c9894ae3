import { expect, it } from 'vitest';
import { spokenText } from './spoken-text.ts';

const names = new Map([['U1', 'Ada']]);

it.each([
  ['<@U1> sees errors', '@Ada sees errors'],
  ['<@U2|grace> and <@U3>', '@grace and @U3'],
  ['in <#C1|checkout> and <#C2|>', 'in #checkout and a private channel'],
  ['<!channel> look, <!here|here>, <!subteam^S1|@oncall>', '@channel look, @here, @oncall'],
  ['since <!date^1763647500^{time}|14:05 UTC>', 'since 14:05 UTC'],
  ['see <https://grafana.example.com/d/1?a=1&amp;b=2>', 'see https://grafana.example.com/d/1?a=1&b=2'],
  ['see <https://grafana.example.com|the board>', 'see the board (https://grafana.example.com)'],
  ['<http://checkout.example.com|checkout.example.com>', 'http://checkout.example.com'],
  ['5 &lt; 6 &amp;&amp; 7 &gt; 6', '5 < 6 && 7 > 6'],
  ['両替できない\n*bold* _it_ `code`', '両替できない\n*bold* _it_ `code`'],
  ['&amp;lt;', '&lt;'],
])('reads %s as people do', (text, read) => {
  expect(spokenText(text, names)).toBe(read);
});
