import {
  type Draft,
  type Problem,
  problem,
  progress,
  type Reading,
  type Step,
  unknown,
  withKind,
  withName,
  withSince,
  withText,
  withUntil,
} from './draft.ts';
import { grammarWords, isFiller, matchKind } from './filter-words.ts';
import { keyed, withPerson } from './keyed.ts';
import { matchPhrase, type PhraseMatch, unknownEnvironment } from './phrase.ts';
import { shortened, type Token, written } from './tokens.ts';
import type { TimePhrase } from './window.ts';
import { matchZone } from './zone-words.ts';

/** Reads the words at `at` into the draft; null leaves them to the next rule. */
type Rule = (reading: Reading, at: number, draft: Draft) => Step | null;

/** One step on from `at`: the first rule that has something to say about the word there. */
export function step(reading: Reading, at: number, draft: Draft): Step {
  for (const rule of rules) {
    const done = rule(reading, at, draft);
    if (done !== null) return done;
  }
  return unknownWord(reading, at);
}

const rules: readonly Rule[] = [
  quotedText,
  keyed,
  sinceWord,
  untilWord,
  betweenWord,
  atWord,
  dayWord,
  personWord,
  placeWord,
  partWord,
  name,
  when,
  kind,
  zone,
  filler,
];

function word({ tokens }: Reading, at: number): string {
  const token = tokens[at];
  return token === undefined || token.quoted ? '' : token.word;
}

function phraseAt({ tokens, vocabulary }: Reading, at: number, hourLetter = false): PhraseMatch | Problem | null {
  return matchPhrase(tokens, at, vocabulary, hourLetter);
}

function quotedText({ tokens }: Reading, at: number, draft: Draft): Step | null {
  const token = tokens[at];
  return token?.quoted === true ? withText(draft, 1, token.raw) : null;
}

function sinceWord(reading: Reading, at: number, draft: Draft): Step | null {
  const keyword = word(reading, at);
  if (!['since', 'after', 'from', 'starting'].includes(keyword)) return null;
  if (['since', 'from'].includes(word(reading, at + 1))) return progress(1, draft);
  const skipped = ['at', 'on', 'from'].includes(word(reading, at + 1)) ? 2 : 1;
  const found = phraseAt(reading, at + skipped, skipped === 2);
  if (found?.outcome === 'problem') return found;
  if (found !== null) return withSince(draft, found.length + skipped, found.phrase);
  const next = reading.tokens[at + 1];
  if (next === undefined) return problem(`“${keyword}” needs a time after it, such as “${keyword} 14:00”.`);
  if (keyword === 'from') return fromSomewhere(reading, at, next, draft);
  const service = reading.vocabulary.services.get(next.word);
  if (service !== undefined) {
    const instead = `last deploy of ${service}`;
    return problem(`“${shortened(next.raw)}” is not a time; perhaps you mean “${instead}”.`, { at: at + 1, instead });
  }
  return unknownTime(reading, at + 1, next);
}

function unknownTime({ tokens }: Reading, at: number, { word: typed }: Token): Problem {
  const shown = written(tokens, at, typed === 'the' ? 2 : 1);
  if (!/^\d{1,2}$/.test(typed)) return unknown(`I do not know the time “${shown}”.`, typed, at, grammarWords);
  const instead = `${typed}:00`;
  return problem(`“${shown}” alone could be an hour or a length; write ${instead} or ${typed}h.`, { at, instead });
}

function fromSomewhere({ vocabulary }: Reading, at: number, next: Token, draft: Draft): Step {
  if (/^(?:<@|@\w)/.test(next.raw)) return withPerson(next, 2, draft);
  if (isFiller(next)) return progress(1, draft);
  return (
    withName(draft, next.word, vocabulary, 2) ??
    unknown(`I do not know “${shortened(next.raw)}”.`, next.word, at + 1, [
      ...grammarWords,
      ...vocabulary.environments.keys(),
      ...vocabulary.services.keys(),
    ])
  );
}

