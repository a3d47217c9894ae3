import type { Verdict } from './incident.ts';
import { isReason } from '../reason.ts';

/** A reason that people need not write. */
export interface ReadyReason {
  readonly key: string;
  /** As it is kept. */
  readonly words: string;
}

/** What people most often know by, in the order in which they find it out. */
export const readyReasons: Readonly<Record<Verdict, readonly ReadyReason[]>> = {
  caused: [
    { key: 'began', words: 'it began when this went live' },
    { key: 'named', words: 'errors, logs or traces name what it changed' },
    { key: 'ended', words: 'it ended when this was taken back' },
  ],
  dismissed: [
    { key: 'went-on', words: 'rolled back, and it went on' },
    { key: 'elsewhere', words: 'it runs elsewhere, or does not reach this service' },
    { key: 'checked', words: 'checked: behaves as before' },
  ],
  suspect: [
    { key: 'time', words: 'it began at about that time' },
    { key: 'named', words: 'errors, logs or traces point to what it changed' },
    { key: 'touches', words: 'it touches what is failing' },
  ],
  fixed: [
    { key: 'ended', words: 'it ended when this went live' },
    { key: 'reverts', words: 'it takes the cause back' },
    { key: 'checked', words: 'checked: works again' },
  ],
};

/** The reason that was chosen, the one that was written, or both. Null: neither, or what was written says nothing. */
export function verdictReason(verdict: Verdict, chosen: string | null, written: string): string | null {
  const ready = readyReasons[verdict].find(({ key }) => key === chosen)?.words;
  const words = written.trim();
  if (words === '') return ready ?? null;
  if (!isReason(words)) return null;
  return ready === undefined ? words : `${ready}. ${words}`;
}
