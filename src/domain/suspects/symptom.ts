import type { Change } from '../change.ts';
import { stemOf, wordsOf } from '../words.ts';
import { isTelling } from './plain-words.ts';
import { type Reason, hundredths, weights } from './weights.ts';

/** By its stem, a word of the symptom as it was written. */
export type SymptomWords = ReadonlyMap<string, string>;

/** A longer description meets something by chance: from here on each of its words counts less. */
const usualLength = 8;
/** With fewer changes than this to compare with, a word says no more than it would among so many. */
const fewest = 10;
/** How much of a word counts that stands in a path, a commit or a description, of which big changes have many. */
const aside = 0.5;
const mostPaths = 300;
const mostQuoted = 3;

/** The words of the symptom that can tell changes apart. `besides`: names that are reckoned with elsewhere. */
export function symptomWords(symptom: string, besides: readonly string[]): SymptomWords {
  const named = new Set(besides.flatMap((name) => wordsOf(name).map(stemOf)));
  const words = wordsOf(symptom.slice(0, 10_000)).filter(isTelling);
  return new Map(words.map((word) => [stemOf(word), word] as const).filter(([stem]) => !named.has(stem)));
}

/** What the symptom has in common with each change, weighed by how few of the others have it too. */
export function symptomReasons(changes: readonly Change[], symptom: SymptomWords): (change: Change) => Reason | null {
  if (symptom.size === 0) return () => null;
  const matches = new Map(changes.map((change) => [change, matchesOf(change, symptom)] as const));
  const frequency = new Map<string, number>();
  for (const match of matches.values()) {
    for (const stem of match.keys()) frequency.set(stem, (frequency.get(stem) ?? 0) + 1);
  }
  const rarity = new Map([...frequency].map(([stem, count]) => [stem, rarityOf(count, changes.length)] as const));
  const damping = Math.sqrt(Math.min(1, usualLength / symptom.size));
  return (change) => {
    const told = [...(matches.get(change) ?? [])]
      .map(([stem, part]) => ({ word: symptom.get(stem) ?? stem, part: part * (rarity.get(stem) ?? 0) }))
      .filter(({ part }) => part > 0)
      .toSorted((a, b) => b.part - a.part || (a.word < b.word ? -1 : 1));
    const sum = told.reduce((total, { part }) => total + part, 0) * damping;
    const weight = hundredths(weights.symptom * (1 - Math.exp(-sum)));
    if (weight === 0) return null;
    const quoted = told.slice(0, mostQuoted).map(({ word }) => `"${word}"`);
    return { text: `the symptom names ${quoted.join(', ')}`, weight };
  };
}

/** 1 for a word that one change has, 0 for one that all have. */
function rarityOf(count: number, changes: number): number {
  if (changes > 1 && count === changes) return 0;
  const among = Math.max(changes, fewest);
  return Math.max(0, Math.log((among + 1) / (count + 0.5)) / Math.log((among + 1) / 1.5));
}

/** By the stem, how much of a word each match is. */
function matchesOf(change: Change, symptom: SymptomWords): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const look = (text: string, part: number) => {
    for (const word of wordsOf(text)) {
      const stem = stemOf(word);
      if (symptom.has(stem) && (found.get(stem) ?? 0) < part) found.set(stem, part);
    }
  };
  for (const text of namesIn(change)) look(text, 1);
  for (const text of besides(change)) look(text, aside);
  return found;
}

/** What a change is called, and what it sets. */
function* namesIn({ title, services, before, after, pullRequest, identities }: Change): Iterable<string> {
  yield title;
  yield* services;
  yield* keysIn(before, 1);
  yield* keysIn(after, 1);
  if (pullRequest?.title !== undefined) yield pullRequest.title;
  for (const { type, value } of identities) if (type === 'flag' || type === 'setting') yield value;
}

function* besides({ reason, repository, files, commits, carried, details }: Change): Iterable<string> {
  if (reason !== null) yield reason;
  if (repository !== null) yield repository;
  yield* files.slice(0, mostPaths);
  for (const { title } of commits) yield title;
  for (const { title } of carried?.pullRequests ?? []) if (title !== undefined) yield title;
  for (const { title } of carried?.commits ?? []) yield title;
  yield* keysIn(details, 1);
}

const deepest = 3;

function* keysIn(value: unknown, depth: number): Iterable<string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    yield key;
    if (depth < deepest) yield* keysIn(inner, depth + 1);
  }
}
