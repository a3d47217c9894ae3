import { kindNoun } from '../change-words.ts';
import { type Change, type Kind, type Status, kinds as everyKind, statuses as everyStatus } from '../change.ts';
import { shorten } from '../shorten.ts';

/** What a channel wants to be told of. An empty list is any; of kinds, any but drift. */
export interface SubscriptionFilter {
  readonly environments: readonly string[];
  readonly services: readonly string[];
  /** `deploy` holds rollbacks too: whether a deploy goes back is known only after it was told. */
  readonly kinds: readonly Kind[];
  /** What just happens, without a course, has succeeded. */
  readonly statuses: readonly Status[];
}

export const mostChosen = 20;
const longestName = 200;

/** The same filter whatever its order was; bounded. */
export function plainFilter({ environments, services, kinds, statuses }: SubscriptionFilter): SubscriptionFilter {
  return {
    environments: namesIn(environments),
    services: namesIn(services),
    kinds: everyKind.filter((kind) => kinds.includes(kind)),
    statuses: statuses.length >= everyStatus.length ? [] : everyStatus.filter((status) => statuses.includes(status)),
  };
}

function namesIn(names: readonly string[]): readonly string[] {
  const bounded = names.filter((name) => name !== '' && name.length <= longestName);
  return [...new Set(bounded)].toSorted().slice(0, mostChosen);
}

export type Told = Pick<Change, 'kind' | 'status' | 'environment' | 'services'>;

export function isSubscribed(change: Told, { environments, services, kinds, statuses }: SubscriptionFilter): boolean {
  if (!kindMatches(change.kind, kinds)) return false;
  if (statuses.length > 0 && !statuses.includes(change.status ?? 'succeeded')) return false;
  if (environments.length > 0 && (change.environment === null || !environments.includes(change.environment)))
    return false;
  return services.length === 0 || change.services.some((service) => services.includes(service));
}

function kindMatches(kind: Kind, kinds: readonly Kind[]): boolean {
  if (kinds.length === 0) return kind !== 'drift';
  return kinds.includes(kind) || (kind === 'rollback' && kinds.includes('deploy'));
}

/** Milliseconds. What took effect longer ago than the first is told to nobody; than the second, in a summary. */
export const tooOld = 24 * 3_600_000;
export const late = 3_600_000;

export interface News extends Told {
  /** When it took effect. Null: it is only mentioned, or told by another change. */
  readonly at: Date | null;
  readonly recordedAt: Date;
}

/**
 * Whether it is told. Nothing that took effect before somebody asked for it is, nor what is merely called otherwise now
 * or read again.
 */
export function isNewsTo(change: News, filter: SubscriptionFilter & { readonly tellsFrom: Date }, now: Date): boolean {
  const { at, recordedAt } = change;
  if (at === null || at <= filter.tellsFrom || now.getTime() - at.getTime() > tooOld) return false;
  const freshest = Math.max(at.getTime(), recordedAt.getTime());
  return now.getTime() - freshest <= late && isSubscribed(change, filter);
}

const mostNamed = 4;
const adverbs: Readonly<Record<Status, string>> = {
  started: 'start',
  succeeded: 'succeed',
  failed: 'fail',
  cancelled: 'are cancelled',
};

/** `deploys of checkout in production, when they fail`. */
export function filterWords({ environments, services, kinds, statuses }: SubscriptionFilter): string {
  const what = kinds.length === 0 ? 'changes' : listed(kinds.map((kind) => kindNoun(kind, 2)));
  const of = services.length === 0 ? '' : ` of ${listed(services)}`;
  const where = environments.length === 0 ? '' : ` in ${listed(environments)}`;
  const when =
    statuses.length === 0
      ? ''
      : `, when they ${listed(
          statuses.map((status) => adverbs[status]),
          'or',
        )}`;
  return `${what}${of}${where}${when}`;
}

function listed(names: readonly string[], word = 'and'): string {
  const shown = names.slice(0, mostNamed).map((name) => shorten(name, 60));
  const rest = names.length - shown.length;
  const all = rest > 0 ? [...shown, `${rest} more`] : shown;
  const last = all.at(-1) ?? '';
  return all.length < 2 ? last : `${all.slice(0, -1).join(', ')} ${word} ${last}`;
}
