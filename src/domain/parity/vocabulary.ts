import type { ParityVerdict } from '../comparison/difference.ts';

const synonyms = {
  help: ['help', '?', 'how', 'usage', 'commands'],
  accept: ['accept', 'intend', 'allow', 'expect', 'accepted', 'ok'],
  confirm: ['confirm', 'approve', 'second'],
  audit: ['audit', 'report', 'export', 'csv'],
  digest: ['digest', 'weekly'],
} as const;

export type ParityVerb = keyof typeof synonyms;

export const verbs: ReadonlyMap<string, ParityVerb> = new Map(
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a constant, which its type names
  (Object.keys(synonyms) as ParityVerb[]).flatMap((verb) => synonyms[verb].map((word) => [word, verb] as const)),
);

/** Looked for in this order: `unexplained` holds `explained`. */
export const verdictPhrases: readonly (readonly [phrase: RegExp, verdict: ParityVerdict])[] = [
  [/\b(must[- ]not[- ]be[- ]equal|forbidden([- ]equality)?|alarms?)\b/i, 'forbidden-equality'],
  [/\b(unexplained|not[- ]explained|unjustified)\b/i, 'unexplained'],
  [/\b((production|prod|reference)[- ]only|only[- ](in )?(production|prod)|hotfix(es)?)\b/i, 'reference-only'],
  [/\b(pending([- ]promotion)?|promotions?|ahead)\b/i, 'pending-promotion'],
  [/\b(explained)\b/i, 'explained'],
  [/\b(intended|meant)\b/i, 'intended'],
  [/\b(unknown|stale|unseen|not[- ]seen)\b/i, 'unknown'],
];

/** Words that only join the others. */
export const noise: ReadonlySet<string> = new Set(
  [
    'vs v versus and against with to in of for on between from the is what which are compare compared same as',
    'service environment env parity show list all only differs different differences diff status & - / = ≠ !=',
  ].flatMap((words) => words.split(' ')),
);
