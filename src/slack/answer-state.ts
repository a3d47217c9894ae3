import { z } from 'zod';
import type { Answer } from '../domain/answer.ts';
import { kinds } from '../domain/change.ts';
import type { Question } from '../domain/question.ts';

/**
 * What a button needs to ask again: the question with its window settled, so that "2h" means the same two hours on the
 * next page and a day later.
 */
export interface AnswerState {
  readonly from: Date;
  /** Null while the window ends now. */
  readonly to: Date | null;
  readonly environment: string | null;
  readonly services: readonly string[];
  readonly kinds: Question['kinds'];
  readonly actor: string | null;
  readonly text: string | null;
}

/** Slack's limit for the value of a button. */
const longestValue = 2000;
const longestChoice = 250;
const longest = longestValue - longestChoice - 1;
const Name = z.string().min(1).max(200);

/** Short keys: the value of a button has few characters. What comes back has been in other hands. */
const Encoded = z.strictObject({
  f: z.int().min(0).max(8.64e15),
  t: z.int().min(0).max(8.64e15).optional(),
  e: Name.optional(),
  s: z.array(Name).max(50).default([]),
  k: z.array(z.enum(kinds)).max(kinds.length).default([]),
  a: Name.optional(),
  x: Name.optional(),
});

export function stateOf({ window, filters, askedAt }: Answer): AnswerState {
  const open = window.to.getTime() === askedAt.getTime();
  return { ...filters, from: window.from, to: open ? null : window.to };
}

/** Null when it does not fit into a button: such an answer has none. */
export function encodeState(state: AnswerState): string | null {
  const fields: z.input<typeof Encoded> = {
    f: state.from.getTime(),
    ...(state.to === null ? {} : { t: state.to.getTime() }),
    ...(state.environment === null ? {} : { e: state.environment }),
    ...(state.services.length === 0 ? {} : { s: [...state.services] }),
    ...(state.kinds.length === 0 ? {} : { k: [...state.kinds] }),
    ...(state.actor === null ? {} : { a: state.actor }),
    ...(state.text === null ? {} : { x: state.text }),
  };
  const encoded = JSON.stringify(fields);
  return encoded.length <= longest && Encoded.safeParse(fields).success ? encoded : null;
}

/** Null for anything that `encodeState` did not make. */
export function decodeState(value: string): AnswerState | null {
  if (value.length > longest) return null;
  const parsed = Encoded.safeParse(parsedJson(value));
  if (!parsed.success) return null;
  const { f, t, e, s, k, a, x } = parsed.data;
  if (t !== undefined && t <= f) return null;
  return {
    from: new Date(f),
    to: t === undefined ? null : new Date(t),
    environment: e ?? null,
    services: s,
    kinds: k,
    actor: a ?? null,
    text: x ?? null,
  };
}

/** The value of a button: the answer that it stands under and, for a filter or a page, what it chooses. */
export function encodeButton(state: string, choice: string | null): string | null {
  const value = choice === null ? state : `${state}\n${choice}`;
  return value.length <= longestValue ? value : null;
}

export function decodeButton(value: string): { readonly state: AnswerState; readonly choice: string | null } | null {
  // JSON on one line holds no line break, so the first one ends the state.
  const end = value.indexOf('\n');
  const state = decodeState(end === -1 ? value : value.slice(0, end));
  const choice = end === -1 ? null : value.slice(end + 1);
  if (state === null || choice === '' || (choice !== null && choice.length > longestChoice)) return null;
  return { state, choice };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function questionOf(state: AnswerState): Question {
  const { from, to, ...filters } = state;
  return {
    ...filters,
    since: to === null ? { type: 'instant', at: from, words: '' } : { type: 'span', from, to, words: '' },
    until: null,
    notes: [],
  };
}
