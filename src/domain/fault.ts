import type { Filters, Window } from './answer.ts';
import type { FoldedSignal } from './signal.ts';

/** What is known of a fault whose cause is looked for. */
export interface Fault {
  readonly onset: Date;
  /** Nobody said that a fault began: the onset is the end of the window that was asked about. */
  readonly assumed: boolean;
  /** When it ended; null: it is still there. Absent: not known. */
  readonly over?: Date | null;
  readonly environment: string | null;
  /** Empty: not known. */
  readonly services: readonly string[];
  readonly symptom: string;
}

/** Incidents and alerts that begin within this time of the first are taken for one fault. In milliseconds. */
const together = 15 * 60_000;

/** What is over is still what people ask about, for so long. In milliseconds. */
const fresh = 3_600_000;

/** Labels in which systems that watch put sentences and not only names. */
const telling = ['alertname', 'summary', 'description', 'message'];

/**
 * The fault that a question is about: what is told of the alerts that began in its window and were open at its end;
 * failing those, in a window of the past, that began in it at all, and in one that ends now, that ended within the hour.
 * Where there are none, or several that began apart, the fault is taken to be there by the end of the window. An alert
 * from before the window says nothing about when this one began.
 */
export function faultOf(
  { from, to }: Pick<Window, 'from' | 'to'>,
  { environment, services }: Pick<Filters, 'environment' | 'services'>,
  alerts: readonly FoldedSignal[],
  now: Date,
): Fault {
  const loud = alerts.filter(({ severity }) => severity !== 'info');
  const open = loud.filter(({ resolvedAt }) => resolvedAt === null || resolvedAt >= to);
  const told = open.length > 0 ? open : to >= now ? loud.filter((each) => isFresh(each, now)) : loud;
  const began = told.filter(({ startedAt }) => startedAt > from && startedAt <= to);
  const starts = began.map(({ startedAt }) => startedAt.getTime()).toSorted((a, b) => a - b);
  const [first] = starts;
  const isOne = first !== undefined && (starts.at(-1) ?? first) - first <= together;
  const about = isOne ? began : told;
  return {
    onset: isOne ? new Date(first) : to,
    assumed: !isOne,
    ...(isOne ? { over: endOf(began) } : {}),
    environment,
    services:
      services.length > 0 || !isOne ? services : [...new Set(began.flatMap((each) => each.services))].toSorted(),
    symptom: about.map(symptomIn).join('\n'),
  };
}

function isFresh({ resolvedAt }: FoldedSignal, now: Date): boolean {
  return resolvedAt !== null && now.getTime() - resolvedAt.getTime() <= fresh;
}

/** Over with the last of its alerts. */
function endOf(alerts: readonly FoldedSignal[]): Date | null {
  const ends = alerts.map(({ resolvedAt }) => resolvedAt);
  return ends.reduce((last, end) => (last === null || end === null ? null : last > end ? last : end), ends[0] ?? null);
}

function symptomIn({ title, labels }: FoldedSignal): string {
  return [title, ...telling.flatMap((name) => labels[name] ?? [])].join('\n');
}
