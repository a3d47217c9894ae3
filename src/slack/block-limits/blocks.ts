import { blockId, imageBlock, imageElement, mrkdwn, plainText, textObject } from './composition.ts';
import { dataTable, dataVisualization, table } from './data-blocks.ts';
import { elements, inAccessory, inActions, inInput, modalInputs } from './elements.ts';
import { richText } from './rich-text.ts';
import { type Fields, type Rule, byType, choice, flag, list, number, object, optional, text, url } from './rule.ts';

export type Surface = 'message' | 'modal' | 'home';

type Shape = Readonly<Record<string, Rule | ReturnType<typeof optional>>>;

function block(type: string, fields: Shape, also?: Parameters<typeof object>[1]): Rule {
  return object({ type: choice(type), block_id: optional(blockId), ...fields }, also);
}

const contextElement = byType('element', { image: imageElement, plain_text: plainText(3000), mrkdwn: mrkdwn(3000) });
const accessory = byType('element', { ...elements, image: imageElement }, [...inAccessory, 'image']);

const section = block(
  'section',
  {
    text: optional(textObject(3000)),
    fields: optional(list(textObject(2000), 1, 10)),
    accessory: optional(accessory),
    expand: optional(flag),
  },
  (value, at, report) => {
    if (value['text'] === undefined && value['fields'] === undefined) report(at, 'needs text or fields');
  },
);

const card = block(
  'card',
  {
    hero_image: optional(imageElement),
    icon: optional(imageElement),
    title: optional(textObject(150)),
    subtitle: optional(textObject(150)),
    body: optional(textObject(200)),
    subtext: optional(textObject(200)),
    actions: optional(list(byType('element', elements, ['button']), 1, 3)),
  },
  (value, at, report) => {
    const shown = ['hero_image', 'title', 'body', 'actions'].some((name) => value[name] !== undefined);
    if (!shown) report(at, 'needs an image, a title, a body or actions');
  },
);

const taskFields = {
  task_id: text(255),
  title: text(3000),
  details: optional(richText),
  output: optional(richText),
  sources: optional(list(object({ type: choice('url'), url: url(3000), text: text(3000) }), 1, 100)),
};
const taskInPlan = block('task_card', { ...taskFields, status: choice('pending', 'in_progress', 'complete', 'error') });

const simple: Readonly<Record<string, Rule>> = {
  section,
  header: block('header', { text: plainText(150), level: optional(number(1, 4)) }),
  divider: block('divider', {}),
  context: block('context', { elements: list(contextElement, 1, 10) }),
  actions: block('actions', { elements: list(byType('element', elements, inActions), 1, 25) }),
  image: imageBlock,
  rich_text: richText,
  markdown: block('markdown', { text: text(12_000) }),
  table,
  data_table: dataTable,
  data_visualization: dataVisualization,
  card,
  carousel: block('carousel', { elements: list(byType('block', { card }), 1, 10) }),
  alert: block('alert', {
    text: textObject(200),
    level: optional(choice('default', 'info', 'warning', 'error', 'success')),
  }),
  context_actions: block('context_actions', {
    elements: list(byType('element', elements, ['feedback_buttons', 'icon_button']), 1, 5),
  }),
  plan: block('plan', { title: text(3000), tasks: optional(list(taskInPlan, 0, 50)) }),
  task_card: block('task_card', { ...taskFields, status: choice('in_progress', 'complete', 'error') }),
  file: block('file', { source: choice('remote'), external_id: text(255) }),
  video: block('video', {
    video_url: url(3000),
    thumbnail_url: url(3000),
    alt_text: text(2000),
    title: plainText(200),
    title_url: optional(url(2000)),
    author_name: optional(text(50)),
    provider_name: optional(text(50)),
    provider_icon_url: optional(url(2000)),
    description: optional(plainText(200)),
  }),
};

function input(surface: Surface): Rule {
  const allowed = surface === 'modal' ? [...inInput, ...modalInputs] : inInput;
  return block('input', {
    label: plainText(2000),
    hint: optional(plainText(2000)),
    optional: optional(flag),
    dispatch_action: optional(flag),
    element: byType('element', elements, allowed),
  });
}

const inContainer = [
  'actions',
  'context',
  'divider',
  'file',
  'header',
  'image',
  'input',
  'rich_text',
  'section',
  'table',
  'video',
];

/** Blocks that not every surface takes. */
const onlyOn: Readonly<Record<string, readonly Surface[]>> = {
  markdown: ['message'],
  table: ['message', 'home'],
  data_table: ['message', 'home'],
  data_visualization: ['message'],
  carousel: ['message', 'home'],
  container: ['message'],
  alert: ['modal'],
  context_actions: ['message'],
  plan: ['message'],
  task_card: ['message'],
  file: ['message'],
};

/** The rule for one block of this surface, whatever its type. */
export function blockOn(surface: Surface): Rule {
  const plain = { ...simple, input: input(surface) };
  const container = block(
    'container',
    {
      title: optional(plainText(150)),
      rich_text_title: optional(richText),
      subtitle: optional(textObject(150)),
      child_blocks: list(byType('block', plain, inContainer), 1, 10),
      width: optional(choice('narrow', 'standard', 'wide', 'full')),
      icon: optional(imageElement),
      is_collapsible: optional(flag),
      default_collapsed: optional(flag),
      has_header_divider: optional(flag),
    },
    needsTitle,
  );
  const anyBlock = byType('block', { ...plain, container });
  return (value, at, report) => {
    anyBlock(value, at, report);
    const type = typeof value === 'object' && value !== null && 'type' in value ? String(value.type) : '';
    const surfaces = Object.hasOwn(onlyOn, type) ? onlyOn[type] : undefined;
    if (surfaces?.includes(surface) === false) report(`${at}/type`, `${type} is not allowed in a ${surface}`);
  };
}

function needsTitle(value: Fields, at: string, report: Parameters<Rule>[2]): void {
  if (value['title'] === undefined && value['rich_text_title'] === undefined) report(at, 'needs a title');
}
