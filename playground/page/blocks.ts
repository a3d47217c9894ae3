import { createElement as h, Fragment, type ReactNode } from 'react';
import { Message, type MessageProps } from 'slack-blocks-to-jsx';
import { isObject, objectsOf, textOf, type JsonObject } from '../json.ts';
import { slackDate } from '../slack-date.ts';
import type { Person, Workspace } from '../slack/workspace.ts';
import { drawControl } from './controls.ts';
import { safeHref, withStandIns } from './escapes.ts';

export interface Drawing {
  readonly workspace: Workspace;
  readonly viewer: Person;
  readonly now: Date;
  /** Inside a modal a choice waits for the submission. */
  readonly inModal?: boolean;
}

/** What slack-blocks-to-jsx draws. It drops other types without a word. */
const drawnByLibrary = new Set([
  'section',
  'header',
  'divider',
  'context',
  'image',
  'rich_text',
  'markdown',
  'table',
  'data_visualization',
  'card',
  'carousel',
  'plan',
  'task_card',
  'alert',
  'video',
  'file',
]);

/** Machines without an emoji font would show boxes for the few that the bot uses. */
const signs: Readonly<Record<string, string>> = {
  warning: '⚠',
  x: '✗',
  white_check_mark: '✓',
  rewind: '«',
  hourglass_flowing_sand: '◔',
  leftwards_arrow_with_hook: '↩',
  rotating_light: '‼',
  grey_question: '?',
  no_bell: '∅',
  zzz: 'zᶻ',
  two: '②',
};

export function drawBlocks(blocks: readonly JsonObject[], drawing: Drawing): ReactNode {
  return blocks.map((block, index) => h(Fragment, { key: index }, drawBlock(block, drawing)));
}

function drawBlock(block: JsonObject, drawing: Drawing): ReactNode {
  const type = textOf(block['type']);
  if (type === 'section' && isObject(block['accessory']) && block['accessory']['type'] !== 'image') {
    const { accessory, ...section } = block;
    return h(
      'div',
      { className: 'with-accessory' },
      drawDisplay(section, drawing),
      h('div', { className: 'accessory' }, drawControlOf(block, accessory, drawing)),
    );
  }
  if (type === 'actions' || type === 'context_actions') {
    const elements = objectsOf(block['elements']).map((element, index) =>
      h(Fragment, { key: index }, drawControlOf(block, element, drawing)),
    );
    return h('div', { className: 'actions' }, elements);
  }
  if (type === 'input') return drawInput(block, drawing);
  if (type === 'container') return drawContainer(block, drawing);
  if (type === 'data_table') return drawTable(block);
  if (isDrawable(block)) return drawDisplay(block, drawing);
  return h('p', { className: 'undrawn' }, `A block of type ${type} stands here; the playground cannot draw it.`);
}

function drawControlOf(block: JsonObject, element: unknown, drawing: Drawing): ReactNode {
  if (!isObject(element)) return null;
  return drawControl(element, { ...drawing, blockId: textOf(block['block_id']), label: labelOf(block) });
}

function labelOf(block: JsonObject): string {
  for (const key of ['label', 'text']) {
    const value = block[key];
    if (isObject(value)) return textOf(value['text']);
  }
  return '';
}

function drawInput(block: JsonObject, drawing: Drawing): ReactNode {
  const blockId = textOf(block['block_id']);
  const hint = isObject(block['hint']) ? textOf(block['hint']['text']) : '';
  return h(
    'div',
    { className: 'field', 'data-block': blockId },
    h(
      'label',
      { htmlFor: `field-${blockId}` },
      labelOf(block),
      block['optional'] === true ? h('span', { className: 'quiet' }, ' (optional)') : null,
    ),
    drawControlOf(block, block['element'], drawing),
    hint === '' ? null : h('p', { className: 'quiet' }, hint),
    h('p', { className: 'error', role: 'alert' }),
  );
}

function drawContainer(block: JsonObject, drawing: Drawing): ReactNode {
  const children = drawBlocks(objectsOf(block['child_blocks']), drawing);
  const title = isObject(block['title']) ? textOf(block['title']['text']) : textOf(block['title']);
  if (block['is_collapsible'] !== true)
    return h('section', { className: 'container' }, title === '' ? null : h('h4', null, title), children);
  return h(
    'details',
    { className: 'container', open: block['default_collapsed'] !== true },
    h('summary', null, title),
    children,
  );
}

function drawTable(block: JsonObject): ReactNode {
  const rows = Array.isArray(block['rows']) ? block['rows'] : [];
  const cells = (row: unknown) =>
    objectsOf(row).map(
      (cell) => textOf(cell['text']) || (typeof cell['value'] === 'number' ? String(cell['value']) : ''),
    );
  const [head, ...body] = rows.map(cells);
  return h(
    'table',
    { className: 'data-table' },
    h('caption', null, textOf(block['caption'])),
    h(
      'thead',
      null,
      h(
        'tr',
        null,
        head?.map((cell, index) => h('th', { key: index, scope: 'col' }, cell)),
      ),
    ),
    h(
      'tbody',
      null,
      body.map((row, index) =>
        h(
          'tr',
          { key: index },
          row.map((cell, column) => h('td', { key: column }, cell)),
        ),
      ),
    ),
  );
}

function drawDisplay(block: JsonObject, drawing: Drawing): ReactNode {
  // Its ids become ids of the page, where they would be there twice.
  const { block_id: _, ...rest } = withStandIns(block);
  return isDrawable(rest) ? h(Message, { ...libraryProps(drawing), blocks: [rest] }) : null;
}

function isDrawable(block: unknown): block is MessageProps['blocks'][number] {
  return isObject(block) && drawnByLibrary.has(textOf(block['type']));
}

function libraryProps({ workspace, viewer, now }: Drawing): Omit<MessageProps, 'blocks'> {
  const { app, people, channels } = workspace;
  return {
    logo: '',
    name: app.name,
    withoutWrapper: true,
    data: {
      users: [{ id: app.botUser, name: app.name }, ...people.map(({ id, realName }) => ({ id, name: realName }))],
      channels: channels.map(({ id, name }) => ({ id, name })),
    },
    hooks: {
      emoji: (emoji, parse) => {
        const sign = signs[emoji.name];
        if (sign === undefined) return parse(emoji);
        return h(
          'span',
          { className: `emoji ${emoji.name}`, role: 'img', 'aria-label': emoji.name.replaceAll('_', ' ') },
          sign,
        );
      },
      date: ({ timestamp, format, link }) => {
        const seconds = Number(timestamp);
        const href = link === null ? null : safeHref(link);
        const time = h(
          'time',
          { dateTime: new Date(seconds * 1000).toISOString() },
          slackDate(seconds, format, { timezone: viewer.timezone, now }),
        );
        return href === null ? time : h('a', { href, target: '_blank', rel: 'noreferrer' }, time);
      },
      link: ({ href, children, className }) => {
        const safe = safeHref(href);
        return safe === null
          ? h('span', null, children)
          : h('a', { href: safe, className, target: '_blank', rel: 'noreferrer' }, children);
      },
    },
  };
}
