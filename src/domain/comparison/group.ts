import type { Difference } from './difference.ts';

export type Ungrouped = Omit<Difference, 'group'> & {
  /** The environment has nothing of this service at all. */
  readonly serviceAbsent: boolean;
};

/**
 * One name for all differences of one cause. Without a known cause, those are one that came with the same snapshot on the
 * same side and are about the same thing (a type of resource, a file) or are the same step from one value to another.
 */
export function groupsOf(differences: readonly Ungrouped[]): readonly string[] {
  const leaders = new Map<string, string>();
  const leaderOf = (name: string): string => {
    let found = name;
    for (let next = leaders.get(found); next !== undefined; next = leaders.get(found)) found = next;
    if (found !== name) leaders.set(name, found);
    return found;
  };
  const names = differences.map((each) => namesOf(each));
  for (const [first = '', ...others] of names) {
    for (const other of others) {
      const [a, b] = [leaderOf(first), leaderOf(other)];
      if (a !== b) leaders.set(a > b ? a : b, a > b ? b : a);
    }
  }
  return names.map(([first = '']) => leaderOf(first));
}

function namesOf(difference: Ungrouped): readonly string[] {
  const { cause, verdict, rule, why, facet, key, moved, reference, mirror, id } = difference;
  if (cause !== null) return [`change:${cause.changeId}`];
  if (verdict === 'intended' || verdict === 'forbidden-equality') return [`rule:${rule?.id ?? ''}`];
  if (verdict === 'unknown') return [`unknown:${why}`];
  if (difference.serviceAbsent)
    return [`service:${difference.service ?? ''}:${mirror === null ? 'mirror' : 'reference'}`];
  const side = moved === 'mirror' ? mirror : moved === 'reference' ? reference : null;
  if (side === null) return [`one:${id}`];
  const came = `${facet}:${moved ?? ''}:${side.collector}:${side.since.toISOString()}`;
  const step = side.secret ? [] : [`step:${came}:${reference?.value ?? ''}:${mirror?.value ?? ''}`];
  const about = aboutOf(facet, key);
  return [...(about === null ? [`one:${id}`] : [`about:${came}:${about}`]), ...step];
}

/** What a key is about, where that is less than the key. */
function aboutOf(facet: Difference['facet'], key: string): string | null {
  const end =
    facet === 'package' ? key.search(/[@:]/) : facet === 'infrastructure' ? key.search(/[./:]/) : key.indexOf(':');
  return end < 1 ? null : key.slice(0, end);
}
