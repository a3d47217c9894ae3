import type { Digest } from './digest.ts';

export interface ChartLine {
  readonly title: string;
  readonly points: readonly { readonly label: string; readonly value: number }[];
}

/** The lines of a chart. With fewer than two points there is none, nor of what never was there. */
export function chartLines({ chart }: Pick<Digest, 'chart'>): readonly ChartLine[] {
  const points = (values: readonly (number | null)[]) =>
    values.flatMap((value, index) => (value === null ? [] : [{ label: chart.labels[index] ?? '', value }]));
  const lines = [
    ...(chart.scores === null ? [] : [{ title: 'Parity, %', points: points(chart.scores) }]),
    { title: 'Open backports', points: points(chart.backports) },
  ];
  return lines.filter((line) => line.points.length > 1 && line.points.some(({ value }) => value !== 0));
}
