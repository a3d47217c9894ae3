import { keyPrefix } from './key-parts.ts';

interface Drifted {
  readonly service: string;
  readonly facet: string;
  readonly key: string;
  /** The snapshot that saw it first. */
  readonly snapshot: string;
}

/** So many that have only their snapshot in common are told one by one; more are told as one. */
const mostApart = 5;

/**
 * Which drifts are told as one: those that one snapshot found, of one service and facet, whose keys begin alike. Where
 * many have no such beginning in common, somebody changed all of them at once.
 */
export function groupDrifts<Each extends Drifted>(drifts: readonly Each[]): readonly (readonly Each[])[] {
  const together = Map.groupBy(drifts, ({ service, facet, snapshot }) => JSON.stringify([service, facet, snapshot]));
  return [...together.values()].flatMap((group) => {
    const alike = [...Map.groupBy(group, ({ key }) => keyPrefix(key) || `= ${key}`).values()];
    const apart = alike.filter(({ length }) => length === 1);
    if (apart.length <= mostApart) return alike;
    return [...alike.filter(({ length }) => length > 1), apart.flat()];
  });
}

/** What the keys have in common, or the only key. */
export function subjectOf(keys: readonly string[]): string {
  const [first = '', ...others] = keys;
  if (others.length === 0) return first;
  const prefixes = new Set(keys.map(keyPrefix));
  const [prefix = ''] = prefixes;
  return prefixes.size === 1 ? prefix : '';
}
