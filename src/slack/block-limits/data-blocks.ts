import { blockId } from './composition.ts';
import { richText } from './rich-text.ts';
import {
  type Fields,
  type Report,
  type Rule,
  byType,
  choice,
  counted,
  flag,
  isFields,
  list,
  number,
  object,
  optional,
  text,
} from './rule.ts';

const mostColumns = 20;

const rawText = object({ type: choice('raw_text'), text: text(10_000) });
const rawNumber = object({ type: choice('raw_number'), value: number(), text: text(10_000) });
const cells: Readonly<Record<string, Rule>> = { raw_text: rawText, raw_number: rawNumber, rich_text: richText };

export const table = object({
  type: choice('table'),
  block_id: optional(blockId),
  rows: list(list(byType('cell', cells), 1, mostColumns), 1, 100),
  column_settings: optional(
    list(object({ align: optional(choice('left', 'center', 'right')), is_wrapped: optional(flag) }), 0, mostColumns),
  ),
});

export const dataTable = object(
  {
    type: choice('data_table'),
    block_id: optional(blockId),
    rows: list(list(byType('cell', cells), 1, mostColumns), 2, 201),
    caption: text(3000),
    page_size: optional(number(1, 100)),
    row_header_column_index: optional(number(0, mostColumns - 1)),
  },
  (value, at, report) => {
    const rows: readonly unknown[] = Array.isArray(value['rows']) ? value['rows'] : [];
    const [header] = rows;
    if (!Array.isArray(header)) return;
    for (const [index, cell] of header.entries()) {
      if (isFields(cell) && cell['type'] === 'rich_text')
        report(`${at}/rows/0/${index}`, 'must be plain: it is a header');
    }
    for (const [index, row] of rows.entries()) {
      if (Array.isArray(row) && row.length !== header.length) {
        report(`${at}/rows/${index}`, `has ${counted(row.length, 'cell')}, the header has ${header.length}`);
      }
    }
  },
);

const label = text(20);
const segment = object({ label, value: number() }, (value, at, report) => {
  if (typeof value['value'] === 'number' && value['value'] <= 0) report(`${at}/value`, 'must be above 0 in a pie');
});
const series = object({ name: label, data: list(object({ label, value: number() }), 1, 20) });
const axes = object({ categories: list(label, 1, 20), x_label: optional(text(50)), y_label: optional(text(50)) });

function axisChart(type: string): Rule {
  return object({ type: choice(type), series: list(series, 1, 12), axis_config: axes }, seriesFitTheAxis);
}

/** Each series has one point per category, in any order, and a name of its own. */
function seriesFitTheAxis(chart: Fields, at: string, report: Report): void {
  const axis = isFields(chart['axis_config']) ? chart['axis_config']['categories'] : [];
  const categories = Array.isArray(axis) ? axis.map(String).toSorted() : [];
  const names = new Set<unknown>();
  for (const [index, each] of Array.isArray(chart['series']) ? chart['series'].entries() : []) {
    if (!isFields(each)) continue;
    if (names.has(each['name'])) report(`${at}/series/${index}/name`, 'is the name of another series too');
    names.add(each['name']);
    const points: readonly unknown[] = Array.isArray(each['data']) ? each['data'] : [];
    const labels = points.map((point) => (isFields(point) ? String(point['label']) : '')).toSorted();
    if (labels.join('\n') !== categories.join('\n')) {
      report(`${at}/series/${index}/data`, 'must have exactly one point for each category');
    }
  }
}

export const dataVisualization = object({
  type: choice('data_visualization'),
  block_id: optional(blockId),
  title: text(50),
  chart: byType('chart', {
    pie: object({ type: choice('pie'), segments: list(segment, 1, 12) }),
    bar: axisChart('bar'),
    line: axisChart('line'),
    area: axisChart('area'),
  }),
});