function untilWord(reading: Reading, at: number, draft: Draft): Step | null {
  const keyword = word(reading, at);
  const ranging = ['to', '-', 'through'].includes(keyword);
  if (!ranging && !['until', 'till', 'til', 'before', 'upto'].includes(keyword)) return null;
  if (ranging && (draft.since === null || draft.until !== null)) return null;
  const next = reading.tokens[at + 1];
  if (next?.word === 'now') return progress(2, draft);
  const afterClock = draft.since?.type === 'time' && draft.since.moment.type === 'wall';
  const skipped = word(reading, at + 1) === 'at' ? 2 : 1;
  const found = phraseAt(reading, at + skipped, afterClock);
  if (found?.outcome === 'problem') return found;
  if (found !== null) return withUntil(draft, found.length + skipped, found.phrase, ranging);
  if (ranging) return null;
  if (next === undefined) return problem(`“${keyword}” needs a time after it, such as “${keyword} 15:00”.`);
  return unknownTime(reading, at + 1, next);
}

function betweenWord(reading: Reading, at: number, draft: Draft): Step | null {
  if (word(reading, at) !== 'between') return null;
  const from = phraseAt(reading, at + 1);
  if (from?.outcome === 'problem') return from;
  const and = from === null ? '' : word(reading, at + 1 + from.length);
  const afterClock = from?.phrase.type === 'time' && from.phrase.moment.type === 'wall';
  const to =
    from !== null && ['and', 'to', '-', '&'].includes(and) ? phraseAt(reading, at + 2 + from.length, afterClock) : null;
  if (to?.outcome === 'problem') return to;
  if (from === null || to === null) return problem('After “between” I expect two times, such as “14:00 and 15:00”.');
  const since = withSince(draft, 0, from.phrase);
  return since.outcome === 'problem' ? since : withUntil(since.draft, from.length + to.length + 2, to.phrase, true);
}

/** `at 14:00` inside a question asks for what happened about then; at its beginning it is `/since at 14:00`. */
function atWord(reading: Reading, at: number, draft: Draft): Step | null {
  if (word(reading, at) !== 'at') return null;
  const found = phraseAt(reading, at + 1, true);
  if (found === null || found.outcome === 'problem') return found;
  const { phrase } = found;
  const length = found.length + 1;
  if (phrase.type === 'anchor' || at === 0 || isDayOnly(draft.since)) return withSince(draft, length, phrase);
  return withSince(draft, length, about(phrase, `at ${phrase.words}`));
}

function about(phrase: TimePhrase, words: string): TimePhrase {
  return {
    ...phrase,
    sense: 'around',
    notes: [...phrase.notes, `“${words}” was read as 15 minutes to each side of it.`],
  };
}

function isDayOnly(phrase: Draft['since']): boolean {
  return (
    phrase?.type === 'time' && phrase.sense === 'exact' && phrase.moment.type === 'wall' && phrase.moment.clock === null
  );
}

/** `on friday`, `during yesterday`: that day alone. */
function dayWord(reading: Reading, at: number, draft: Draft): Step | null {
  const keyword = word(reading, at);
  if (keyword !== 'on' && keyword !== 'during') return null;
  const found = phraseAt(reading, at + 1);
  if (found === null || found.outcome === 'problem' || found.phrase.type !== 'time') return null;
  const { phrase } = found;
  if (phrase.moment.type !== 'wall' || phrase.sense !== 'exact') return withSince(draft, found.length + 1, phrase);
  const words = `${keyword} ${phrase.words}`;
  return withSince(
    draft,
    found.length + 1,
    phrase.moment.clock === null ? { ...phrase, sense: 'on' } : about(phrase, words),
  );
}

function personWord(reading: Reading, at: number, draft: Draft): Step | null {
  const { tokens } = reading;
  const token = tokens[at];
  if (token === undefined || token.quoted) return null;
  if (/^(?:<@[UW]|@\w)/.test(token.raw)) return withPerson(token, 1, draft);
  if (token.word !== 'by') return null;
  const next = tokens[at + 1];
  if (next === undefined || next.quoted) return problem('“by” needs a person after it, such as “by @ada”.');
  const time = phraseAt(reading, at + 1);
  if (time?.outcome === 'phrase' && time.phrase.type === 'time')
    return withUntil(draft, time.length + 1, time.phrase, false);
  return withPerson(next, 2, draft);
}

