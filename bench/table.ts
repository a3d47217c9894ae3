/** One figure, with the limit that it is held to where there is one. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

export function isMet({ value, atLeast, atMost }: Row): boolean {
  return value >= (atLeast ?? Number.NEGATIVE_INFINITY) && value <= (atMost ?? Number.POSITIVE_INFINITY);
}

export function printed(rows: readonly Row[]): string {
  const width = Math.max(...rows.map((row) => row.name.length));
  return rows
    .map((row) => {
      const value = `${row.value < 10 ? row.value.toFixed(2) : row.value.toFixed(0)} ${row.unit}`.padStart(12);
      const limit =
        row.atLeast === undefined
          ? row.atMost === undefined
            ? ''
            : `at most ${row.atMost}`
          : `at least ${row.atLeast}`;
      return `${row.name.padEnd(width)}  ${value}  ${limit}${limit === '' || isMet(row) ? '' : '  NOT MET'}`.trimEnd();
    })
    .join('\n');
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** By the nearest rank. NaN of nothing. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}
