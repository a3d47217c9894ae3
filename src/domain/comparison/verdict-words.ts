import type { Pair, ParityVerdict } from './difference.ts';

const words: Readonly<Record<Exclude<ParityVerdict, 'reference-only'>, string>> = {
  'forbidden-equality': 'must not be equal',
  unexplained: 'unexplained',
  'pending-promotion': 'pending promotion',
  explained: 'explained',
  intended: 'intended',
  unknown: 'unknown',
};

/** As people read it: `production only`. */
export function verdictWords(verdict: ParityVerdict, { reference }: Pair): string {
  return verdict === 'reference-only' ? `${reference} only` : words[verdict];
}
