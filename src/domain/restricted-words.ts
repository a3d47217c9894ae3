import { countOf } from './change-words.ts';

/** So that a count is honest, and says nothing else. */
export function restrictedWords(count: number, what: string): string {
  return `${countOf(count, what)} of ${count === 1 ? 'a restricted service is' : 'restricted services are'} not shown.`;
}
