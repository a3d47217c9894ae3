import { expect, it } from 'vitest';
import { backports } from './backports.ts';

it.each([
  ['propose', 'which backport? propose <id>: sincewhen backports list shows them'],
  ['wake INC-42', 'which backport? wake <id>: sincewhen backports list shows them'],
  ['propose 7', 'which commit is it? propose <id> <commit>'],
  ['propose 7 abc1234 def5678', 'what is def5678?'],
  ['answer 7', 'is it? answer <id> yes, or answer <id> no'],
  ['answer 7 maybe', 'is it? answer <id> yes, or answer <id> no'],
  ['answer 7 yes --commit abc', '--commit takes 40 hex digits'],
  ['snooze 7', 'until when? --days <number>, or --until <day>, or --until release'],
  ['snooze 7 --days soon', 'until when? --days <number>, or --until <day>, or --until release'],
  ['snooze 7 --days 1 --until 2026-11-20', 'until when? --days <number>, or --until <day>, or --until release'],
  ['snooze 7 --until tomorrow', 'until when? --days <number>, or --until <day>, or --until release'],
  ['waive 7 --until release --reason x', 'until when? --until <day>, or --days <number>'],
  ['waive 7 --until 2026-11-20', 'why need it not come? --reason'],
  ['second 7 linus', 'what is linus?'],
  ['useless 7 boring', 'why? useless <id> already-done|not-a-hotfix|wrong-owner|not-relevant'],
  ['hand-over 7', 'who looks after it? hand-over <id> <whom>'],
  ['wake 7 --until release', 'wake knows no --until'],
  ['waive 7 --commit abc', 'waive knows no --commit'],
  ['list --by ada', 'list knows no --by'],
  ['second 7 --by \u202e', 'who says so? --by'],
])('backports %s: %s', async (line, reason) => {
  const result = await backports.run(line.split(' '), { print: () => {} });

  expect(result).toEqual({ outcome: 'usage', reason });
});
