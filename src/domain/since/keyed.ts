import {
  type Draft,
  type Problem,
  problem,
  type Reading,
  type Step,
  unknown,
  withActor,
  withEnvironment,
  withKind,
  withService,
  withSince,
  withText,
  withUntil,
} from './draft.ts';
import { keyedOf, kindNamed, kindNames } from './filter-words.ts';
import { matchPhrase, unknownEnvironment } from './phrase.ts';
import { shortened, type Token } from './tokens.ts';

/** `kind:deploy`, `env: prod`, `by:@ada`, `since:2h`. */
export function keyed(reading: Reading, at: number, draft: Draft): Step | null {
  const { tokens, vocabulary } = reading;
  const found = tokens[at] === undefined ? null : keyedOf(tokens[at]);
  if (found === null) return null;
  const { key, name: keyName } = found;
  const value = found.value ?? tokens[at + 1];
  if (value === undefined) return problem(`“${keyName}:” needs something after it.`);
  const length = found.value === null ? 2 : 1;
  const shown = shortened(value.raw);
  switch (key) {
    case 'environment': {
      const environment = vocabulary.environments.get(value.word);
      return environment === undefined
        ? unknownEnvironment(value.word, at + length - 1, vocabulary)
        : withEnvironment(draft, length, environment);
    }
    case 'service': {
      const service = vocabulary.services.get(value.word);
      if (service !== undefined) return withService(draft, length, service);
      return keyedUnknown(`I know no service “${shown}”.`, keyName, value, at, vocabulary.services.keys());
    }
    case 'kind': {
      const known = kindNamed(value.word);
      if (known !== null) return withKind(draft, length, known);
      return keyedUnknown(
        `There is no kind “${shown}”; kinds are ${kindNames.join(', ')}.`,
        keyName,
        value,
        at,
        kindNames,
      );
    }
    case 'text':
      return withText(draft, length, value.raw);
    case 'actor':
    case 'since':
    case 'until':
    case 'anchor':
      return keyedTime(
        { ...reading, tokens: unkeyed(found.value, tokens, at, key === 'anchor' ? keyName : null) },
        {
          key,
          keyName,
          value,
          length,
          draft,
        },
      );
  }
}

interface KeyedTime {
  readonly key: 'actor' | 'since' | 'until' | 'anchor';
  readonly keyName: string;
  readonly value: Token;
  readonly length: number;
  readonly draft: Draft;
}

/** `since:2h`, `until:14:00`, `pr:123`; and of `from:14:00` and `from:@ada`, whichever it is. */
function keyedTime(reading: Reading, { key, keyName, value, length, draft }: KeyedTime): Step {
  const timed =
    key !== 'actor' || (keyName === 'from' && !/^[<@]/.test(value.raw))
      ? matchPhrase(reading.tokens, 0, reading.vocabulary)
      : null;
  if (timed?.outcome === 'problem') return timed;
  if (timed !== null) {
    const words = timed.length + length - 1 - (key === 'anchor' ? 1 : 0);
    return key === 'until' ? withUntil(draft, words, timed.phrase, false) : withSince(draft, words, timed.phrase);
  }
  if (key === 'actor') return withPerson(value, length, draft);
  return problem(`I do not know the ${key === 'anchor' ? keyName : 'time'} “${shortened(value.raw)}”.`);
}

/** The words from the value on, with the key as a word of its own where that is how it would be said. */
function unkeyed(value: Token | null, tokens: readonly Token[], at: number, said: string | null): readonly Token[] {
  const rest = value === null ? tokens.slice(at + 1, at + 14) : [value, ...tokens.slice(at + 1, at + 14)];
  return said === null ? rest : [{ raw: said, word: said, quoted: false }, ...rest];
}

function keyedUnknown(says: string, key: string, value: Token, at: number, known: Iterable<string>): Problem {
  const found = unknown(says, value.word, at, known);
  const correction = found.correction === null ? null : { at, instead: `${key}:${found.correction.instead}` };
  return { ...found, correction };
}

/** A person as a Slack mention, a login, a name or an e-mail address. */
export function withPerson(token: Token, length: number, draft: Draft): Step {
  const named = token.quoted ? token.raw : token.raw.replace(/^@/, '').replace(/'s$/, '');
  const fits = /^(?:<@[A-Z0-9]{2,20}>|[\p{L}\p{N}_.+-]{1,100}(?:@[\w.-]{1,100})?(?:\[bot\])?)$/u.test(named);
  if (fits || (token.quoted && named !== '')) return withActor(draft, length, named.slice(0, 200));
  return problem(`“${shortened(token.raw)}” is not a person; write a name, a login or an e-mail address.`);
}
