import { countOf } from '../change-words.ts';

export const day = 86_400_000;

/** Whole days between two moments. */
export function daysBetween(from: Date, to: Date): number {
  return Math.max(0, Math.floor((to.getTime() - from.getTime()) / day));
}

/** `for 6 days`, `since today`. */
export function ageOf(days: number): string {
  return days === 0 ? 'since today' : `for ${countOf(days, 'day')}`;
}

/** `97 days old`, `of today`. */
export function oldWords(days: number): string {
  return days === 0 ? 'of today' : `${countOf(days, 'day')} old`;
}
