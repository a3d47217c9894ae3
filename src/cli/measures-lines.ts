import { definitions } from '../domain/measures/definitions.ts';
import type { Figures } from '../domain/measures/figures.ts';
import type { Compared, Measured } from '../domain/measures/measure.ts';
import type { MeasureReport } from '../domain/measures/report.ts';
import {
  frequencyWords,
  intervalWords,
  lengthWords,
  percent,
  rounded,
  shareWords,
  trendWords,
} from '../domain/measures/words.ts';
import { formatDuration } from '../domain/since/format.ts';
import { table } from './command.ts';

/** Every measure with its interval and trend, then each team and service, then what the measures mean. */
export function measuresLines(report: MeasureReport): readonly string[] {
  const { window, environment, asked, all, services, omitted, teams, notes } = report;
  const whose = asked.length === 0 ? '' : ` of ${asked.join(', ')}`;
  return [
    `Deliveries${whose} to ${environment} ${window.understood}, compared with as long a time before`,
    ...window.notes,
    ...notes,
    '',
    wholeTable(all),
    ...part(
      'team',
      teams.map(({ team, ...figures }) => [team, figures]),
    ),
    ...part(
      'service',
      services.map(({ service, ...figures }) => [service, figures]),
    ),
    ...(omitted > 0 ? [`and ${omitted} more services: name one with --service`] : []),
    '',
    ...Object.entries(definitions).map(([name, words]) => `${titleOf(name)}: ${words}`),
    'What these numbers do not say: docs/measures.md.',
  ];
}

function wholeTable({ frequency, leadTime, failureRate, restore, restoreCaused, rework }: Figures): string {
  const often = (value: number) => `${rounded(value)} a day`;
  const row = (name: string, of: Compared, words: (of: Measured) => string, bound: (value: number) => string) => [
    titleOf(name),
    words(of),
    intervalWords(of, bound),
    words(of.before),
    trendWords[of.trend],
  ];
  const [mended, merged] = [leadTime.fromMerge, leadTime.samples];
  const lines = table(
    ['', 'value', 'between', 'before', 'trend'],
    [
      row('deployment_frequency', frequency, frequencyWords, often),
      row('lead_time', leadTime, lengthWords, formatDuration),
      row('change_failure_rate', failureRate, shareWords, percent),
      row('time_to_restore', restore, lengthWords, formatDuration),
      row('time_to_restore_caused', restoreCaused, lengthWords, formatDuration),
      row('rework', rework, shareWords, percent),
    ],
  );
  if (mended === 0) return lines;
  return `${lines}\nOf ${mended} of ${merged} lead times it is not known when the first commit was written: they count from its merge.`;
}

function part(what: string, rows: readonly (readonly [string, Figures])[]): readonly string[] {
  if (rows.length === 0) return [];
  const header = [what, 'deploys', 'lead time', 'failed', 'restored', 'rework'];
  return [
    '',
    table(
      header,
      rows.map(([name, { frequency, leadTime, failureRate, restore, rework }]) => [
        name,
        frequencyWords(frequency),
        lengthWords(leadTime),
        shareWords(failureRate),
        lengthWords(restore),
        shareWords(rework),
      ]),
    ),
  ];
}

/** `Time to restore, caused` */
function titleOf(name: string): string {
  const words = name.replace('_caused', ', caused').replaceAll('_', ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
