import { expect, it } from 'vitest';
import { blockKitProblems } from './block-limits.ts';

const a = (length: number) => 'a'.repeat(length);
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));
const plain = (length: number) => ({ type: 'plain_text', text: a(length) });
const mrkdwn = (length: number) => ({ type: 'mrkdwn', text: a(length) });
const message = (...blocks: object[]) => ({ text: 'what happened', blocks });
const section = (length: number) => ({ type: 'section', text: mrkdwn(length) });
const actions = (...elements: object[]) => message({ type: 'actions', elements });
const button = (fields: object = {}) => ({ type: 'button', text: plain(5), ...fields });
const option = (fields: object = {}) => ({ text: plain(5), value: 'v', ...fields });
const select = (fields: object) => actions({ type: 'static_select', ...fields });
const input = (element: object, type = 'modal') => ({
  type,
  ...(type === 'modal' ? { title: plain(5), submit: plain(5) } : {}),
  blocks: [{ type: 'input', label: plain(5), element }],
});
const modal = (fields: object) => ({ type: 'modal', title: plain(5), blocks: [section(5)], ...fields });
const richText = (...elements: object[]) => message({ type: 'rich_text', elements });
const textPart = (length: number) => ({ type: 'text', text: a(length) });
const cell = (length: number) => ({ type: 'raw_text', text: a(length) });
const table = (rows: number, columns: number, length = 1) => ({
  type: 'table',
  rows: times(rows, () => times(columns, () => cell(length))),
});
const dataTable = (rows: number, columns: number, fields: object = {}) => ({
  ...table(rows, columns),
  type: 'data_table',
  caption: 'c',
  ...fields,
});
const labels = (count: number) => times(count, (index) => `l${index}`);
const series = (index: number, points = 2) => ({
  name: `s${index}`,
  data: labels(points).map((label) => ({ label, value: 1 })),
});
const chart = (count: number, points = 2, fields: object = {}) => ({
  type: 'data_visualization',
  title: 'Parity',
  chart: {
    type: 'line',
    series: times(count, (index) => series(index, points)),
    axis_config: { categories: labels(points) },
  },
  ...fields,
});
const pie = (value: number) => ({
  type: 'data_visualization',
  title: 'Parity',
  chart: { type: 'pie', segments: [{ label: 'a', value }] },
});
const image = (fields: object) => message({ type: 'image', image_url: 'https://example.com/a.png', ...fields });

