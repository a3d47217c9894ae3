import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { addMessage, type Workspace } from '../slack/workspace.ts';
import { drawScreen } from './chat.ts';

function drawn(text: string): string {
  const ada = {
    name: 'ada',
    realName: 'Ada',
    timezone: 'America/New_York',
    membership: 'member',
    id: 'U1',
    teamId: 'T1',
    directChannel: 'D1',
  } as const;
  const workspace: Workspace = {
    team: { id: 'T1', name: 'Acme', domain: 'acme' },
    app: { id: 'A1', name: 'Sincewhen', botId: 'B1', botUser: 'UBOT' },
    people: [ada],
    channels: [
      {
        id: 'C1',
        name: 'incidents',
        topic: '',
        people: ['U1'],
        bot: true,
        direct: false,
        private: false,
        archived: false,
        creator: 'U1',
        created: new Date(0),
      },
    ],
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
  addMessage(workspace, { channel: 'C1', author: 'UBOT', text });
  return drawScreen(workspace, { viewer: 'ada', place: 'incidents' }, { now: new Date(0), shortcuts: [] })
    .messages.map((message) => message.html)
    .join('');
}

it('draws an escaped mention as the letters that Slack would show', () => {
  const html = drawn('merged &lt;!channel&gt; &amp; done');

  expect(html).toContain('&lt;!channel&gt; &amp; done');
  expect(html).not.toContain('broadcast');
});

it('draws a mention that pings as one', () => {
  expect(drawn('hey <!channel>')).toContain('broadcast');
});

it('follows links only to the web and to mail', () => {
  expect(drawn('<https://example.com/?a=1&amp;b=2|diff>')).toContain('href="https://example.com/?a=1&amp;b=2"');
  expect(drawn('<javascript:alert(1)|diff>')).not.toContain('href=');
});

it('writes dates in the time zone of the reader', () => {
  expect(drawn('<!date^1782900000^{time}|10:00 UTC>')).toContain('06:00');
});

it('keeps markup in a message from becoming markup of the page', () => {
  expect(drawn('&lt;img src=x onerror=alert(1)&gt;')).not.toContain('<img');
  expect(drawn('<img src=x onerror=alert(1)>')).not.toContain('<img');
});

it('keeps the spaces that a line begins with', () => {
  expect(drawn('one\n   two')).toContain('&nbsp;&nbsp;&nbsp;two');
});
