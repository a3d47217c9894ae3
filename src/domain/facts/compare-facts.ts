import type { Facet } from './fact.ts';
import type { FactIndex } from './fact-index.ts';

/** A fact that is so as far as is known, from the table. */
export interface CurrentFact {
  readonly id: string;
  readonly service: string;
  readonly facet: Facet;
  readonly key: string;
  readonly value: string | null;
  readonly digest: string | null;
  readonly same: string;
  readonly unseenSince: Date | null;
}

/** What a snapshot has at the same place. */
interface SeenFact {
  readonly service: string;
  readonly facet: Facet;
  readonly key: string;
  readonly value: string | null;
  readonly digest: string | null;
}

export interface Compared<Seen extends SeenFact> {
  readonly changed: readonly { readonly was: CurrentFact; readonly is: Seen }[];
  readonly added: readonly Seen[];
  readonly removed: readonly CurrentFact[];
  /** Not looked at any more. */
  readonly unseen: readonly CurrentFact[];
  /** Looked at again and as they were. */
  readonly seenAgain: readonly CurrentFact[];
  /** Of which only our rules of what is the same have changed. */
  readonly reread: readonly { readonly was: CurrentFact; readonly is: Seen }[];
  /** Facets of which the collector has reported something before. */
  readonly facets: ReadonlySet<Facet>;
  readonly notes: readonly string[];
}

interface Options<Seen extends SeenFact> {
  readonly seen: FactIndex<Seen>;
  /** As `same` of the current facts. */
  readonly sameOf: (seen: Seen) => string;
  /** False: what is absent was not looked at. */
  readonly complete: boolean;
  /** By the rules of what is the same that made `same` of the current facts. */
  readonly sameRules: boolean;
}

/** At least so many must be missing, and more than half, before a loss looks like a lost permission. */
const suspicious = 20;

/**
 * What a snapshot says beside what was known. `look` takes the current facts page by page. A complete snapshot that
 * lacks all of a facet, or most of it, has seen less: nobody drops half of a system and reports it in order.
 */
export function comparer<Seen extends SeenFact>({
  seen,
  sameOf,
  complete,
  sameRules,
}: Options<Seen>): {
  look(page: readonly CurrentFact[]): void;
  compared(): Compared<Seen>;
} {
  const changed: { was: CurrentFact; is: Seen }[] = [];
  const reread: { was: CurrentFact; is: Seen }[] = [];
  const seenAgain: CurrentFact[] = [];
  const missing = new Map<Facet, CurrentFact[]>();
  const had = new Map<Facet, number>();
  const known = new Set<Seen>();

  function look(page: readonly CurrentFact[]): void {
    for (const was of page) {
      const is = seen.at(was);
      had.set(was.facet, (had.get(was.facet) ?? 0) + (was.unseenSince === null ? 1 : 0));
      if (is === undefined) {
        // What was lost from sight before is not gone because it is out of sight still.
        if (was.unseenSince === null) push(missing, was.facet, was);
        continue;
      }
      known.add(is);
      const sameText = isSameText(is, was);
      if ((sameText && sameRules) || sameOf(is) === was.same) {
        if (was.unseenSince !== null) seenAgain.push(was);
      } else if (sameText) reread.push({ was, is });
      else changed.push({ was, is });
    }
  }

  function compared(): Compared<Seen> {
    const added: Seen[] = [];
    for (const is of seen.values()) if (!known.has(is)) added.push(is);
    const removed: CurrentFact[] = [];
    const unseen: CurrentFact[] = [];
    const notes: string[] = [];
    for (const [facet, facts] of [...missing].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const count = had.get(facet) ?? 0;
      const isLoss = facts.length === count || (facts.length >= suspicious && facts.length * 2 > count);
      if (complete && !isLoss) removed.push(...facts);
      else unseen.push(...facts);
      if (complete && isLoss) notes.push(lossWords(facet, count - facts.length, count));
    }
    return { changed, added, removed, unseen, seenAgain, reread, facets: new Set(had.keys()), notes };
  }

  return { look, compared };
}

function push<Key, Item>(map: Map<Key, Item[]>, key: Key, item: Item): void {
  const items = map.get(key);
  if (items === undefined) map.set(key, [item]);
  else items.push(item);
}

function isSameText(is: SeenFact, was: SeenFact): boolean {
  const text = is.value ?? '';
  return is.digest === was.digest && is.value === was.value && !(text.length >= 1999 && text.endsWith('…'));
}

function lossWords(facet: Facet, left: number, count: number): string {
  const [seen, all] = [left, count].map((each) => each.toLocaleString('en'));
  return `${facet}: ${seen} of ${all} facts were seen; the others count as not looked at, not as removed.`;
}
