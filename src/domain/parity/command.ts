import type { Pair, ParityVerdict } from '../comparison/difference.ts';
import { type ParityVerb, noise, verbs, verdictPhrases } from './vocabulary.ts';
import type { Vocabulary } from '../question.ts';
import { shorten } from '../shorten.ts';
import { closest } from '../since/closest.ts';
import { suggestName } from '../suggest-name.ts';

export interface ParityPlace {
  readonly pair: Pair;
  /** Null: all of them. */
  readonly service: string | null;
}

export type ParityCommand =
  | ({ readonly do: 'show'; readonly verdict: ParityVerdict | null } & ParityPlace)
  | ({ readonly do: 'accept'; readonly key: string | null } & ParityPlace)
  | { readonly do: 'confirm'; readonly acceptanceId: string }
  | { readonly do: 'audit' }
  /** `now`: what would be told. `settings`: when and where. The others: of the channel in which it is said. */
  | { readonly do: 'digest'; readonly what: 'now' | 'settings' | 'mute' | 'unmute' };

export type ParityRequest =
  | { readonly outcome: 'help' }
  | { readonly outcome: 'command'; readonly command: ParityCommand }
  | {
      readonly outcome: 'not-understood';
      readonly read: string;
      readonly problem: string;
      readonly examples: readonly string[];
    };

export interface ParityCommandContext {
  readonly vocabulary: Vocabulary;
  /** Of the settings, the usual one first; never empty. */
  readonly pairs: readonly [Pair, ...Pair[]];
}

type Problem = Pick<Extract<ParityRequest, { outcome: 'not-understood' }>, 'problem' | 'examples'>;

/** What was found among the words, in whatever order they came. */
interface Found {
  environments: string[];
  services: string[];
  unknown: string[];
}

const mostExamples = 4;
/** Names of services may have spaces. */
const mostWords = 3;

/** What the words after `/parity` mean, in any order. Never throws. */
export function parseParityCommand(text: string, context: ParityCommandContext): ParityRequest {
  const words = text.trim().replace(/^\/parity\b\s*/i, '');
  const { rest: unjudged, verdict } = withoutVerdict(words);
  const said = verbIn(unjudged, context.vocabulary);
  if (said?.verb === 'help') return { outcome: 'help' };
  const read = said === null ? readShow(unjudged, verdict, context) : readVerb(said, context);
  if ('problem' in read) {
    const examples = [...new Set([...read.examples, ...usualExamples(context)])].slice(0, mostExamples);
    return { outcome: 'not-understood', read: shorten(words, 200), problem: read.problem, examples };
  }
  return { outcome: 'command', command: read };
}

function readShow(
  words: string,
  verdict: ParityVerdict | null,
  context: ParityCommandContext,
): ParityCommand | Problem {
  const place = placeOf(words, context);
  return 'problem' in place ? place : { do: 'show', verdict, ...place };
}

interface SaidVerb {
  readonly verb: ParityVerb;
  readonly before: string;
  readonly after: string;
}

function readVerb({ verb, before, after }: SaidVerb, context: ParityCommandContext): ParityCommand | Problem {
  if (verb === 'audit') return { do: 'audit' };
  if (verb === 'digest') return readDigest(after);
  if (verb === 'confirm') {
    const id = /^(?:acceptance\s+)?#?(\d{1,18})$/i.exec(after)?.[1];
    return id === undefined
      ? { problem: 'Which one do you confirm? Its message says its number.', examples: ['confirm 17'] }
      : { do: 'confirm', acceptanceId: id };
  }
  const { key, where } = keyAndPlace(after, context);
  const place = placeOf(`${before} ${where}`, context);
  return 'problem' in place ? place : { do: 'accept', key, ...place };
}

function readDigest(after: string): ParityCommand | Problem {
  const word = after.toLowerCase().replace(/[.!?]+$/, '');
  if (/^(?:now|preview|show|today|)$/.test(word)) return { do: 'digest', what: 'now' };
  if (/^(?:settings|when|where)$/.test(word)) return { do: 'digest', what: 'settings' };
  if (word === 'mute' || word === 'unmute') return { do: 'digest', what: word };
  return {
    problem: 'I can show you the digest as it would be now, or when and where it is told, and mute it here.',
    examples: ['digest now', 'digest settings', 'digest mute', 'digest unmute'],
  };
}

