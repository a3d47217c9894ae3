import type { TimelineEvent } from '../domain/event.ts';
import { identityKey } from '../domain/identity.ts';

/** Events that are about one change, because identities lead from each to each. */
export interface Gathered<E> {
  readonly identities: ReadonlySet<string>;
  readonly items: readonly E[];
}

/** Items in groups that share no identity with one another, each group's items in their given order. */
export function gather<E>(items: readonly E[], identitiesOf: (item: E) => readonly string[]): readonly Gathered<E>[] {
  const parent = new Map<string, string>();
  const rootOf = (key: string): string => {
    let root = key;
    for (let next = parent.get(root); next !== undefined && next !== root; next = parent.get(root)) root = next;
    parent.set(key, root);
    return root;
  };
  for (const item of items) {
    const [first, ...rest] = identitiesOf(item);
    if (first === undefined) throw new Error('an event without an identity');
    const root = rootOf(first);
    for (const other of rest) parent.set(rootOf(other), root);
  }
  const groups = new Map<string, { identities: Set<string>; items: E[] }>();
  for (const item of items) {
    const keys = identitiesOf(item);
    const root = rootOf(keys[0] ?? '');
    const group = groups.get(root) ?? { identities: new Set<string>(), items: [] };
    groups.set(root, group);
    group.items.push(item);
    for (const key of keys) group.identities.add(key);
  }
  return [...groups.values()];
}

export function identityKeysOf(events: readonly TimelineEvent[]): readonly string[] {
  return events.flatMap((event) => event.identities.map(identityKey));
}
