import type { Vocabulary } from '../question.ts';
import { shorten } from '../shorten.ts';
import { closest } from '../since/closest.ts';
import { suggestName } from '../suggest-name.ts';

export type BackportsRequest =
  | { readonly outcome: 'help' }
  /** `service` null: all of them. */
  | { readonly outcome: 'list'; readonly mine: boolean; readonly service: string | null }
  | {
      readonly outcome: 'not-understood';
      readonly read: string;
      readonly problem: string;
      readonly examples: readonly string[];
    };

const helps = new Set(['help', '?', 'how', 'usage', 'commands']);
const own = new Set(['mine', 'my', 'me', 'own', 'i']);
const everybody = new Set(['all', 'everything', 'everybody', 'everyone', 'any', '*']);
/** Words that only join the others. */
const noise = new Set(
  'backports backport list show open of for in the service services from what which are is by please and &'.split(' '),
);
/** Names of services may have spaces. */
const mostWords = 3;

/** What the words after `/backports` mean, in any order. Nothing said: those of who asks. Never throws. */
export function parseBackportsCommand(text: string, { services }: Pick<Vocabulary, 'services'>): BackportsRequest {
  const words = text
    .trim()
    .replace(/^\/backports\b\s*/i, '')
    .slice(0, 1000);
  const tokens = words
    .toLowerCase()
    .split(/[\s,;:|]+/)
    .map((token) => token.replaceAll(/^[`"'“(]+|[`"'”)?!.]+$/gu, '') || token)
    .filter((token) => token !== '');
  if (tokens.length > 0 && tokens.every((token) => helps.has(token))) return { outcome: 'help' };
  const found = { mine: false, all: false, services: new Set<string>(), unknown: [] as string[] };
  for (let at = 0; at < tokens.length;) at += take(tokens, at, found, services);
  const examples = examplesOf(services);
  const problem = (why: string, more: readonly string[] = []): BackportsRequest => ({
    outcome: 'not-understood',
    read: shorten(words, 200),
    problem: why,
    examples: [...new Set([...more, ...examples])].slice(0, 4),
  });
  const [unknown] = found.unknown;
  if (unknown !== undefined) {
    const meant = suggestName(unknown, services) ?? closest(unknown, ['mine', 'all', 'help']);
    const mended = meant === null ? [] : [tokens.map((token) => (token === unknown ? meant : token)).join(' ')];
    return problem(
      `I know no service called “${shorten(unknown, 60)}”.`,
      mended.map((each) => shorten(each, 100)),
    );
  }
  if (found.mine && found.all) return problem('Yours, or everybody’s?');
  const [service = null, other] = found.services;
  if (other !== undefined)
    return problem('I list one service at a time, or all of them.', [...found.services].slice(0, 2));
  return { outcome: 'list', mine: found.mine || (!found.all && service === null), service };
}

/** How many words it took. */
function take(
  tokens: readonly string[],
  at: number,
  found: { mine: boolean; all: boolean; services: Set<string>; unknown: string[] },
  services: Vocabulary['services'],
): number {
  for (let count = Math.min(mostWords, tokens.length - at); count > 0; count -= 1) {
    const service = services.get(tokens.slice(at, at + count).join(' '));
    if (service === undefined) continue;
    found.services.add(service);
    return count;
  }
  const token = tokens[at] ?? '';
  if (own.has(token)) found.mine = true;
  else if (everybody.has(token)) found.all = true;
  else if (!noise.has(token)) found.unknown.push(token);
  return 1;
}

function examplesOf(services: Vocabulary['services']): readonly string[] {
  const [service = 'checkout'] = [...new Set(services.values())].toSorted();
  return ['mine', 'all', service, 'help'];
}
