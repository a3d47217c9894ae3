import { type KnownNames, meaningOf } from '../known-names.ts';

/** What a channel's name and topic say about the incident that it was made for. */
export interface ChannelWords {
  readonly title: string;
  readonly environment: string | null;
  readonly services: readonly string[];
  /** `42` of `inc-42-checkout`: what somebody counts incidents by. Dates are none. */
  readonly numbers: readonly string[];
}

export interface NamedChannel {
  /** Without `#`. */
  readonly name: string;
  readonly topic: string;
}

/** Words that say what sort of channel it is, where the pattern of the settings leaves some. */
const sorts = /^(?:inc|incidents?|sev\d?|outage)$/i;
/** A name of more words is none that people gave. */
const longestName = 4;
const mostWords = 60;
const link = /https?:\/\/\S+/gi;

/** `pattern` is what the names of such channels match; what it matches at the beginning says nothing else. */
export function channelWords({ name, topic }: NamedChannel, pattern: RegExp, known: KnownNames): ChannelWords {
  const words = wordsIn(name.slice(prefixOf(name, pattern)));
  const said = titleWords(words);
  const [ofName, ofTopic] = [namesIn(words, known), namesIn(wordsIn(topic.replaceAll(link, ' ')), known)];
  return {
    title: said.length === 0 ? `#${name}` : capitalised(said.join(' ')),
    environment: ofName.environment ?? ofTopic.environment,
    // A topic is a sentence: words of it are names less often than those of the channel's name.
    services: ofName.services.length > 0 ? ofName.services : ofTopic.services,
    numbers: words.filter((word) => /^\d{1,7}$/.test(word) && !isYear(word)).map((word) => String(Number(word))),
  };
}

function prefixOf(name: string, pattern: RegExp): number {
  const match = pattern.exec(name);
  return match?.index === 0 ? match[0].length : 0;
}

function wordsIn(text: string): readonly string[] {
  return text
    .split(/[^\p{L}\p{M}\p{N}.]+/u)
    .map((word) => word.replaceAll(/^\.+|\.+$/g, ''))
    .filter((word) => word !== '')
    .slice(0, mostWords);
}

/** Without what counts and dates it, in front of what it is about. */
function titleWords(words: readonly string[]): readonly string[] {
  const first = words.findIndex((word) => !/^[\d.]+$/.test(word) && !sorts.test(word));
  return first === -1 ? [] : words.slice(first);
}

function capitalised(text: string): string {
  const [first = '', ...rest] = text;
  return first.toLocaleUpperCase('en') + rest.join('');
}

function isYear(word: string): boolean {
  return /^20\d\d$/.test(word);
}

/** Known names among the words, the longest first: of `checkout-api-errors` checkout-api and not checkout. */
function namesIn(words: readonly string[], { environments, services }: KnownNames) {
  const taken = new Set<number>();
  const found: { readonly at: number; readonly service: string }[] = [];
  let environment: string | null = null;
  for (let length = Math.min(longestName, words.length); length > 0; length--) {
    for (let at = 0; at + length <= words.length; at++) {
      const places = Array.from({ length }, (_, index) => at + index);
      if (places.some((place) => taken.has(place))) continue;
      const name = words.slice(at, at + length).join('-');
      const service = meaningOf(name, services);
      const place = service === null ? meaningOf(name, environments) : null;
      if (service === null && place === null) continue;
      for (const each of places) taken.add(each);
      if (service !== null) found.push({ at, service });
      environment ??= place;
    }
  }
  const inOrder = found.toSorted((a, b) => a.at - b.at).map(({ service }) => service);
  return { environment, services: [...new Set(inOrder)] };
}
