import { isObject, objectsOf, textOf, type JsonObject } from './json.ts';
import { sparkline } from '../src/domain/digest/words.ts';
import { boldOff, boldOn, personName, readMrkdwn, type Reader } from './mrkdwn.ts';
import { slackDate } from './slack-date.ts';
import type { Message } from './slack/workspace.ts';

export interface TerminalOptions extends Reader {
  readonly columns: number;
  /** Whether the terminal understands ANSI. */
  readonly colour: boolean;
}

/** A line, with what its continuation begins with. */
interface Line {
  readonly text: string;
  readonly first: string;
  readonly next: string;
}

/** A Slack message as a person would see it, in plain text. */
export function renderInTerminal(message: Pick<Message, 'text' | 'blocks'>, options: TerminalOptions): string {
  const lines =
    message.blocks.length > 0
      ? spaced(message.blocks.map((block) => linesOf(block, options)))
      : [line(readMrkdwn(message.text, options))];
  const wrapped = lines.flatMap((each) => wrap(each, options.columns)).join('\n');
  return options.colour
    ? wrapped.replaceAll(boldOn, '\u001B[1m').replaceAll(boldOff, '\u001B[22m')
    : wrapped.replaceAll(boldOn, '').replaceAll(boldOff, '');
}

function spaced(blocks: readonly (readonly Line[])[]): readonly Line[] {
  return blocks
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? lines : [line(''), ...lines]));
}

function line(text: string, first = '', next = first): Line {
  return { text, first, next };
}

function linesOf(block: JsonObject, options: TerminalOptions): readonly Line[] {
  switch (block['type']) {
    case 'header':
      return [line(`${boldOn}${plainOf(block['text'])}${boldOff}`)];
    case 'section': {
      const accessory = isObject(block['accessory']) ? [block['accessory']] : [];
      return [
        ...textLines(block['text'], options),
        ...objectsOf(block['fields']).flatMap((field) => textLines(field, options)),
        ...controlLines(accessory),
      ];
    }
    case 'context':
      return [
        line(
          objectsOf(block['elements'])
            .map((element) =>
              textLines(element, options)
                .map(({ text }) => text)
                .join(' '),
            )
            .join(' '),
        ),
      ];
    case 'divider':
      return [line('─'.repeat(Math.min(40, options.columns)))];
    case 'actions':
      return controlLines(objectsOf(block['elements']));
    case 'rich_text':
      return objectsOf(block['elements']).flatMap((element) => richLines(element, options));
    case 'table':
      return tableLines(block, options);
    case 'markdown':
      return textOf(block['text'])
        .split('\n')
        .map((text) => line(text));
    case 'image':
      return [line(`[picture: ${textOf(block['alt_text'])}]`)];
    case 'container':
      return [
        line(`${boldOn}${plainOf(block['title'])}${boldOff}`),
        ...objectsOf(block['child_blocks']).flatMap((child) => linesOf(child, options)),
      ];
    case 'data_visualization':
      return chartLines(block);
    default:
      return [];
  }
}

/** `[chart: Parity, %: Sep 4 to Nov 20 ▁▂▃█ 85 → 94]`: as much of it as letters can draw. */
function chartLines(block: JsonObject): readonly Line[] {
  const series = isObject(block['chart']) ? objectsOf(block['chart']['series']) : [];
  const drawn = series.map((each) => {
    const points = objectsOf(each['data']);
    const values = points.map(({ value }) => Number(value));
    const [first, last] = [points[0], points.at(-1)];
    if (first === undefined || last === undefined) return '';
    const [from, to] = [first, last].map(({ value }) =>
      Number(value).toLocaleString('en', { maximumFractionDigits: 1 }),
    );
    return `: ${textOf(first['label'])} to ${textOf(last['label'])} ${sparkline(values)} ${from} → ${to}`;
  });
  return [line(`[chart: ${textOf(block['title'])}${drawn.join('')}]`)];
}

function plainOf(text: unknown): string {
  return isObject(text) ? textOf(text['text']) : textOf(text);
}