/** `PAYMENT_TIMEOUT in checkout`: what follows the last `in` is a place only where it is known. */
function keyAndPlace(after: string, context: ParityCommandContext): { key: string | null; where: string } {
  const words = after.replaceAll(/^[`"'“]+|[`"'”]+$/gu, '').trim();
  if (words === '') return { key: null, where: '' };
  const [, key = '', where = ''] = /^(.+?)[`"'”]?\s+(?:in|of|for)\s+(.+)$/iu.exec(words) ?? [];
  const found = namesIn(where, context.vocabulary);
  const isPlace = where !== '' && found.unknown.length === 0;
  return { key: isPlace ? key : words, where: isPlace ? where : '' };
}

function placeOf(words: string, context: ParityCommandContext): ParityPlace | Problem {
  const found = namesIn(words, context.vocabulary);
  const [unknown] = found.unknown;
  if (unknown !== undefined) return unknownWord(unknown, words, context);
  const services = [...new Set(found.services)];
  const [service = null] = services;
  if (services.length > 1) {
    return { problem: 'I compare one service at a time, or all of them.', examples: services.slice(0, 2) };
  }
  const pair = pairOf(found.environments, context);
  return 'problem' in pair ? pair : { pair, service };
}

/** As the settings have it, whichever way round it was asked. */
function pairOf(environments: readonly string[], { pairs }: ParityCommandContext): Pair | Problem {
  const [usual] = pairs;
  const [one, other, ...more] = [...new Set(environments)];
  if (one === undefined) return usual;
  if (more.length > 0) {
    return { problem: 'I compare two environments at a time.', examples: [`${one} vs ${other ?? usual.mirror}`] };
  }
  if (other === undefined) {
    if (environments.length > 1) {
      return { problem: `${one} is always equal to itself.`, examples: [`${usual.reference} vs ${usual.mirror}`] };
    }
    const known = pairs.find(({ mirror }) => mirror === one) ?? pairs.find(({ reference }) => reference === one);
    return known ?? { reference: usual.reference, mirror: one };
  }
  const known = pairs.find(
    ({ reference, mirror }) => (reference === one && mirror === other) || (reference === other && mirror === one),
  );
  if (known !== undefined) return known;
  return pairs.some(({ reference }) => reference === other)
    ? { reference: other, mirror: one }
    : { reference: one, mirror: other };
}

function namesIn(words: string, vocabulary: Vocabulary): Found {
  const tokens = words
    .toLowerCase()
    .split(/\s+|[,;:|]+|\.{2,}|…|<-*>|[-=]+>|[→←↔⇄⇆]/u)
    .map((token) => token.replaceAll(/^[`"'“(]+|[`"'”)?!.]+$/gu, ''))
    .filter((token) => token !== '');
  const found: Found = { environments: [], services: [], unknown: [] };
  for (let at = 0; at < tokens.length;) at += takeName(tokens, at, found, vocabulary);
  return found;
}

/** How many words it took. */
function takeName(tokens: readonly string[], at: number, found: Found, vocabulary: Vocabulary): number {
  for (let count = Math.min(mostWords, tokens.length - at); count > 0; count -= 1) {
    const words = tokens.slice(at, at + count).join(' ');
    const environment = vocabulary.environments.get(words);
    const service = vocabulary.services.get(words);
    if (environment !== undefined) found.environments.push(environment);
    else if (service !== undefined) found.services.push(service);
    else continue;
    return count;
  }
  const token = tokens[at] ?? '';
  const versus = /^(.+?)[-/_](?:vs|versus)[-/_](.+)$/.exec(token) ?? /^([^/]+)\/([^/]+)$/.exec(token);
  const both = versus?.slice(1, 3).map((name) => vocabulary.environments.get(name));
  if (both?.[0] !== undefined && both[1] !== undefined) found.environments.push(both[0], both[1]);
  else if (!noise.has(token)) found.unknown.push(token);
  return 1;
}

function verbIn(words: string, vocabulary: Vocabulary): SaidVerb | null {
  const tokens = words.split(/\s+/).filter((token) => token !== '');
  for (const [index, token] of tokens.entries()) {
    const written = token.toLowerCase().replace(/[:,]$/, '');
    const verb = verbs.get(written);
    // A service may be called so: then only the first word is a verb.
    if (verb === undefined || (index > 0 && vocabulary.services.has(written))) continue;
    const [before, after] = [tokens.slice(0, index).join(' '), tokens.slice(index + 1).join(' ')];
    return { verb, before, after };
  }
  return null;
}

function withoutVerdict(words: string): { readonly rest: string; readonly verdict: ParityVerdict | null } {
  if (verbs.has(words.split(/\s+/, 1)[0]?.toLowerCase() ?? '')) return { rest: words, verdict: null };
  for (const [phrase, verdict] of verdictPhrases) {
    if (phrase.test(words)) return { rest: words.replace(phrase, ' '), verdict };
  }
  return { rest: words, verdict: null };
}

function unknownWord(word: string, words: string, context: ParityCommandContext): Problem {
  const { environments, services } = context.vocabulary;
  const names = new Map([...services, ...environments]);
  const verb = closest(word, [...verbs.keys(), 'unexplained', 'explained', 'intended', 'pending']);
  const near = suggestName(word, names) ?? verb;
  const mended =
    near === null
      ? []
      : [
          words
            .toLowerCase()
            .split(/\s+/)
            .map((each) => (each === word ? near : each))
            .join(' ')
            .trim(),
        ];
  const known = [...new Set(environments.values())].toSorted();
  const list = known.length > 0 && known.length <= 8 ? ` Environments: ${known.join(', ')}.` : '';
  return {
    problem: `I know no environment or service called “${shorten(word, 60)}”.${list}`,
    examples: mended.map((each) => shorten(each, 100)),
  };
}

function usualExamples({ pairs, vocabulary }: ParityCommandContext): readonly string[] {
  const [{ reference, mirror }] = pairs;
  const [service = 'checkout'] = [...new Set(vocabulary.services.values())].toSorted();
  return [`${reference} vs ${mirror}`, service, 'unexplained', 'help'];
}
