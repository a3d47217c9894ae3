import type { Question, Understood, Vocabulary } from '../question.ts';
import { type Draft, emptyDraft, type Problem, problem } from './draft.ts';
import { examplesOf } from './examples.ts';
import { catchupWords, helpWords, isFiller } from './filter-words.ts';
import { step } from './rules.ts';
import { knownZone } from './time-zone.ts';
import { cut, plainText, type Token, tokensOf } from './tokens.ts';
import { type Bounds, boundsOf } from './window.ts';

export interface QuestionContext {
  readonly now: Date;
  /** IANA name of the asker's time zone. A name that is no zone counts as UTC, with a note. */
  readonly timezone: string;
  readonly vocabulary: Vocabulary;
}

/** More words than this are a letter, not a question. */
const mostWords = 200;

/**
 * What a person asked, from the words of `/since`, a mention or a direct message, in any order. Slack's markup and
 * escapes may stand in it. Nothing is skipped that could have narrowed the answer: a word that is neither known nor
 * empty of meaning makes the whole not understood. Reads at most 4,000 characters; never throws.
 */
export function parseQuestion(text: string, context: QuestionContext): Understood {
  const tokens = tokensOf(text);
  const command =
    commandOf(tokens) ?? (text.trim() !== '' && tokens.length === 0 && text.includes('?') ? 'help' : null);
  if (command !== null) return { outcome: command };
  const read = readAll(tokens, context);
  if (read.outcome === 'question') return read;
  const corrected = corrections(tokens, read, context);
  const wanted = { environment: read.draft.environment, service: read.draft.services[0] ?? null };
  const candidates = [...corrected, ...read.examples, ...examplesOf(wanted, context.vocabulary)];
  return {
    outcome: 'not-understood',
    read: cut(plainText(text).replaceAll(/\s+/g, ' '), 200),
    problem: read.problem.problem,
    examples: [...new Set(candidates)].filter((each) => isQuestion(each, context)).slice(0, 4),
  };
}

function commandOf(tokens: readonly Token[]): 'help' | 'catchup' | null {
  if (!tokens.every((token) => isFiller(token) || helpWords.has(token.word))) return null;
  if (tokens.some((token) => catchupWords.has(token.word))) return 'catchup';
  return tokens.some((token) => helpWords.has(token.word) && !token.quoted) ? 'help' : null;
}

interface NotRead {
  readonly outcome: 'not-read';
  readonly problem: Problem;
  readonly draft: Draft;
  readonly examples: readonly string[];
}

type Read = Extract<Understood, { outcome: 'question' }> | NotRead;

function readAll(tokens: readonly Token[], { now, timezone, vocabulary }: QuestionContext): Read {
  let draft = emptyDraft;
  if (tokens.length > mostWords)
    return notRead(problem(`That is longer than the ${mostWords} words that I read.`), draft);
  for (let at = 0; at < tokens.length;) {
    const done = step({ tokens, vocabulary }, at, draft);
    if (done.outcome === 'problem') return notRead(done, draft);
    draft = done.draft;
    // A rule that reads nothing would be asked again for ever.
    at += Math.max(1, done.length);
  }
  const zone = draft.zone ?? knownZone(timezone) ?? 'UTC';
  const bounds = boundsOf(draft, { now, zone });
  if (bounds.outcome === 'impossible') return notRead(problem(bounds.problem), draft, remedies(draft, bounds));
  return { outcome: 'question', question: questionFrom(draft, bounds, timezone) };
}

function questionFrom(draft: Draft, bounds: Extract<Bounds, { outcome: 'bounds' }>, timezone: string): Question {
  const { since, until } = bounds;
  const notes = [...draft.notes, ...bounds.notes];
  if (knownZone(timezone) === null) notes.push(`I know no time zone “${cut(timezone, 60)}”, so times are UTC.`);
  return {
    since,
    until,
    environment: draft.environment ?? (since?.type === 'state' ? since.environment : null),
    services: draft.services,
    kinds: draft.kinds,
    actor: draft.actor,
    text: draft.text,
    notes: [...new Set(notes)],
  };
}

function notRead(found: Problem, draft: Draft, examples: readonly string[] = []): NotRead {
  return { outcome: 'not-read', problem: found, draft, examples };
}

/** Of a window that ends before it begins, the other way round. */
function remedies(
  { since, until, environment }: Draft,
  bounds: Extract<Bounds, { outcome: 'impossible' }>,
): readonly string[] {
  if (!bounds.swapped || since === null || until === null) return [];
  const place = environment === null ? '' : ` in ${environment}`;
  return [
    `since ${until.words} until ${since.words}${place}`,
    `since yesterday ${since.words} until ${until.words}${place}`,
  ];
}

/** The asker's own words with up to three slips mended: `sinc yesteday` is `since yesterday`. */
function corrections(tokens: readonly Token[], first: NotRead, context: QuestionContext): readonly string[] {
  let words = tokens;
  let read: Read = first;
  for (let slips = 0; slips < 3 && read.outcome === 'not-read' && read.problem.correction !== null; slips++) {
    const { at, instead } = read.problem.correction;
    words = words.flatMap((token, index) => (index === at ? tokensOf(instead) : [token]));
    read = readAll(words, context);
  }
  if (read.outcome !== 'question' || words === tokens) return [];
  const text = words.map((token) => (token.quoted ? `"${token.raw}"` : token.raw)).join(' ');
  return text.length > 200 ? [] : [text];
}

function isQuestion(text: string, context: QuestionContext): boolean {
  const tokens = tokensOf(text);
  return commandOf(tokens) !== null || readAll(tokens, context).outcome === 'question';
}
