import { z } from 'zod';

/** UTC days, both included; null: without end. */
export interface DayRange {
  readonly from: string | null;
  readonly to: string | null;
}

const Day = z.iso.date();

/** What `--from` and `--to` say. */
export function dayRange({
  from = null,
  to = null,
}: {
  readonly from?: string | undefined | null;
  readonly to?: string | undefined | null;
}): (DayRange & { readonly outcome: 'range' }) | { readonly outcome: 'usage'; readonly reason: string } {
  for (const [name, day] of Object.entries({ from, to })) {
    if (day !== null && !Day.safeParse(day).success) {
      return { outcome: 'usage', reason: `--${name} is a day such as 2026-11-20` };
    }
  }
  if (from !== null && to !== null && from > to) return { outcome: 'usage', reason: '--from is after --to' };
  return { outcome: 'range', from, to };
}
