import { createElement as h, type ReactNode } from 'react';
import type { Channel, Person, Workspace } from '../slack/workspace.ts';
import { drawIcon } from './icons.ts';
import { maySee } from './place.ts';

export function drawSidebar(workspace: Workspace, viewer: Person, open: Channel | null): ReactNode {
  const channels = workspace.channels.filter((channel) => !channel.direct && maySee(channel, viewer));
  // Where the viewer is first, what is over last.
  const inOrder = channels.toSorted((one, other) => rank(one, viewer) - rank(other, viewer));
  return [
    h('h2', { key: 'channels' }, 'Channels'),
    h(
      'ul',
      { key: 'channel-list' },
      inOrder.map((channel) =>
        link({
          place: channel.id,
          words: drawName(channel),
          current: channel.id === open?.id,
          dim: rank(channel, viewer) > 0,
        }),
      ),
    ),
    drawCreation(),
    h('h2', { key: 'apps' }, 'Apps'),
    h(
      'ul',
      { key: 'app-list' },
      link({ place: 'direct', words: workspace.app.name, current: open?.direct === true }),
      link({ place: 'home', words: `${workspace.app.name} · Home`, current: open === null }),
    ),
  ];
}

export function drawName({ name, private: hidden, archived }: Channel): ReactNode {
  return [
    hidden ? drawIcon('lock') : '#',
    ` ${name}`,
    hidden ? h('span', { className: 'hidden' }, ' (private)') : null,
    archived ? ' (archived)' : null,
  ].map((part, index) => h('span', { key: index }, part));
}

function rank(channel: Channel, viewer: Person): number {
  if (channel.archived) return 2;
  return channel.people.includes(viewer.id) ? 0 : 1;
}

interface Link {
  readonly place: string;
  readonly words: ReactNode;
  readonly current: boolean;
  readonly dim?: boolean;
}

function link({ place, words, current, dim = false }: Link): ReactNode {
  const props = { ...(dim ? { className: 'dim' } : {}), ...(current ? { 'aria-current': 'page' as const } : {}) };
  return h('li', { key: place }, h('button', { type: 'button', 'data-place': place, ...props }, words));
}

function drawCreation(): ReactNode {
  return h(
    'details',
    { key: 'creation', className: 'creation' },
    h('summary', null, '+ Add a channel'),
    h(
      'form',
      { 'data-act': 'create-channel', autoComplete: 'off' },
      h('input', { name: 'name', 'aria-label': 'Name', placeholder: 'inc-7-payments', maxLength: 80, required: true }),
      h('label', null, h('input', { type: 'checkbox', name: 'private', value: 'true' }), ' Private'),
      h('button', { type: 'submit', className: 'button' }, 'Create'),
    ),
  );
}
