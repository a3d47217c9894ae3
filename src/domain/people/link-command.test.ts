import { expect, it } from 'vitest';
import { linkCommandOf } from './link-command.ts';

it.each([
  ['links', { verb: 'links' }],
  ['link', { verb: 'links' }],
  ['link github Ada-L', { verb: 'link', kind: 'github', identity: 'ada-l' }],
  ['LINK GitHub @ada-l', { verb: 'link', kind: 'github', identity: 'ada-l' }],
  ['link github <https://github.com/ada-l>', { verb: 'link', kind: 'github', identity: 'ada-l' }],
  ['link gitlab ada.l', { verb: 'link', kind: 'gitlab', identity: 'ada.l' }],
  ['link pagerduty Ada Lovelace', { verb: 'link', kind: 'pagerduty', identity: 'ada lovelace' }],
  ['link git “Ada Lovelace”', { verb: 'link', kind: 'git', identity: 'ada lovelace' }],
  ['link <mailto:Ada@example.com|Ada@example.com>', { verb: 'link', kind: 'email', identity: 'ada@example.com' }],
  ['unlink github ada-l', { verb: 'unlink', identity: 'ada-l' }],
  ['unlink ada-l', { verb: 'unlink', identity: 'ada-l' }],
  ['2h links', null],
  ['links since 2h', null],
  ['', null],
])('%s is read as %j', (text, command) => {
  expect(linkCommandOf(text)).toEqual(command);
});

it.each([
  ['link ada-l', 'github, gitlab, pagerduty, git, email'],
  ['link github', 'link github ada-l'],
  ['link github dependabot[bot]', "a machine's"],
  ['link git Renovate', "a machine's"],
  ['link github a b', 'no login'],
  ['link email 12+ada@users.noreply.github.com', 'no e-mail address'],
  ['link git U0123ABCD', 'member id'],
  [`link github ${'a'.repeat(40)}`, 'longer'],
  [`link git ${'a'.repeat(5000)}`, 'longer'],
  ['unlink', 'which name'],
])('%s is refused with a sentence', (text, words) => {
  const read = linkCommandOf(text);

  expect(read?.verb === 'not-understood' ? read.problem : read).toContain(words);
});
