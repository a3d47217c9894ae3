import { createElement as h, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { isObject, textOf } from '../json.ts';
import { slackDate } from '../slack-date.ts';
import {
  channelOf,
  messagesFor,
  personOf,
  type Channel,
  type Message,
  type Person,
  type Workspace,
} from '../slack/workspace.ts';
import { drawBlocks, type Drawing } from './blocks.ts';
import { withoutStandIns } from './escapes.ts';

/** What one person looks at. */
export interface Look {
  /** Handle. */
  readonly viewer: string;
  /** Channel name or id, `direct` for the messages with the bot, `home` for its Home tab. */
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
}

export function drawScreen(workspace: Workspace, look: Look, now: Date): Screen {
  const viewer = personOf(workspace, look.viewer);
  const drawing: Drawing = { workspace, viewer, now };
  const channel = channelFor(workspace, viewer, look.place);
  const modal = workspace.modals.get(viewer.id)?.at(-1);
  return {
    place: channel === null ? 'home' : channel.direct ? 'direct' : channel.name,
    title: channel === null ? 'Home' : titleOf(channel),
    people: workspace.people.map((person) => ({
      name: person.name,
      words: describe(person),
      viewer: person.id === viewer.id,
    })),
    sidebar: html(drawSidebar(workspace, viewer, channel)),
    header: html(drawHeader(workspace, channel)),
    messages: channel === null ? [drawHome(drawing)] : drawMessages(channel, drawing),
    status: channel === null ? '' : (workspace.statuses.get(channel.id) ?? ''),
    modal:
      modal === undefined
        ? { key: '', html: '' }
        : {
            key: `${modal.id} ${textOf(modal.raw['hash'])}`,
            html: drawModal(modal.id, modal.raw, drawBlocks(modal.blocks, { ...drawing, inModal: true })),
          },
    composer: channel === null ? null : { label: `Message ${titleOf(channel)}`, slash: true },
  };
}

/** Null for the Home tab; the first channel when they may not see the one asked for. */
export function channelFor(workspace: Workspace, viewer: Person, place: string): Channel | null {
  if (place === 'home') return null;
  const wanted = channelOf(workspace, place === 'direct' ? viewer.directChannel : place);
  if (wanted?.people.includes(viewer.id)) return wanted;
  return workspace.channels.find((channel) => channel.people.includes(viewer.id)) ?? null;
}

function html(node: ReactNode): string {
  return withoutStandIns(renderToStaticMarkup(node).replaceAll(/ id="slack_blocks_to_jsx"| data-theme="light"/g, ''));
}

function titleOf(channel: Channel): string {
  return channel.direct ? channel.name : `#${channel.name}`;
}

function describe(person: Person): string {
  const what = { member: '', guest: ', guest', external: ', other organisation' }[person.membership];
  return `${person.realName} (${person.timezone.split('/').at(-1)?.replace('_', ' ')}${what})`;
}

function drawSidebar(workspace: Workspace, viewer: Person, open: Channel | null): ReactNode {
  const link = (place: string, words: string, current: boolean) =>
    h(
      'li',
      { key: place },
      h(
        'button',
        { type: 'button', 'data-place': place, ...(current ? { 'aria-current': 'page' as const } : {}) },
        words,
      ),
    );
  const channels = workspace.channels.filter((channel) => !channel.direct && channel.people.includes(viewer.id));
  return [
    h('h2', { key: 'channels' }, 'Channels'),
    h(
      'ul',
      { key: 'channel-list' },
      channels.map((channel) => link(channel.name, `# ${channel.name}`, channel === open)),
    ),
    h('h2', { key: 'apps' }, 'Apps'),
    h(
      'ul',
      { key: 'app-list' },
      link('direct', workspace.app.name, open?.direct === true),
      link('home', `${workspace.app.name} · Home`, open === null),
    ),
  ];
}

function drawHeader(workspace: Workspace, channel: Channel | null): ReactNode {
  if (channel === null) return [h('h1', { key: 'title' }, `${workspace.app.name} · Home`)];
  const absent = channel.bot ? '' : ` · ${workspace.app.name} has not been invited here`;
  return [h('h1', { key: 'title' }, titleOf(channel)), h('p', { key: 'topic' }, `${channel.topic}${absent}`)];
}

function drawHome(drawing: Drawing): Screen['messages'][number] {
  const home = drawing.workspace.homes.get(drawing.viewer.id);
  const blocks =
    home === undefined
      ? h('p', { className: 'empty' }, 'The Home tab is empty so far.')
      : drawBlocks(home.blocks, drawing);
  return { key: 'home', html: html(h('article', { className: 'home', 'data-view': home?.id ?? '' }, blocks)) };
}

function drawMessages(channel: Channel, drawing: Drawing): Screen['messages'] {
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

function drawMessage(message: Message, drawing: Drawing): ReactNode {
  const { workspace, viewer, now } = drawing;
  const author = workspace.people.find((person) => person.id === message.author);
  const bot = message.author === workspace.app.botUser;
  const name = author?.realName ?? (bot ? workspace.app.name : 'Slackbot');
  const time = slackDate(message.at.getTime() / 1000, '{time}', { timezone: viewer.timezone, now });
  const blocks =
    message.blocks.length > 0 ? message.blocks : [{ type: 'section', text: { type: 'mrkdwn', text: message.text } }];
  return h(
    'article',
    {
      className: message.onlyFor === null ? 'message' : 'message private',
      'data-message': message.ts,
      'aria-label': `${name}, ${time}`,
    },
    h('div', { className: bot ? 'picture bot' : 'picture', 'aria-hidden': true }, name.slice(0, 1)),
    h(
      'div',
      { className: 'body' },
      message.onlyFor === null ? null : h('p', { className: 'only-you' }, 'Only visible to you'),
      h(
        'p',
        { className: 'byline' },
        h('strong', null, name),
        bot ? h('span', { className: 'badge' }, 'APP') : null,
        author?.membership === 'external' ? h('span', { className: 'badge' }, 'EXTERNAL') : null,
        h('time', { dateTime: message.at.toISOString() }, time),
        message.edited === null ? null : h('span', { className: 'quiet' }, '(edited)'),
      ),
      message.threadTs === null ? null : h('p', { className: 'quiet' }, '↳ in a thread'),
      drawBlocks(blocks, drawing),
    ),
  );
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
