import type { FactValue } from './fact.ts';

/** As it is shown, whole. */
export function shownValue(value: FactValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const longest = 2000;

/** Cut to what is kept, where it is longer. */
export function cutValue(shown: string): string {
  return shown.length <= longest ? shown : `${shown.slice(0, longest - 1).toWellFormed()}…`;
}

/** Whether it may have been cut: then it says nothing certain about the rest. */
export function isCut(shown: string): boolean {
  return shown.length >= longest - 1 && shown.endsWith('…');
}
