import { TZDate } from '@date-fns/tz';

/** When people begin to work on a day, `YYYY-MM-DD`, where they are. */
export function morningOf(day: string, timezone: string): Date {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(new TZDate(year, month - 1, date, 9, 0, 0, timezone).getTime());
}

/** The last moment of a day, `YYYY-MM-DD`, in UTC. */
export function endOf(day: string): Date {
  return new Date(`${day}T23:59:59.000Z`);
}