/** `in prod`, `on staging`, `to production`; `in the last 2 hours`. */
function placeWord(reading: Reading, at: number, draft: Draft): Step | null {
  const keyword = word(reading, at);
  if (!['in', 'on', 'to', 'into', 'onto', 'within', 'over'].includes(keyword)) return null;
  const the = ['the', 'our', 'my'].includes(word(reading, at + 1)) ? 1 : 0;
  const place = reading.tokens[at + 1 + the];
  const named = place === undefined || place.quoted ? null : withName(draft, place.word, reading.vocabulary, 2 + the);
  if (named !== null) return named;
  if (keyword === 'to') return progress(1, draft);
  const time = phraseAt(reading, at + 1);
  if (time !== null) return time.outcome === 'problem' ? time : withSince(draft, time.length + 1, time.phrase);
  if (keyword !== 'in') return progress(1, draft);
  if (place === undefined) return problem('“in” needs an environment after it, such as “in production”.');
  if (place.quoted || isFiller(place) || matchKind(reading.tokens, at + 1 + the) !== null) return progress(1, draft);
  return unknownEnvironment(place.word, at + 1 + the, reading.vocabulary);
}

/** `of checkout`, `for the last 2 hours`. After these, a name is a name even when it also is a word of the grammar. */
function partWord(reading: Reading, at: number, draft: Draft): Step | null {
  const keyword = word(reading, at);
  if (!['of', 'for'].includes(keyword)) return null;
  const the = word(reading, at + 1) === 'the' ? 1 : 0;
  const named = withName(draft, word(reading, at + 1 + the), reading.vocabulary, 2 + the);
  if (named !== null) return named;
  const time = keyword === 'for' ? phraseAt(reading, at + 1) : null;
  if (time === null) return progress(1, draft);
  return time.outcome === 'problem' ? time : withSince(draft, time.length + 1, time.phrase);
}

function name(reading: Reading, at: number, draft: Draft): Step | null {
  const token = reading.tokens[at];
  if (token === undefined || isFiller(token)) return null;
  const named = withName(draft, token.word, reading.vocabulary, 1);
  if (named?.outcome !== 'progress' || named.draft.services.length === draft.services.length) return named;
  const noun = matchKind(reading.tokens, at);
  if (noun === null) return named;
  const note = `“${token.raw}” was read as the service; for the kind write kind:${noun.kind}.`;
  return { ...named, draft: { ...named.draft, notes: [...draft.notes, note] } };
}

function when(reading: Reading, at: number, draft: Draft): Step | null {
  const found = phraseAt(reading, at);
  return found === null || found.outcome === 'problem' ? found : withSince(draft, found.length, found.phrase);
}

function kind({ tokens }: Reading, at: number, draft: Draft): Step | null {
  const found = matchKind(tokens, at);
  return found === null ? null : withKind(draft, found.length, found.kind);
}

function zone({ tokens }: Reading, at: number, draft: Draft): Step | null {
  const found = matchZone(tokens[at]);
  if (found === null) return null;
  const notes = found.note === null ? draft.notes : [...draft.notes, found.note];
  return progress(1, { ...draft, zone: found.zone, notes });
}

function filler({ tokens }: Reading, at: number, draft: Draft): Step | null {
  const token = tokens[at];
  return token !== undefined && isFiller(token) ? progress(1, draft) : null;
}

function unknownWord({ tokens, vocabulary }: Reading, at: number): Problem {
  const token = tokens[at];
  const shown = written(tokens, at, 1);
  const typed = token?.word ?? '';
  if (typed === 'last') return problem('After “last” I expect one length of time, a day or “deploy”.');
  if (/^\d{1,2}:\d/.test(typed)) return problem(`“${shown}” is not a time of day.`);
  if (/^\d{1,6}$/.test(typed)) return problem(`“${shown}” needs a unit, such as ${shown}m or ${shown}h.`);
  if (/^[0-9a-f]{7,40}$/.test(typed)) {
    return problem(`“${shown}” could be a word or a commit; for the commit write “commit ${shown}”.`, {
      at,
      instead: `commit ${typed}`,
    });
  }
  if (['did', 'has', 'have'].includes(tokens[at - 1]?.word ?? '') && /^[a-z]{2,40}$/.test(typed)) {
    const instead = `by:${typed}`;
    return problem(`I do not know “${shown}”; for a person write “${instead}”.`, { at, instead });
  }
  const known = [...vocabulary.environments.keys(), ...vocabulary.services.keys(), ...grammarWords];
  return unknown(`I do not know “${shown}”.`, typed, at, known);
}
