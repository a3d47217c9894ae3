import type { Kind, Status } from '../change.ts';
import type { Vocabulary } from '../question.ts';
import { isFiller, matchKind } from '../since/filter-words.ts';
import { type Token, shortened, tokensOf } from '../since/tokens.ts';
import { type SubscriptionFilter, plainFilter } from './subscription.ts';

/** What a form begins with: what was understood, and the words that were not. */
export interface SubscriptionWish {
  readonly filter: SubscriptionFilter;
  readonly unknown: readonly string[];
}

export interface WishContext {
  readonly vocabulary: Vocabulary;
  /** Where it is meant when no environment is said. */
  readonly defaultEnvironment: string;
}

/** Names of services may have spaces. */
const mostWords = 3;
const mostTokens = 60;
const mostUnknown = 5;

const statusWords: ReadonlyMap<string, readonly Status[]> = new Map<string, readonly Status[]>([
  ...words('fail fails failed failing failure failures broken breaks unsuccessful', ['failed']),
  ...words('succeed succeeds succeeded succeeding success successful successfully passed', ['succeeded']),
  ...words('start starts started starting begin begins began begun', ['started']),
  ...words('cancel cancelled canceled aborted stopped', ['cancelled']),
  ...words('finish finished ended completed done', ['succeeded', 'failed', 'cancelled']),
]);

const noise: ReadonlySet<string> = new Set(
  'post posts posting subscribe when whenever if they them their only each once also please channel as soon'.split(' '),
);

/**
 * What the words after `/since subscribe` ask for, in any order: `production deploys of checkout failed`. Said only
 * once more in a form before anything comes of it, so what is not understood is left out and named. Nothing said at all:
 * deploys. Never throws.
 */
export function readWish(text: string, { vocabulary, defaultEnvironment }: WishContext): SubscriptionWish {
  const tokens = tokensOf(text).slice(0, mostTokens);
  const read = {
    environments: [] as string[],
    services: [] as string[],
    kinds: [] as Kind[],
    statuses: [] as Status[],
  };
  const unknown: string[] = [];
  for (let at = 0; at < tokens.length;) {
    const taken = takeName(tokens, at, vocabulary, read) ?? takeKind(tokens, at, read);
    if (taken !== null) {
      at += taken;
      continue;
    }
    const token = tokens[at];
    if (token !== undefined && !takeStatus(token, read.statuses) && !isFiller(token) && !noise.has(token.word)) {
      unknown.push(shortened(token.raw));
    }
    at += 1;
  }
  const placeless = read.kinds.length > 0 && read.kinds.every((kind) => kind === 'merge');
  const environments = read.environments.length > 0 || placeless ? read.environments : [defaultEnvironment];
  const isBare = read.services.length + read.kinds.length === 0;
  return {
    filter: plainFilter({ ...read, environments, kinds: isBare ? ['deploy'] : read.kinds }),
    unknown: [...new Set(unknown)].slice(0, mostUnknown),
  };
}

/** How many words it took; null: none. */
function takeName(
  tokens: readonly Token[],
  at: number,
  { environments, services }: Vocabulary,
  read: { readonly environments: string[]; readonly services: string[] },
): number | null {
  for (let count = Math.min(mostWords, tokens.length - at); count > 0; count -= 1) {
    const name = tokens
      .slice(at, at + count)
      .map(({ word }) => word.replace(/^(?:env|environment|service|svc|in):/, ''))
      .join(' ');
    const environment = environments.get(name);
    const service = services.get(name);
    if (environment !== undefined) read.environments.push(environment);
    else if (service !== undefined) read.services.push(service);
    else continue;
    return count;
  }
  return null;
}

function takeKind(tokens: readonly Token[], at: number, { kinds }: { readonly kinds: Kind[] }): number | null {
  const found = matchKind(tokens, at);
  if (found === null) return null;
  kinds.push(found.kind);
  return found.length;
}

function takeStatus({ word, quoted }: Token, into: Status[]): boolean {
  const statuses = quoted ? undefined : statusWords.get(word);
  into.push(...(statuses ?? []));
  return statuses !== undefined;
}

function words(list: string, statuses: readonly Status[]) {
  return list.split(' ').map((word) => [word, statuses] as const);
}
