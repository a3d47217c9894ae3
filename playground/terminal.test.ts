import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import type { Workspace } from './slack/workspace.ts';
import { renderInTerminal } from './terminal.ts';

const viewer = {
  name: 'ada',
  realName: 'Ada Lind',
  timezone: 'Europe/London',
  membership: 'member',
  id: 'U1',
  teamId: 'T1',
  directChannel: 'D1',
} as const;
const workspace: Workspace = {
  team: { id: 'T1', name: 'Acme', domain: 'acme' },
  app: { id: 'A1', name: 'Sincewhen', botId: 'B1', botUser: 'UBOT' },
  people: [viewer],
  channels: [],
  groups: [],
  messages: [],
  pins: [],
  homes: new Map(),
  modals: new Map(),
  dnd: new Map(),
  deactivated: new Set(),
  statuses: new Map(),
  changes: new EventEmitter(),
};
const options = { workspace, viewer, now: new Date('2026-07-01T12:00:00Z'), columns: 100, colour: false };

function mrkdwn(text: string) {
  return { text: '', blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] };
}

it.each([
  ['*bold* and _slanted_ words', 'bold and slanted words'],
  ['snake_case_name and 2*3*4', 'snake_case_name and 2*3*4'],
  ['<https://example.com/a|the diff> of <https://example.com>', 'the diff of https://example.com'],
  ['&lt;!channel&gt; &amp;lt;', '<!channel> &lt;'],
  ['since <!date^1782900000^{time}|10:00 UTC>, <@U1>', 'since 11:00, @ada'],
])('reads %s', (written, read) => {
  expect(renderInTerminal(mrkdwn(written), options)).toBe(read);
});

it('writes bold for a terminal that can show it', () => {
  expect(renderInTerminal(mrkdwn('*9 changes* since'), { ...options, colour: true })).toBe(
    '\u001B[1m9 changes\u001B[22m since',
  );
});

it('continues what is indented below its own words', () => {
  expect(renderInTerminal(mrkdwn('•  one two\n      three four'), { ...options, columns: 10 }).split('\n')).toEqual([
    '•  one two',
    '      three',
    '      four',
  ]);
});

it('draws a chart as letters can, with its first and its last value', () => {
  const data = [
    ['Nov 13', 94.5],
    ['Nov 20', 87],
    ['Nov 27', 84],
  ].map(([label, value]) => ({ label, value }));
  const chart = { type: 'line', series: [{ name: 'Parity, %', data }] };
  const message = { text: '', blocks: [{ type: 'data_visualization', title: 'Parity, %', chart }] };

  expect(renderInTerminal(message, options)).toBe('[chart: Parity, %: Nov 13 to Nov 27 █▃▁ 94.5 → 84]');
});

it('wraps at the width, continues a list item under its words and keeps a button whole', () => {
  const message = {
    text: '',
    blocks: [
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_list',
            style: 'ordered',
            elements: [
              {
                type: 'rich_text_section',
                elements: [{ type: 'text', text: 'one two three four', style: { bold: true } }],
              },
            ],
          },
        ],
      },
      {
        type: 'actions',
        elements: [
          { type: 'button', text: { type: 'plain_text', text: 'Show all' } },
          { type: 'button', text: { type: 'plain_text', text: 'Widen' } },
        ],
      },
    ],
  };

  expect(renderInTerminal(message, { ...options, columns: 14 }).split('\n')).toEqual([
    '1. one two',
    '   three four',
    '',
    '[Show all]',
    '[Widen]',
  ]);
});
