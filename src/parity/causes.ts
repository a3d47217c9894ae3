import type { Change } from '../domain/change.ts';
import { tookEffect } from '../domain/change-words.ts';
import type { Move } from '../domain/comparison/agreement.ts';
import type { Covered, FactMove } from '../domain/comparison/covers.ts';
import type { Cause } from '../domain/comparison/difference.ts';
import type { Facet } from '../domain/facts/fact.ts';

/** Clocks differ, and a snapshot takes its time. */
const tolerance = 5 * 60_000;
/** Changes that are read of one environment at most. */
const most = 5000;

/** A fact that became something else, and when. */
export interface Moved {
  readonly environment: string;
  readonly fact: FactMove;
  readonly move: Move;
}

export interface CauseSources {
  /** Changes that took effect in the window, newest first, and those of no environment. */
  readonly changesBetween: (
    window: { readonly environment: string; readonly from: Date | null; readonly to: Date },
    limit: number,
  ) => Promise<readonly Change[]>;
  readonly covers: (change: Change, fact: FactMove) => Covered | null;
}

export interface FoundCause {
  readonly cause: Cause;
  readonly change: Change;
}

/** For each move what made it; null: no change that is known. In the order of the moves. */
export async function causesOf(
  moved: readonly Moved[],
  { changesBetween, covers }: CauseSources,
): Promise<readonly (FoundCause | null)[]> {
  const found: (FoundCause | null)[] = moved.map(() => null);
  for (const environment of new Set(moved.map((each) => each.environment))) {
    const here = moved.map((each, index) => ({ ...each, index })).filter((each) => each.environment === environment);
    for (const window of windowsOf(here.map(({ move }) => move))) {
      const changes = await changesBetween({ environment, ...window }, most);
      const about = changesAbout(changes);
      const inside = here.filter(({ move }) => contains(window, move));
      for (const { fact, move, index } of inside) {
        found[index] = bestOf(
          about(fact).filter((change) => isNear(move, change)),
          fact,
          covers,
        );
      }
    }
  }
  return found;
}

interface Window {
  readonly from: Date | null;
  readonly to: Date;
}

/** The times in which moves happened, joined where they overlap: what lies between is not read. */
function windowsOf(moves: readonly Move[]): readonly Window[] {
  const wanted = moves
    .map(({ after, by }) => ({
      from: after === null ? null : new Date(after.getTime() - tolerance),
      to: new Date(by.getTime() + tolerance),
    }))
    .toSorted((a, b) => (a.from?.getTime() ?? 0) - (b.from?.getTime() ?? 0));
  const joined: Window[] = [];
  for (const window of wanted) {
    const last = joined.at(-1);
    if (last === undefined || (window.from !== null && window.from > last.to)) joined.push(window);
    else joined[joined.length - 1] = { from: last.from, to: last.to > window.to ? last.to : window.to };
  }
  return joined;
}

function contains({ from, to }: Window, { after, by }: Move): boolean {
  return by <= to && (from === null || (after !== null && after > from));
}

function isNear({ after, by }: Move, change: Change): boolean {
  if (change.occurredAt.getTime() > by.getTime() + tolerance) return false;
  return after === null || tookEffect(change).getTime() > after.getTime() - tolerance;
}

/** A deploy brings them without naming them. */
const unnamed: ReadonlySet<Facet> = new Set(['version', 'package', 'runtime', 'schema', 'data'] as const);

/**
 * Those of many changes that may say something of a fact: that share a word with its key, or bring what they need not
 * name. Asking each change about each fact would take seconds where environments have much in common.
 */
function changesAbout(changes: readonly Change[]): (fact: FactMove) => readonly Change[] {
  const byWord = new Map<string, Set<Change>>();
  const wholesale: Change[] = [];
  for (const change of changes) {
    const { title, files, before, after, details, kind } = change;
    if (kind !== 'merge' && kind !== 'note' && kind !== 'drift' && kind !== 'config' && kind !== 'flag')
      wholesale.push(change);
    for (const word of wordsOf(`${title} ${files.join(' ')} ${JSON.stringify([before, after, details])}`)) {
      const those = byWord.get(word) ?? new Set();
      byWord.set(word, those);
      those.add(change);
    }
  }
  return ({ facet, service, key }) => {
    const found = new Set<Change>();
    for (const word of wordsOf(key)) for (const change of byWord.get(word) ?? []) found.add(change);
    if (unnamed.has(facet)) {
      for (const change of wholesale) {
        if (service === null || change.services.length === 0 || change.services.includes(service)) found.add(change);
      }
    }
    return [...found];
  };
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu));
}

/** What says the value goes before what names the key, and what came last before what came earlier. */
function bestOf(changes: readonly Change[], fact: FactMove, covers: CauseSources['covers']): FoundCause | null {
  let best: FoundCause | null = null;
  for (const change of changes) {
    const covered = covers(change, fact);
    if (covered === null) continue;
    const cause = { ...named(change), ...covered };
    if (best === null || isBetter(cause, best.cause)) best = { cause, change };
  }
  return best;
}

function isBetter(cause: Cause, other: Cause): boolean {
  if (cause.confidence !== other.confidence) return cause.confidence === 'certain';
  return cause.at > other.at;
}

export function named(change: Change): Pick<Cause, 'changeId' | 'kind' | 'title' | 'at' | 'url'> {
  const { id: changeId, kind, title, url } = change;
  return { changeId, kind, title, at: tookEffect(change), url };
}