it.each<[what: string, pointer: string, legal: object, illegal: object]>([
  [
    '50 blocks in a message',
    '/blocks',
    message(...times(50, () => section(1))),
    message(...times(51, () => section(1))),
  ],
  [
    '100 blocks in a view',
    '/blocks',
    modal({ blocks: times(100, () => section(9)) }),
    modal({ blocks: times(101, () => section(9)) }),
  ],
  [
    '12,000 characters in all',
    '/blocks',
    message(...times(4, () => section(3000))),
    message(...times(4, () => section(3000)), section(1)),
  ],
  ['top-level text', '/text', { text: 'x' }, { text: ' ' }],
  ['4,000 characters of top-level text', '/text', { text: a(4000) }, { text: a(4001) }],
  ['3,000 characters in a section', '/blocks/0/text/text', message(section(3000)), message(section(3001))],
  ['text that is not empty', '/blocks/0/text/text', message(section(1)), message(section(0))],
  ['text or fields in a section', '/blocks/0', message(section(1)), message({ type: 'section' })],
  [
    '10 fields',
    '/blocks/0/fields',
    message({ type: 'section', fields: times(10, () => mrkdwn(5)) }),
    message({ type: 'section', fields: times(11, () => mrkdwn(5)) }),
  ],
  [
    '2,000 characters a field',
    '/blocks/0/fields/0/text',
    message({ type: 'section', fields: [mrkdwn(2000)] }),
    message({ type: 'section', fields: [mrkdwn(2001)] }),
  ],
  [
    'a header of 150',
    '/blocks/0/text/text',
    message({ type: 'header', text: plain(150) }),
    message({ type: 'header', text: plain(151) }),
  ],
  [
    'a header in plain text',
    '/blocks/0/text/type',
    message({ type: 'header', text: plain(5) }),
    message({ type: 'header', text: mrkdwn(5) }),
  ],
  [
    '10 context elements',
    '/blocks/0/elements',
    message({ type: 'context', elements: times(10, () => mrkdwn(5)) }),
    message({ type: 'context', elements: times(11, () => mrkdwn(5)) }),
  ],
  ['25 actions', '/blocks/0/elements', actions(...times(25, () => button())), actions(...times(26, () => button()))],
  [
    'button text of 75',
    '/blocks/0/elements/0/text/text',
    actions(button({ text: plain(75) })),
    actions(button({ text: plain(76) })),
  ],
  [
    'button value of 2,000',
    '/blocks/0/elements/0/value',
    actions(button({ value: a(2000) })),
    actions(button({ value: a(2001) })),
  ],
  [
    'button url of 3,000',
    '/blocks/0/elements/0/url',
    actions(button({ url: `https://a.example/${a(2982)}` })),
    actions(button({ url: `https://a.example/${a(2983)}` })),
  ],
  [
    'accessibility label of 75',
    '/blocks/0/elements/0/accessibility_label',
    actions(button({ accessibility_label: a(75) })),
    actions(button({ accessibility_label: a(76) })),
  ],
  [
    'action_id of 255',
    '/blocks/0/elements/0/action_id',
    actions(button({ action_id: a(255) })),
    actions(button({ action_id: a(256) })),
  ],
  [
    'block_id of 255',
    '/blocks/0/block_id',
    message({ ...section(1), block_id: a(255) }),
    message({ ...section(1), block_id: a(256) }),
  ],
  [
    'block_ids used once',
    '/blocks/1/block_id',
    message({ ...section(1), block_id: 'a' }, { ...section(1), block_id: 'b' }),
    message({ ...section(1), block_id: 'a' }, { ...section(1), block_id: 'a' }),
  ],
  [
    'action_ids used once in a block',
    '/blocks/0/elements/1/action_id',
    actions(button({ action_id: 'a' }), button({ action_id: 'b' })),
    actions(button({ action_id: 'a' }), button({ action_id: 'a' })),
  ],
  [
    'confirm title of 100',
    '/blocks/0/elements/0/confirm/title/text',
    actions(button({ confirm: { title: plain(100), text: plain(300) } })),
    actions(button({ confirm: { title: plain(101), text: plain(300) } })),
  ],
  [
    'confirm text of 300',
    '/blocks/0/elements/0/confirm/text/text',
    actions(button({ confirm: { text: plain(300) } })),
    actions(button({ confirm: { text: plain(301) } })),
  ],
  [
    '100 options',
    '/blocks/0/elements/0/options',
    select({ options: times(100, () => option()) }),
    select({ options: times(101, () => option()) }),
  ],
  [
    '100 option groups',
    '/blocks/0/elements/0/option_groups',
    select({ option_groups: times(100, () => ({ label: plain(3), options: [option()] })) }),
    select({ option_groups: times(101, () => ({ label: plain(3), options: [option()] })) }),
  ],
  [
    'options or groups, not both',
    '/blocks/0/elements/0',
    select({ options: [option()] }),
    select({ options: [option()], option_groups: [{ label: plain(3), options: [option()] }] }),
  ],
  [
    'an initial option that is offered',
    '/blocks/0/elements/0',
    select({ options: [option()], initial_option: option() }),
    select({ options: [option()], initial_option: option({ value: 'w' }) }),
  ],
  [
    'option text of 75',
    '/blocks/0/elements/0/options/0/text/text',
    select({ options: [option({ text: plain(75) })] }),
    select({ options: [option({ text: plain(76) })] }),
  ],
  [
    'option value of 150',
    '/blocks/0/elements/0/options/0/value',
    select({ options: [option({ value: a(150) })] }),
    select({ options: [option({ value: a(151) })] }),
  ],
  [
    'placeholder of 150',
    '/blocks/0/elements/0/placeholder/text',
    select({ options: [option()], placeholder: plain(150) }),
    select({ options: [option()], placeholder: plain(151) }),
  ],
  [
    '5 overflow options',
    '/blocks/0/elements/0/options',
    actions({ type: 'overflow', options: times(5, () => option()) }),
    actions({ type: 'overflow', options: times(6, () => option()) }),
  ],
  [
    '1 overflow option',
    '/blocks/0/elements/0/options',
    actions({ type: 'overflow', options: [option()] }),
    actions({ type: 'overflow', options: [] }),
  ],
  [
    '10 check boxes',
    '/blocks/0/elements/0/options',
    actions({ type: 'checkboxes', options: times(10, () => option()) }),
    actions({ type: 'checkboxes', options: times(11, () => option()) }),
  ],
  ['fields that Slack knows', '/blocks/0/elements/0/disabled', actions(button()), actions(button({ disabled: true }))],
  ['block types that Slack knows', '/blocks/0/type', message(section(1)), message({ type: 'nonsense' })],
  ['element types that fit', '/blocks/0/elements/0/type', actions(button()), actions({ type: 'plain_text_input' })],
  ['alt text', '/blocks/0/alt_text', image({ alt_text: 'a chart' }), image({})],
  ['alt text of 2,000', '/blocks/0/alt_text', image({ alt_text: a(2000) }), image({ alt_text: a(2001) })],
  ['one picture', '/blocks/0', image({ alt_text: 'a' }), image({ alt_text: 'a', slack_file: { id: 'F1' } })],
  [
    'whole characters',
    '/blocks/0/text/text',
    message({ type: 'section', text: { type: 'mrkdwn', text: '😀' } }),
    message({ type: 'section', text: { type: 'mrkdwn', text: '\uD83D' } }),
  ],
  [
    'rich text parts',
    '/blocks/0/elements/0/type',
    richText({ type: 'rich_text_section', elements: [textPart(1)] }),
    richText(textPart(1)),
  ],
  [
    'rich text that is not empty',
    '/blocks/0/elements/0/elements/0/text',
    richText({ type: 'rich_text_section', elements: [textPart(1)] }),
    richText({ type: 'rich_text_section', elements: [textPart(0)] }),
  ],
  [
    'list indent of 8',
    '/blocks/0/elements/0/indent',
    richText({
      type: 'rich_text_list',
      style: 'bullet',
      indent: 8,
      elements: [{ type: 'rich_text_section', elements: [textPart(1)] }],
    }),
    richText({
      type: 'rich_text_list',
      style: 'bullet',
      indent: 9,
      elements: [{ type: 'rich_text_section', elements: [textPart(1)] }],
    }),
  ],
  [
    '12,000 characters of markdown',
    '/blocks',
    message({ type: 'markdown', text: a(6000) }, { type: 'markdown', text: a(6000) }),
    message({ type: 'markdown', text: a(6000) }, { type: 'markdown', text: a(6001) }),
  ],
  [
    'markdown in messages only',
    '/blocks/0/type',
    message({ type: 'markdown', text: 'a' }),
    modal({ blocks: [{ type: 'markdown', text: 'a' }] }),
  ],
  [
    'alerts in modals only',
    '/blocks/0/type',
    modal({ blocks: [{ type: 'alert', text: plain(200) }] }),
    message({ type: 'alert', text: plain(200) }),
  ],
  ['100 table rows', '/blocks/0/rows', message(table(100, 1)), message(table(101, 1))],
  ['20 table columns', '/blocks/0/rows/0', message(table(1, 20)), message(table(1, 21))],
  ['10,000 characters of table cells', '/blocks', message(table(10, 10, 100)), message(table(10, 10, 101))],
  ['1 table', '/blocks', message(table(1, 1)), message(table(1, 1), table(1, 1))],
  ['201 data table rows', '/blocks/0/rows', message(dataTable(201, 1)), message(dataTable(202, 1))],
  ['2 data table rows', '/blocks/0/rows', message(dataTable(2, 1)), message(dataTable(1, 1))],
  [
    '20,000 characters of data table cells',
    '/blocks',
    message(
      dataTable(2, 2, {
        rows: [
          [cell(5000), cell(5000)],
          [cell(5000), cell(5000)],
        ],
      }),
    ),
    message(
      dataTable(2, 2, {
        rows: [
          [cell(5001), cell(5000)],
          [cell(5000), cell(5000)],
        ],
      }),
    ),
  ],
  [
    'data table rows of one length',
    '/blocks/0/rows/1',
    message(dataTable(2, 2)),
    message(dataTable(2, 2, { rows: [[cell(1), cell(1)], [cell(1)]] })),
  ],
  [
    'page size of 100',
    '/blocks/0/page_size',
    message(dataTable(2, 1, { page_size: 100 })),
    message(dataTable(2, 1, { page_size: 101 })),
  ],
  ['a caption', '/blocks/0/caption', message(dataTable(2, 1)), message(dataTable(2, 1, { caption: undefined }))],
  ['2 charts', '/blocks', message(chart(1), chart(1)), message(chart(1), chart(1), chart(1))],
  [
    'chart title of 50',
    '/blocks/0/title',
    message(chart(1, 2, { title: a(50) })),
    message(chart(1, 2, { title: a(51) })),
  ],
  ['12 series', '/blocks/0/chart/series', message(chart(12)), message(chart(13))],
  ['20 points', '/blocks/0/chart/axis_config/categories', message(chart(1, 20)), message(chart(1, 21))],
  [
    'a point per category',
    '/blocks/0/chart/series/0/data',
    message(chart(1)),
    message(chart(1, 2, { chart: { type: 'bar', series: [series(0, 1)], axis_config: { categories: labels(2) } } })),
  ],
  [
    'series names used once',
    '/blocks/0/chart/series/1/name',
    message(chart(2)),
    message(
      chart(1, 2, { chart: { type: 'area', series: [series(0), series(0)], axis_config: { categories: labels(2) } } }),
    ),
  ],
  ['pie values above 0', '/blocks/0/chart/segments/0/value', message(pie(1)), message(pie(0))],
  ['modal title of 24', '/title/text', modal({ title: plain(24) }), modal({ title: plain(25) })],
  ['submit of 24', '/submit/text', modal({ submit: plain(24) }), modal({ submit: plain(25) })],
  ['close of 24', '/close/text', modal({ close: plain(24) }), modal({ close: plain(25) })],
  [
    'private_metadata of 3,000',
    '/private_metadata',
    modal({ private_metadata: a(3000) }),
    modal({ private_metadata: a(3001) }),
  ],
  ['callback_id of 255', '/callback_id', modal({ callback_id: a(255) }), modal({ callback_id: a(256) })],
  [
    'submit for inputs',
    '/submit',
    input({ type: 'plain_text_input' }),
    { ...input({ type: 'plain_text_input' }), submit: undefined },
  ],
  [
    'email inputs in modals only',
    '/blocks/0/element/type',
    input({ type: 'email_text_input' }),
    input({ type: 'email_text_input' }, 'home'),
  ],
  [
    '10 blocks in a container',
    '/blocks/0/child_blocks',
    message({ type: 'container', title: plain(5), child_blocks: times(10, () => section(1)) }),
    message({ type: 'container', title: plain(5), child_blocks: times(11, () => section(1)) }),
  ],
  [
    '3 buttons on a card',
    '/blocks/0/actions',
    message({ type: 'card', title: mrkdwn(150), actions: times(3, () => button()) }),
    message({ type: 'card', title: mrkdwn(150), actions: times(4, () => button()) }),
  ],
  [
    '10 cards',
    '/blocks/0/elements',
    message({ type: 'carousel', elements: times(10, () => ({ type: 'card', title: mrkdwn(5) })) }),
    message({ type: 'carousel', elements: times(11, () => ({ type: 'card', title: mrkdwn(5) })) }),
  ],
  [
    'no pending task outside a plan',
    '/blocks/0/status',
    message({ type: 'task_card', task_id: 'a', title: 'a', status: 'complete' }),
    message({ type: 'task_card', task_id: 'a', title: 'a', status: 'pending' }),
  ],
])('holds a payload to %s', (_, pointer, legal, illegal) => {
  expect(blockKitProblems(legal)).toEqual([]);
  expect(blockKitProblems(illegal)).toEqual(
    expect.arrayContaining([expect.stringMatching(new RegExp(`^${pointer} .+\\.$`))]),
  );
});

it('says in a sentence what is wrong and where', () => {
  expect(blockKitProblems(message(section(3001)))).toEqual([
    '/blocks/0/text/text has 3,001 characters, at most 3,000 are allowed.',
  ]);
});

it.each([null, 'x', 7, [], [null], [[]], [{ type: 'toString' }], { length: 1 }])(
  'refuses %j as blocks or survives it',
  (blocks) => {
    const problems = blockKitProblems({ text: 'x', blocks });

    expect(problems.length > 0).toBe(!(Array.isArray(blocks) && blocks.length === 0));
  },
);
