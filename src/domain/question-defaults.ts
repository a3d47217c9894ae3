import type { Kind } from './change.ts';
import type { Question } from './question.ts';

const hour = 3_600_000;
/** When nothing is said about time: long enough for a fault noticed late, short enough to read. In milliseconds. */
export const defaultWindow = 2 * hour;
/** They happen in a repository, not in an environment. */
const withoutEnvironment: readonly Kind[] = ['merge', 'note'];

/** What a person means who leaves things out: the environment that matters most, and the last two hours. */
export function withDefaults(question: Question, defaultEnvironment: string): Question {
  const anywhere = question.kinds.length > 0 && question.kinds.every((kind) => withoutEnvironment.includes(kind));
  const unsaid = question.since === null && question.until === null;
  const note = `You named no time, so this is the last ${defaultWindow / hour} hours.`;
  return {
    ...question,
    environment: question.environment ?? (anywhere ? null : defaultEnvironment),
    notes: unsaid ? [...question.notes, note] : question.notes,
  };
}

/** To catch up: the last 24 hours in the environment that matters most. */
export function lastDay(now: Date, defaultEnvironment: string): Question {
  return {
    since: { type: 'instant', at: new Date(now.getTime() - 24 * hour), words: '24h' },
    until: null,
    environment: defaultEnvironment,
    services: [],
    kinds: [],
    actor: null,
    text: null,
    notes: [],
  };
}