function textLines(text: unknown, options: TerminalOptions): readonly Line[] {
  if (!isObject(text)) return [];
  const read =
    text['type'] === 'mrkdwn'
      ? readMrkdwn(textOf(text['text']), options)
      : textOf(text['alt_text']) || textOf(text['text']);
  return read.split('\n').map((each) => {
    // What is indented, or marked as an item, goes on below its own words.
    const begin = /^\s*(?:(?:[•◦↳-]|\d+\.)\s+)?/.exec(each)?.[0] ?? '';
    return line(each.slice(begin.length), begin, ' '.repeat(visible(begin)));
  });
}

function controlLines(elements: readonly JsonObject[]): readonly Line[] {
  const labels = elements.map(
    (element) =>
      plainOf(element['text']) || plainOf(element['placeholder']) || (element['type'] === 'overflow' ? '⋯' : ''),
  );
  const shown = labels.filter((label) => label !== '').map((label) => `[${label.replaceAll(' ', '\u00A0')}]`);
  return shown.length === 0 ? [] : [line(shown.join(' '))];
}

function richLines(element: JsonObject, options: TerminalOptions): readonly Line[] {
  const parts = objectsOf(element['elements']);
  if (element['type'] === 'rich_text_list') {
    const indent = '  '.repeat(Number(element['indent'] ?? 0));
    return parts.map((item, index) => {
      const mark = element['style'] === 'ordered' ? `${index + 1 + Number(element['offset'] ?? 0)}. ` : '• ';
      return line(richText(objectsOf(item['elements']), options), indent + mark, indent + ' '.repeat(mark.length));
    });
  }
  const bar = { rich_text_quote: '│ ', rich_text_preformatted: '    ' }[textOf(element['type'])] ?? '';
  return richText(parts, options)
    .split('\n')
    .map((text) => line(text, bar));
}

function richText(elements: readonly JsonObject[], options: TerminalOptions): string {
  return elements
    .map((element) => {
      const text = richPart(element, options);
      return isObject(element['style']) && element['style']['bold'] === true ? `${boldOn}${text}${boldOff}` : text;
    })
    .join('')
    .replace(/\n$/, '');
}

function richPart(element: JsonObject, { workspace, viewer, now }: TerminalOptions): string {
  switch (element['type']) {
    case 'text':
      return textOf(element['text']);
    case 'link':
      return textOf(element['text']) || textOf(element['url']);
    case 'date':
      return slackDate(Number(element['timestamp']), textOf(element['format']), { timezone: viewer.timezone, now });
    case 'user':
      return `@${personName(workspace, textOf(element['user_id']))}`;
    case 'channel':
      return `#${workspace.channels.find(({ id }) => id === element['channel_id'])?.name ?? ''}`;
    case 'emoji': {
      const unicode = textOf(element['unicode']);
      return unicode === ''
        ? `:${textOf(element['name'])}:`
        : String.fromCodePoint(...unicode.split('-').map((code) => Number.parseInt(code, 16)));
    }
    default:
      return '';
  }
}

function tableLines(block: JsonObject, options: TerminalOptions): readonly Line[] {
  const rows = (Array.isArray(block['rows']) ? block['rows'] : []).map((row) =>
    objectsOf(row).map((cell) =>
      cell['type'] === 'rich_text'
        ? objectsOf(cell['elements'])
            .map((part) => richText(objectsOf(part['elements']), options))
            .join(' ')
        : textOf(cell['text']),
    ),
  );
  const widths = rows.reduce<readonly number[]>(
    (most, row) => row.map((cell, column) => Math.max(most[column] ?? 0, visible(cell))),
    [],
  );
  return rows.map((row) =>
    line(
      row
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - visible(cell)))
        .join('  ')
        .trimEnd(),
    ),
  );
}

const graphemes = new Intl.Segmenter();

function visible(text: string): number {
  return [...graphemes.segment(text.replaceAll(boldOn, '').replaceAll(boldOff, ''))].length;
}

function wrap({ text, first, next }: Line, columns: number): readonly string[] {
  const lines: string[] = [];
  let current = first;
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && visible(current) + 1 + visible(word) > columns) {
      lines.push(current);
      current = next + word;
    } else {
      current += empty ? word : ` ${word}`;
    }
    empty = false;
  }
  return [...lines, current].map((each) => each.replaceAll('\u00A0', ' ').trimEnd());
}
