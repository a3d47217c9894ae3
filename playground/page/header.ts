import { createElement as h, type ReactNode } from 'react';
import { pinned, type Channel, type Person, type Workspace } from '../slack/workspace.ts';
import { drawIcon } from './icons.ts';
import { drawName } from './sidebar.ts';

export function drawHeader(workspace: Workspace, viewer: Person, channel: Channel | null): ReactNode {
  if (channel === null) return [h('h1', { key: 'title' }, `${workspace.app.name} · Home`)];
  if (channel.direct) return [h('h1', { key: 'title' }, channel.name)];
  const member = channel.people.includes(viewer.id);
  const absent = channel.bot || channel.archived ? '' : ` · ${workspace.app.name} has not been invited here`;
  return [
    h('h1', { key: 'title' }, drawName(channel)),
    h('p', { key: 'topic' }, `${channel.topic}${absent}`),
    drawPins(workspace, channel),
    h('span', { key: 'space', className: 'space' }),
    member || channel.archived ? null : act('join', 'Join', 'button'),
    member && absent !== '' ? act('invite-bot', `Invite ${workspace.app.name}`, 'button') : null,
    member ? drawMenu(workspace, channel) : null,
  ];
}

function drawMenu(workspace: Workspace, { archived, bot }: Channel): ReactNode {
  return h(
    'details',
    { key: 'menu', className: 'overflow' },
    h('summary', { 'aria-label': 'Channel actions' }, '⋯'),
    h(
      'div',
      { className: 'menu' },
      bot ? act('remove-bot', `Remove ${workspace.app.name}`) : null,
      archived ? act('unarchive', 'Unarchive') : act('archive', 'Archive'),
    ),
  );
}

function drawPins(workspace: Workspace, { id }: Channel): ReactNode {
  const messages = pinned(workspace, id);
  if (messages.length === 0) return null;
  return h(
    'details',
    { key: 'pins', className: 'overflow pins' },
    h('summary', null, drawIcon('pushpin'), ` ${messages.length} pinned`),
    h(
      'ul',
      { className: 'menu' },
      messages.map(({ ts, text }) => h('li', { key: ts }, text.split('\n')[0])),
    ),
  );
}

function act(name: string, words: string, className?: string): ReactNode {
  return h('button', { key: name, type: 'button', className, 'data-act': name }, words);
}
