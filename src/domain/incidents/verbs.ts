import { closest } from '../since/closest.ts';

const synonyms = {
  help: ['help', '?', 'how', 'usage', 'commands'],
  show: ['show', 'state', 'status', 'list', 'card', 'info'],
  start: ['start', 'new', 'declare', 'create', 'begin', 'open', 'report', 'started'],
  note: ['note', 'log', 'add', 'write', 'comment', 'add note', 'update'],
  caused: ['cause', 'caused', 'caused by', 'culprit', 'it was', 'because of', 'blame'],
  fixed: ['fixed by', 'fix', 'fixed with'],
  suspect: ['suspect', 'suspects'],
  dismissed: ['dismiss', 'dismissed', 'not', 'it was not', 'rule out', 'ruled out'],
  resolve: ['resolve', 'resolved', 'close', 'closed', 'done', 'end', 'over', 'finish', 'fixed', 'solved'],
  mitigated: ['mitigated', 'mitigate', 'contained', 'stable', 'stabilised', 'stabilized'],
  reopen: ['reopen', 'reopened', 'unresolve', 'again'],
  timeline: ['timeline', 'export', 'post-mortem', 'postmortem', 'post mortem', 'retro', 'markdown'],
  catchup: ['catchup', 'catch-up', 'catch up', 'summary', 'summarize', 'summarise'],
  correct: ['correct', 'edit', 'change', 'correct…', 'fix up'],
  'start-time': ['start-time', 'start time', 'starttime', 'onset', 'began', 'since', 'started at', 'start at'],
  services: ['services', 'service', 'affected', 'affects', 'scope'],
  environment: ['environment', 'env'],
  severity: ['severity', 'sev', 'priority'],
  title: ['title', 'rename', 'name', 'call it'],
  part: ['part', 'split', 'unjoin', 'separate', 'alerts'],
  join: ['join', 'merge', 'same as', 'duplicate of', 'duplicate', 'joins'],
} as const;

export type IncidentVerb = keyof typeof synonyms;

const verbs = new Map<string, IncidentVerb>(
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a constant, which its type names
  (Object.keys(synonyms) as IncidentVerb[]).flatMap((verb) => synonyms[verb].map((word) => [word, verb] as const)),
);
const mostWords = 3;

/** What the first words of a command ask for, and what follows them. Null: they are no verb. */
export function verbOf(command: string): { readonly verb: IncidentVerb; readonly rest: string } | null {
  for (let count = mostWords; count > 0; count--) {
    const found = new RegExp(`^(\\S+(?:\\s+\\S+){${count - 1}})(?:\\s+([^]*))?$`).exec(command);
    const verb = verbs.get(normal(found?.[1] ?? ''));
    if (verb !== undefined) return { verb, rest: found?.[2]?.trim() ?? '' };
  }
  return null;
}

/** The verb for which this word may be a slip, and how it is written. */
export function verbNear(slip: string): { readonly verb: IncidentVerb; readonly word: string } | null {
  const word = closest(normal(slip), verbs.keys());
  const verb = verbs.get(word ?? '');
  return word === null || verb === undefined ? null : { verb, word };
}

function normal(words: string): string {
  return words.toLowerCase().replaceAll(/\s+/g, ' ').replace(/[:,]$/, '');
}
