import type { TimelineEvent } from '../domain/event.ts';
import { identityKey } from '../domain/identity.ts';

/**
 * Items in groups that share no identity with one another, each group's items in their given order: identities lead from
 * each to each, so events in one group are about one change.
 */
export function gather<E>(
  items: readonly E[],
  identitiesOf: (item: E) => readonly string[],
): readonly (readonly E[])[] {
  const parent = new Map<string, string>();
  const rootOf = (key: string): string => {
    let root = key;
    for (let next = parent.get(root); next !== undefined && next !== root; next = parent.get(root)) root = next;
    parent.set(key, root);
    return root;
  };
  const firsts = items.map((item) => {
    const identities = identitiesOf(item);
    const [first] = identities;
    if (first === undefined) throw new Error('an event without an identity');
    const root = rootOf(first);
    for (const other of identities) parent.set(rootOf(other), root);
    return first;
  });
  const groups = new Map<string, E[]>();
  for (const [index, item] of items.entries()) {
    const root = rootOf(firsts[index] ?? '');
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

export function identityKeysOf(events: readonly TimelineEvent[]): readonly string[] {
  return events.flatMap((event) => event.identities.map(identityKey));
}
