import { z } from 'zod';
import { plainName } from '../domain/known-names.ts';
import { outsideText } from '../domain/outside-text.ts';
import type { Question, Vocabulary } from '../domain/question.ts';
import { parseQuestion } from '../domain/since/parse-question.ts';

/** PostgreSQL knows no NUL, and no name has a control character. */
export const text = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((value) => outsideText(value, longest) === value.trim(), 'has characters that no name has');

/** `service=a&service=b` */
export const Services = z.union([text(200), z.array(text(200)).max(50)]).optional();

export const Timezone = z
  .string()
  .max(100)
  .refine((name) => isTimezone(name), 'is not an IANA time zone such as Europe/London')
  .default('UTC');

export type ReadQuestion =
  | { readonly outcome: 'question'; readonly question: Question }
  | {
      readonly outcome: 'not-understood';
      readonly problem: string;
      readonly read: string;
      readonly examples: readonly string[];
    };

interface Asked {
  readonly since: string;
  readonly until?: string | undefined;
  readonly environment?: string | undefined;
  readonly service?: string | readonly string[] | undefined;
  readonly timezone: string;
}

/** `since` and `until` are read with the grammar of `/since`; names are exact. */
export function readQuestion(vocabulary: Vocabulary, asked: Asked, now: Date): ReadQuestion {
  const when = `since ${asked.since}${asked.until === undefined ? '' : ` until ${asked.until}`}`;
  const understood = parseQuestion(when, { now, timezone: asked.timezone, vocabulary });
  if (understood.outcome === 'not-understood') return understood;
  if (understood.outcome !== 'question') {
    return { outcome: 'not-understood', problem: 'That is no time.', read: when, examples: ['2h', 'yesterday 15:00'] };
  }
  const { question } = understood;
  const [environment = null] = namesIn(asked.environment, vocabulary.environments);
  const services = namesIn(asked.service, vocabulary.services);
  return {
    outcome: 'question',
    question: {
      ...question,
      environment: environment ?? question.environment,
      services: services.length > 0 ? services : question.services,
    },
  };
}

function namesIn(value: string | readonly string[] | undefined, known: ReadonlyMap<string, string>): readonly string[] {
  return (value === undefined ? [] : typeof value === 'string' ? [value] : value).map(
    (name) => known.get(name.toLowerCase()) ?? known.get(plainName(name)) ?? plainName(name),
  );
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
