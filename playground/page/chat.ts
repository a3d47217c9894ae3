import { createElement as h, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { isObject, textOf } from '../json.ts';
import { messagesFor, personOf, type Channel, type Person, type Workspace } from '../slack/workspace.ts';
import { drawBlocks, type Drawing } from './blocks.ts';
import { withoutStandIns } from './escapes.ts';
import { drawHeader } from './header.ts';
import { drawMessage, type MessageDrawing } from './message.ts';
import { channelFor, titleOf } from './place.ts';
import { drawShortcuts, type Shortcut } from './shortcuts.ts';
import { drawSidebar } from './sidebar.ts';

/** What one person looks at. */
export interface Look {
  /** Handle. */
  readonly viewer: string;
  /** Channel id or name, `direct` for the messages with the bot, `home` for its Home tab. */
  readonly place: string;
}

/** Pieces of HTML that the page's script puts in place; the messages each under a key that outlives an edit. */
export interface Screen {
  readonly place: string;
  readonly title: string;
  readonly people: readonly { readonly name: string; readonly words: string; readonly viewer: boolean }[];
  readonly sidebar: string;
  readonly header: string;
  readonly messages: readonly { readonly key: string; readonly html: string }[];
  /** What the bot is doing; empty when nothing is known. */
  readonly status: string;
  /** Empty when no modal is open. */
  readonly modal: { readonly key: string; readonly html: string };
  /** Null where nobody can write. */
  readonly composer: { readonly label: string; readonly slash: boolean } | null;
  /** The global ones. */
  readonly shortcuts: string;
}

interface Drawn {
  readonly now: Date;
  readonly shortcuts: readonly Shortcut[];
}

export function drawScreen(workspace: Workspace, look: Look, { now, shortcuts }: Drawn): Screen {
  const viewer = personOf(workspace, look.viewer);
  const drawing: Drawing = { workspace, viewer, now };
  const channel = channelFor(workspace, viewer, look.place);
  const modal = workspace.modals.get(viewer.id)?.at(-1);
  const member = channel?.people.includes(viewer.id) === true && !channel.archived;
  return {
    place: channel === null ? 'home' : channel.direct ? 'direct' : channel.id,
    title: channel === null ? 'Home' : titleOf(channel),
    people: workspace.people.map((person) => ({
      name: person.name,
      words: describe(person),
      viewer: person.id === viewer.id,
    })),
    sidebar: html(drawSidebar(workspace, viewer, channel)),
    header: html(drawHeader(workspace, viewer, channel)),
    messages: channel === null ? [drawHome(drawing)] : drawMessages(channel, { ...drawing, shortcuts, member }),
    status: channel === null ? '' : (workspace.statuses.get(channel.id) ?? ''),
    modal:
      modal === undefined
        ? { key: '', html: '' }
        : {
            key: `${modal.id} ${textOf(modal.raw['hash'])}`,
            html: drawModal(modal.id, modal.raw, drawBlocks(modal.blocks, { ...drawing, inModal: true })),
          },
    composer: channel === null || !member ? null : { label: `Message ${titleOf(channel)}`, slash: true },
    shortcuts: html(drawShortcuts(shortcuts)),
  };
}

function html(node: ReactNode): string {
  return withoutStandIns(renderToStaticMarkup(node).replaceAll(/ id="slack_blocks_to_jsx"| data-theme="light"/g, ''));
}

function describe(person: Person): string {
  const what = { member: '', guest: ', guest', external: ', other organisation' }[person.membership];
  return `${person.realName} (${person.timezone.split('/').at(-1)?.replace('_', ' ')}${what})`;
}

function drawHome(drawing: Drawing): Screen['messages'][number] {
  const home = drawing.workspace.homes.get(drawing.viewer.id);
  const blocks =
    home === undefined
      ? h('p', { className: 'empty' }, 'The Home tab is empty so far.')
      : drawBlocks(home.blocks, drawing);
  return { key: 'home', html: html(h('article', { className: 'home', 'data-view': home?.id ?? '' }, blocks)) };
}

function drawMessages(channel: Channel, drawing: MessageDrawing): Screen['messages'] {
  const messages = messagesFor(drawing.workspace, channel.id, drawing.viewer.id);
  if (messages.length > 0)
    return messages.map((message) => ({
      key: `${message.channel}-${message.ts}`,
      html: html(drawMessage(message, drawing)),
    }));
  const words = channel.direct
    ? 'Ask in plain words: what changed in prod since yesterday 3pm?'
    : 'Nothing here yet. Try /since 2h';
  return [{ key: 'empty', html: html(h('p', { className: 'empty' }, words)) }];
}

function drawModal(id: string, raw: Readonly<Record<string, unknown>>, blocks: ReactNode): string {
  const words = (key: string, otherwise: string) => (isObject(raw[key]) ? textOf(raw[key]['text']) : otherwise);
  const submit = words('submit', '');
  return html(
    h(
      'form',
      { 'data-view': id, noValidate: true },
      h('h2', null, words('title', '')),
      h('div', { className: 'modal-body' }, blocks, h('p', { className: 'error', role: 'alert', 'data-problem': '' })),
      h(
        'footer',
        null,
        h('button', { type: 'button', className: 'button', 'data-deed': 'dismiss' }, words('close', 'Close')),
        submit === '' ? null : h('button', { type: 'submit', className: 'button primary' }, submit),
      ),
    ),
  );
}
