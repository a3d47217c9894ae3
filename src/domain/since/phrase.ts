import type { Vocabulary, When } from '../question.ts';
import { type AnchorMatch, matchAnchor } from './anchor-words.ts';
import { listed, problem, type Problem, unknown } from './draft.ts';
import { matchMoment } from './moment.ts';
import { shortened, type Token } from './tokens.ts';
import type { Phrase } from './window.ts';

export interface PhraseMatch {
  readonly outcome: 'phrase';
  readonly length: number;
  readonly phrase: Phrase;
}

const aroundWords = new Set(['around', 'about', 'circa', 'near', 'approximately', 'roughly', 'approx']);

/** A `<when>` at this place: a moment, `around` one, or an anchor. `hourLetter` as in `matchMoment`. */
export function matchPhrase(
  tokens: readonly Token[],
  at: number,
  vocabulary: Vocabulary,
  hourLetter = false,
): PhraseMatch | Problem | null {
  const around = matchAround(tokens, at);
  if (around !== null) return around;
  const moment = matchMoment(tokens, at, hourLetter);
  if (moment !== null) {
    const next = tokens[at + moment.length]?.word;
    if (moment.moment.type === 'ago' && (next === 'before' || next === 'after')) {
      return problem(`I cannot count “${moment.words} ${next}” something; name the time itself.`);
    }
    const { length, words, notes } = moment;
    return { outcome: 'phrase', length, phrase: { type: 'time', sense: 'exact', moment: moment.moment, words, notes } };
  }
  const anchor = matchAnchor(tokens, at, vocabulary);
  if (anchor === null) return null;
  if (anchor.outcome === 'unknown') return unknownName(anchor, vocabulary);
  const { when, words } = anchor;
  const length = anchor.length + arrivalWords(tokens, at + anchor.length, when.type);
  return { outcome: 'phrase', length, phrase: { type: 'anchor', when, words } };
}

function unknownName(
  { at, what, name }: Extract<AnchorMatch, { outcome: 'unknown' }>,
  vocabulary: Vocabulary,
): Problem {
  // In `prod~3` the name is a part of its word, so replacing the word would not correct it.
  if (what === 'environment') return { ...unknownEnvironment(name, at, vocabulary), correction: null };
  if (name === '') return problem('After “of” I expect a service.');
  return unknown(`I know no service “${shortened(name)}”.`, name, at, vocabulary.services.keys());
}

/** `was merged` after a pull request says how it came about and asks for no kind. */
function arrivalWords(tokens: readonly Token[], at: number, type: When['type']): number {
  if (!['pull-request', 'commit', 'version'].includes(type)) return 0;
  const was = ['was', 'got', 'is'].includes(tokens[at]?.word ?? '') ? 1 : 0;
  return ['merged', 'deployed', 'released', 'shipped', 'landed'].includes(tokens[at + was]?.word ?? '') ? was + 1 : 0;
}

/** Known names of an environment that was not recognised. */
export function unknownEnvironment(name: string, at: number, { environments }: Vocabulary): Problem {
  const known = environments.size === 0 ? 'I have seen none yet.' : `I know ${listed(environments.values())}.`;
  const says = `I know no environment “${shortened(name)}”.`;
  const found = unknown(says, name, at, environments.keys());
  return found.correction === null ? problem(`${says} ${known}`) : { ...found, problem: `${found.problem} ${known}` };
}

function matchAround(tokens: readonly Token[], from: number): PhraseMatch | null {
  const first = tokens[from];
  if (first === undefined || first.quoted) return null;
  const tilde = /^~\d/.test(first.word);
  if (!tilde && !aroundWords.has(first.word)) return null;
  const at = tokens[from + 1]?.word === 'at' && !tilde ? 1 : 0;
  const rest = tilde
    ? [{ ...first, raw: first.raw.slice(1), word: first.word.slice(1) }, ...tokens.slice(from + 1, from + 12)]
    : tokens.slice(from + 1 + at, from + 12);
  const found = matchMoment(rest, 0, true);
  if (found === null) return null;
  const { moment, words, notes } = found;
  const length = found.length + (tilde ? 0 : 1 + at);
  return {
    outcome: 'phrase',
    length,
    phrase: { type: 'time', sense: 'around', moment, words: `around ${words}`, notes },
  };
}
