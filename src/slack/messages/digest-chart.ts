import type { Block, ImageBlock, KnownBlock } from '@slack/types';
import { type ChartLine, chartLines } from '../../domain/digest/chart-lines.ts';
import type { Digest } from '../../domain/digest/digest.ts';
import { chartWords } from '../../domain/digest/words.ts';
import { context } from './blocks.ts';
import { outside } from './escape.ts';

/** How Slack lets us show it. */
export type ChartForm =
  | { readonly as: 'native' }
  | { readonly as: 'picture'; readonly file: string }
  | { readonly as: 'words' };

/** `@slack/types` 3.2 does not know it (docs.slack.dev/reference/block-kit/blocks/data-visualization-block). */
interface LineChart extends Block {
  readonly type: 'data_visualization';
  readonly title: string;
  readonly chart: object;
}

/** Twelve weeks of the score and of open backports, each on a scale of its own. */
export function chartBlocks(digest: Digest, form: ChartForm): readonly (KnownBlock | Block)[] {
  const lines = chartLines(digest);
  if (lines.length === 0) return [];
  switch (form.as) {
    case 'native':
      return lines.map(({ title, points }) => nativeChart(title, points));
    case 'picture':
      return [picture(digest, form.file)];
    case 'words':
      return [
        context(
          chartWords(digest)
            .map((line) => outside(line, 300))
            .join('\n'),
        ),
      ];
  }
}

function nativeChart(title: string, points: ChartLine['points']): LineChart {
  return {
    type: 'data_visualization',
    title,
    chart: {
      type: 'line',
      series: [{ name: title.slice(0, 20), data: points }],
      axis_config: { categories: points.map(({ label }) => label) },
    },
  };
}

function picture(digest: Digest, file: string): ImageBlock {
  return { type: 'image', slack_file: { id: file }, alt_text: chartWords(digest).join('. ').slice(0, 1900) };
}
