import type { Change } from '../change.ts';
import { stemOf, wordsOf } from '../words.ts';
import { isTelling } from './plain-words.ts';
import { partNamed, wordsFor } from './related-words.ts';
import { type Reason, hundredths, weights } from './weights.ts';

/** What is said of a fault that can tell changes apart. */
export interface Symptom {
  /** By its stem, a word as it was written. */
  readonly words: ReadonlyMap<string, string>;
  /** The parts of a system that it speaks of. */
  readonly parts: ReadonlySet<string>;
  /** A plain text in which this is not found has nothing of it: most have nothing, and need not be taken apart. */
  readonly mayBeIn: RegExp;
}

/** A longer description meets something by chance: from here on each of its words counts less. */
const usualLength = 8;
/** With fewer changes than this to compare with, a word says no more than it would among so many. */
const fewest = 10;
/** How much of a word counts that stands in a path, a commit or a description, of which big changes have many. */
const aside = 0.5;
/** How much of a word it is to be about the same part of a system in other words. */
const related = 0.5;
/** It is taken apart in any case, because accents are taken off only then. */
const foreign = /[^\0-\x7F]/;
const mostPaths = 300;
const mostQuoted = 3;
const longest = 10_000;

/** `besides`: names that are reckoned with elsewhere. */
export function symptomOf(text: string, besides: readonly string[]): Symptom {
  const named = new Set(besides.flatMap((name) => wordsOf(name).map(stemOf)));
  const told = wordsOf(text.slice(0, longest)).filter(isTelling);
  const words = new Map(told.map((word) => [stemOf(word), word] as const).filter(([stem]) => !named.has(stem)));
  const parts = new Set([...words.keys()].flatMap((stem) => partNamed(stem) ?? []));
  // The last letter of a stem may be written otherwise.
  const beginnings = [...words.keys(), ...[...parts].flatMap(wordsFor)].map((stem) =>
    stem.slice(0, Math.max(2, stem.length - 1)),
  );
  return { words, parts, mayBeIn: new RegExp([...new Set(beginnings)].join('|'), 'i') };
}

/** What the symptom has in common with each change, weighed by how few of the others have it too. */
export function symptomReasons(changes: readonly Change[], symptom: Symptom): (change: Change) => Reason | null {
  if (symptom.words.size === 0) return () => null;
  const find = matcher(symptom);
  const matches = new Map<Change, Matches>();
  const frequency = new Map<string, number>();
  for (const change of changes) {
    const match = find(change);
    if (match.size > 0) matches.set(change, match);
    for (const what of match.keys()) frequency.set(what, (frequency.get(what) ?? 0) + 1);
  }
  const rarity = new Map([...frequency].map(([what, count]) => [what, rarityOf(count, changes.length)] as const));
  const damping = Math.sqrt(Math.min(1, usualLength / symptom.words.size));
  return (change) => {
    const match = matches.get(change);
    if (match === undefined) return null;
    const told = [...match]
      .map(([what, part]) => ({ what, part: part * (rarity.get(what) ?? 0) }))
      .filter(({ part }) => part > 0)
      .toSorted((a, b) => b.part - a.part || (a.what < b.what ? -1 : 1));
    const sum = told.reduce((total, { part }) => total + part, 0) * damping;
    const weight = hundredths(weights.symptom * (1 - Math.exp(-sum)));
    return weight === 0
      ? null
      : {
          text: sentence(
            told.map(({ what }) => what),
            symptom,
          ),
          weight,
        };
  };
}

/** `the symptom names "payment" and is about the database too` */
function sentence(told: readonly string[], { words }: Symptom): string {
  const named = told.flatMap((what) => words.get(what) ?? []).slice(0, mostQuoted);
  const [part] = told.filter((what) => !words.has(what));
  const names = named.length === 0 ? [] : [`names ${named.map((word) => `"${word}"`).join(', ')}`];
  const about = part === undefined ? [] : [`is about ${part} too`];
  return `the symptom ${[...names, ...about].join(' and ')}`;
}

/** 1 for what one change has, 0 for what all have. */
function rarityOf(count: number, changes: number): number {
  if (changes > 1 && count === changes) return 0;
  const among = Math.max(changes, fewest);
  return Math.max(0, Math.log((among + 1) / (count + 0.5)) / Math.log((among + 1) / 1.5));
}

/** By the stem of a word, or by the part of a system, how much of a word each match is. */
type Matches = ReadonlyMap<string, number>;

const noMatches: Matches = new Map();

/** Made once for thousands of changes, most of which have nothing of the symptom: for those nothing is made. */
function matcher(symptom: Symptom): (change: Change) => Matches {
  let found: Map<string, number> | null = null;
  const note = (what: string, part: number) => {
    found ??= new Map();
    if ((found.get(what) ?? 0) < part) found.set(what, part);
  };
  const look: Look = (text, part) => {
    if (!symptom.mayBeIn.test(text) && !foreign.test(text)) return;
    for (const word of wordsOf(text)) {
      const stem = stemOf(word);
      if (symptom.words.has(stem)) {
        note(stem, part);
        continue;
      }
      const about = partNamed(stem);
      if (about !== null && symptom.parts.has(about)) note(about, part * related);
    }
  };
  return (change) => {
    found = null;
    if (change.kind === 'migration' && symptom.parts.has('the database')) note('the database', related);
    lookThrough(change, look);
    return found === null ? noMatches : withoutRepetition(found);
  };
}

/** A word in common says already that both are about its part. */
function withoutRepetition(found: Map<string, number>): Matches {
  for (const what of found.keys()) {
    const about = partNamed(what);
    if (about !== null) found.delete(about);
  }
  return found;
}

type Look = (text: string, part: number) => void;

function lookThrough(change: Change, look: Look): void {
  const { before, after, pullRequest, reason, repository, files, carried, details } = change;
  // What it is called, and what it sets.
  look(change.title, 1);
  for (const service of change.services) look(service, 1);
  if (before !== null) lookInKeys(before, 1, look);
  if (after !== null) lookInKeys(after, 1, look);
  if (pullRequest?.title !== undefined) look(pullRequest.title, 1);
  for (const { type, value } of change.identities) if (type === 'flag' || type === 'setting') look(value, 1);
  // What else is said of it.
  if (reason !== null) look(reason, aside);
  if (repository !== null) look(repository, aside);
  for (const path of files.length > mostPaths ? files.slice(0, mostPaths) : files) look(path, aside);
  lookInTitles(change.commits, look);
  if (carried !== null) {
    lookInTitles(carried.pullRequests, look);
    lookInTitles(carried.commits, look);
  }
  lookInKeys(details, aside, look);
}

function lookInTitles(told: readonly { readonly title?: string }[], look: Look): void {
  for (const { title } of told) if (title !== undefined) look(title, aside);
}

const deepest = 3;

function lookInKeys(value: object, part: number, look: Look, depth = 1): void {
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    look(key, part);
    const inner: unknown = value[key as keyof typeof value];
    if (depth < deepest && typeof inner === 'object' && inner !== null && !Array.isArray(inner)) {
      lookInKeys(inner, part, look, depth + 1);
    }
  }
}
