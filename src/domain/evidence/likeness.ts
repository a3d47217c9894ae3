import type { Fingerprint } from './fingerprint.ts';

type Lines = ReadonlyMap<number, number>;

/** How rare each line is among some commits: what stands in many tells nothing. */
export interface Rarity {
  readonly weightOf: (line: number) => number;
}

export function rarityAmong(commits: Iterable<Pick<Fingerprint, 'lines'>>): Rarity {
  const seen = new Map<number, number>();
  let all = 0;
  for (const { lines } of commits) {
    all += 1;
    for (const line of lines.keys()) seen.set(line, (seen.get(line) ?? 0) + 1);
  }
  // A commit and its pick share every line: being in two is as rare as it gets.
  return { weightOf: (line) => Math.log((2 + all) / Math.max(2, seen.get(line) ?? 0)) + 0.1 };
}

export interface Likeness {
  /** How much of the first is in the second, 0 to 1, by weight. */
  readonly containment: number;
  /** How much of the second is in the first, 0 to 1, by weight. */
  readonly covered: number;
  /** How much of both together is in both, 0 to 1, by weight. */
  readonly jaccard: number;
}

/** Of changed lines, each as often as it stands there. */
export function likenessOf(wanted: Lines, found: Lines, { weightOf }: Rarity): Likeness {
  let [shared, ofWanted, ofFound] = [0, 0, 0];
  for (const [line, times] of wanted) {
    const weight = weightOf(line);
    ofWanted += weight * times;
    shared += weight * Math.min(times, found.get(line) ?? 0);
  }
  for (const [line, times] of found) ofFound += weightOf(line) * times;
  const both = ofWanted + ofFound - shared;
  const share = (whole: number) => (whole === 0 ? 0 : shared / whole);
  return { containment: share(ofWanted), covered: share(ofFound), jaccard: share(both) };
}
