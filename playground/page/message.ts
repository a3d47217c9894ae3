import { createElement as h, type ReactNode } from 'react';
import { slackDate } from '../slack-date.ts';
import { isPinned } from '../slack/pins.ts';
import type { Message, SharedFile } from '../slack/workspace.ts';
import { drawBlocks, type Drawing } from './blocks.ts';
import { drawEmoji, drawIcon } from './icons.ts';
import { drawShortcutItems, type Shortcut } from './shortcuts.ts';

export interface MessageDrawing extends Drawing {
  readonly shortcuts: readonly Shortcut[];
  /** Whether the viewer may do something about messages here. */
  readonly member: boolean;
}

export function drawMessage(message: Message, drawing: MessageDrawing): ReactNode {
  const { workspace, viewer, now } = drawing;
  const author = workspace.people.find((person) => person.id === message.author);
  const bot = message.author === workspace.app.botUser;
  const name = author?.realName ?? (bot ? workspace.app.name : 'Slackbot');
  const time = slackDate(message.at.getTime() / 1000, '{time}', { timezone: viewer.timezone, now });
  const props = { 'data-message': message.ts, 'aria-label': `${name}, ${time}` };
  const news = message.notice !== null && message.files.length === 0;
  if (news) return h('article', { className: 'message news', ...props }, drawText(message.text, drawing));
  return h(
    'article',
    { className: message.onlyFor === null ? 'message' : 'message private', ...props },
    h('div', { className: bot ? 'picture bot' : 'picture', 'aria-hidden': true }, name.slice(0, 1)),
    h(
      'div',
      { className: 'body' },
      message.onlyFor === null ? null : h('p', { className: 'only-you' }, 'Only visible to you'),
      isPinned(workspace, message) ? h('p', { className: 'only-you' }, drawIcon('pushpin'), ' Pinned') : null,
      h(
        'p',
        { className: 'byline' },
        h('strong', null, name),
        bot ? h('span', { className: 'badge' }, 'APP') : null,
        author?.membership === 'external' ? h('span', { className: 'badge' }, 'EXTERNAL') : null,
        h('time', { dateTime: message.at.toISOString() }, time),
        message.edited === null ? null : h('span', { className: 'quiet' }, '(edited)'),
      ),
      message.threadTs === null
        ? null
        : h('p', { className: 'quiet' }, message.broadcast ? '↳ in a thread, and to the channel' : '↳ in a thread'),
      message.blocks.length > 0 ? drawBlocks(message.blocks, drawing) : drawText(message.text, drawing),
      message.files.map(drawFile),
      drawReactions(message, drawing),
    ),
    message.onlyFor === null && drawing.member ? drawTools(message, drawing) : null,
  );
}

function drawText(text: string, drawing: Drawing): ReactNode {
  return text === '' ? null : drawBlocks([{ type: 'section', text: { type: 'mrkdwn', text } }], drawing);
}

function drawFile({ id, title, text }: SharedFile): ReactNode {
  return h('details', { key: id, className: 'file' }, h('summary', null, title), h('pre', null, text));
}

function drawReactions({ reactions }: Message, { workspace, viewer, member }: MessageDrawing): ReactNode {
  if (reactions.length === 0) return null;
  const nameOf = (id: string) => workspace.people.find((each) => each.id === id)?.realName ?? workspace.app.name;
  return h(
    'div',
    { className: 'reactions' },
    reactions.map(({ name, users }) =>
      h(
        'button',
        {
          key: name,
          type: 'button',
          disabled: !member,
          'data-act': 'react',
          'data-name': name,
          'aria-pressed': users.includes(viewer.id),
          'aria-label': `${name}, ${users.length}`,
          title: users.map(nameOf).join(', '),
        },
        drawEmoji(name),
        ` ${users.length}`,
      ),
    ),
  );
}

function drawTools(message: Message, { workspace, viewer, shortcuts }: MessageDrawing): ReactNode {
  const act = (name: string, words: string) => h('button', { type: 'button', 'data-act': name }, words);
  return h(
    'div',
    { className: 'tools' },
    h(
      'button',
      {
        type: 'button',
        className: 'button',
        'data-act': 'react',
        'data-name': 'pushpin',
        'aria-label': 'React with pushpin',
      },
      drawIcon('pushpin'),
    ),
    h(
      'details',
      { className: 'overflow' },
      h('summary', { 'aria-label': 'More actions' }, '⋯'),
      h(
        'div',
        { className: 'menu' },
        drawShortcutItems(shortcuts, 'message'),
        act('pin', isPinned(workspace, message) ? 'Unpin from channel' : 'Pin to channel'),
        message.author === viewer.id ? act('delete', 'Delete message') : null,
      ),
    ),
  );
}
