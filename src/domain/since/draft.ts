import type { Kind } from '../change.ts';
import type { Vocabulary } from '../question.ts';
import { closest } from './closest.ts';
import { cut, shortened, type Token } from './tokens.ts';
import type { Phrase, TimePhrase } from './window.ts';

export interface Reading {
  readonly tokens: readonly Token[];
  readonly vocabulary: Vocabulary;
}

/** What was understood so far. */
export interface Draft {
  readonly since: Phrase | null;
  readonly until: Phrase | null;
  readonly ranged: boolean;
  readonly environment: string | null;
  readonly services: readonly string[];
  readonly kinds: readonly Kind[];
  readonly actor: string | null;
  readonly text: string | null;
  /** A zone said apart from a time, such as at the end of the question. */
  readonly zone: string | null;
  readonly notes: readonly string[];
}

export const emptyDraft: Draft = {
  since: null,
  until: null,
  ranged: false,
  environment: null,
  services: [],
  kinds: [],
  actor: null,
  text: null,
  zone: null,
  notes: [],
};

/** Why a question cannot be read on. */
export interface Problem {
  readonly outcome: 'problem';
  readonly problem: string;
  /** The word at this place may be a slip for `instead`. */
  readonly correction: { readonly at: number; readonly instead: string } | null;
}

/** `draft` with `length` more words understood. */
export interface Progress {
  readonly outcome: 'progress';
  readonly length: number;
  readonly draft: Draft;
}

export type Step = Progress | Problem;

export function progress(length: number, draft: Draft): Progress {
  return { outcome: 'progress', length, draft };
}

export function problem(text: string, correction: Problem['correction'] = null): Problem {
  return { outcome: 'problem', problem: text, correction };
}

/** A word at `at` that is none of `known`. `says` names it; what it may have been is added. */
export function unknown(says: string, word: string, at: number, known: Iterable<string>): Problem {
  const instead = closest(word, known);
  return instead === null ? problem(says) : problem(`${says} Did you mean “${instead}”?`, { at, instead });
}

/** At most six names, so that the sentence stays short. */
export function listed(names: Iterable<string>): string {
  const all = [...new Set(names)].toSorted();
  const shown = all.slice(0, 6).map((name) => shortened(name));
  return shown.join(', ') + (all.length > shown.length ? ` and ${all.length - shown.length} more` : '');
}

export function withSince(draft: Draft, length: number, phrase: Phrase): Step {
  if (draft.since === null) return progress(length, { ...draft, since: phrase });
  const merged = mergedTime(draft.since, phrase);
  if (merged !== null) return progress(length, { ...draft, since: merged });
  return problem(`That names two times, “${draft.since.words}” and “${phrase.words}”; put “until” before the second.`);
}

export function withUntil(draft: Draft, length: number, phrase: Phrase, ranged: boolean): Step {
  if (draft.until === null) return progress(length, { ...draft, until: phrase, ranged });
  return problem(`That names two ends, “${draft.until.words}” and “${phrase.words}”.`);
}

export function withEnvironment(draft: Draft, length: number, environment: string): Step {
  if (draft.environment === null || draft.environment === environment)
    return progress(length, { ...draft, environment });
  return problem(
    `I answer for one environment at a time, not for “${draft.environment}” and “${environment}” together.`,
  );
}

export function withService(draft: Draft, length: number, service: string): Step {
  return progress(length, { ...draft, services: [...new Set([...draft.services, service])] });
}

export function withKind(draft: Draft, length: number, kind: Kind): Step {
  return progress(length, { ...draft, kinds: [...new Set([...draft.kinds, kind])] });
}

export function withActor(draft: Draft, length: number, actor: string): Step {
  if (draft.actor === null || draft.actor === actor) return progress(length, { ...draft, actor });
  return problem(`I answer for one person at a time, not for “${draft.actor}” and “${actor}” together.`);
}

export function withText(draft: Draft, length: number, written: string): Step {
  const text = cut(written, 200);
  if (text === '') return progress(length, draft);
  if (draft.text === null || draft.text === text) return progress(length, { ...draft, text });
  return problem('I look for one quoted text at a time.');
}

/** Environment before service: a word that is both means the service only as `service:<name>`. */
export function withName(
  draft: Draft,
  word: string,
  { environments, services }: Vocabulary,
  length: number,
): Step | null {
  const environment = environments.get(word);
  if (environment !== undefined) return withEnvironment(draft, length, environment);
  const service = services.get(word) ?? services.get(word.replace(/'s$/, ''));
  return service === undefined ? null : withService(draft, length, service);
}

/** `yesterday in staging 15:00`: a day and a time of day that were said apart. */
function mergedTime(a: Phrase, b: Phrase): TimePhrase | null {
  if (a.type !== 'time' || b.type !== 'time' || a.moment.type !== 'wall' || b.moment.type !== 'wall') return null;
  const day = a.moment.day ?? b.moment.day;
  const clock = a.moment.clock ?? b.moment.clock;
  const both = [a.moment, b.moment];
  if (both.some((each) => each.day !== null && each.clock !== null) || day === null || clock === null) return null;
  const exact = a.sense === 'exact' && b.sense === 'exact';
  return {
    type: 'time',
    sense: exact ? 'exact' : 'around',
    moment: { type: 'wall', day, clock, zone: a.moment.zone ?? b.moment.zone },
    words: a.moment.day === null ? `${b.words} ${a.words}` : `${a.words} ${b.words}`,
    notes: [...a.notes, ...b.notes],
  };
}
