import type { Fingerprint } from './fingerprint.ts';
import { lineTable } from './line-table.ts';
import type { Lines } from './lines.ts';

/** How rare each line is among some commits: what stands in many tells nothing. */
export interface Rarity {
  /** A small number of its own, by which something can be kept for it; -1: none of the commits has it. */
  readonly numberOf: (line: number) => number;
  readonly weightOf: (line: number) => number;
}

export function rarityAmong(commits: readonly Pick<Fingerprint, 'lines'>[]): Rarity {
  const most = commits.reduce((sum, { lines }) => sum + lines.keys.length, 0);
  const table = lineTable(most);
  const seen = new Int32Array(most);
  const all = commits.length;
  for (const { lines } of commits) {
    for (const line of lines.keys) {
      const number = table.add(line);
      seen[number] = (seen[number] ?? 0) + 1;
    }
  }
  // A commit and its pick share every line: being in two is as rare as it gets.
  const weightIn = (commitsWithIt: number) => Math.log((2 + all) / Math.max(2, commitsWithIt)) + 0.1;
  const weights = Array.from({ length: 100 }, (_, times) => weightIn(times));
  return {
    numberOf: (line) => table.find(line),
    weightOf: (line) => {
      const number = table.find(line);
      const times = number === -1 ? 0 : (seen[number] ?? 0);
      return weights[times] ?? weightIn(times);
    },
  };
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
  let [shared, ofWanted, ofFound, at] = [0, 0, 0, 0];
  for (const [index, line] of wanted.keys.entries()) {
    const weight = weightOf(line);
    const times = wanted.times[index] ?? 0;
    ofWanted += weight * times;
    while ((found.keys[at] ?? Number.POSITIVE_INFINITY) < line) at += 1;
    if (found.keys[at] === line) shared += weight * Math.min(times, found.times[at] ?? 0);
  }
  for (const [index, line] of found.keys.entries()) ofFound += weightOf(line) * (found.times[index] ?? 0);
  const both = ofWanted + ofFound - shared;
  const share = (whole: number) => (whole === 0 ? 0 : shared / whole);
  return { containment: share(ofWanted), covered: share(ofFound), jaccard: share(both) };
}
