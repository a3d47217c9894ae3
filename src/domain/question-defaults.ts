import type { Kind } from './change.ts';
import { type Incident, incidentReference } from './incidents/incident.ts';
import type { Question } from './question.ts';
import { formatDuration } from './since/format.ts';

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

/** As `withDefaults`, for a question that was asked in the channel of an incident. */
export function withIncident(
  question: Question,
  incident: Pick<Incident, 'id' | 'environment' | 'startedAt' | 'resolvedAt'>,
  {
    lookback,
    services,
    defaultEnvironment,
  }: {
    /** Milliseconds before the onset. */
    readonly lookback: number;
    /** The affected ones and what they depend on. */
    readonly services: readonly string[];
    readonly defaultEnvironment: string;
  },
): Question {
  const unsaid = question.since === null && question.until === null;
  if (!unsaid) return withDefaults(question, defaultEnvironment);
  const { startedAt, resolvedAt } = incident;
  const from = new Date(startedAt.getTime() - lookback);
  const elsewhere = question.environment !== null && question.environment !== incident.environment;
  const scoped = question.services.length === 0 && !elsewhere ? services : question.services;
  const note = `You named no time, so this begins ${formatDuration(lookback)} before ${incidentReference(incident)} did${
    resolvedAt === null ? '' : ' and ends when it was resolved'
  }${scoped === question.services ? '' : ', for its services and those around them'}.`;
  return {
    ...withDefaults({ ...question, environment: question.environment ?? incident.environment }, defaultEnvironment),
    since:
      resolvedAt === null
        ? { type: 'instant', at: from, words: '' }
        : { type: 'span', from, to: resolvedAt, words: '' },
    services: scoped,
    notes: [...question.notes, note],
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
