/**
 * The word that was probably meant: the nearest of `known` by insertions, deletions, replacements and swaps of
 * neighbours, of which one is allowed up to five letters and two beyond. Null when none is near.
 */
export function closest(word: string, known: Iterable<string>): string | null {
  if (word.length < 3 || word.length > 60) return null;
  let best: string | null = null;
  let nearest = word.length <= 5 ? 2 : 3;
  for (const candidate of known) {
    if (candidate.length < 2 || candidate === word || Math.abs(candidate.length - word.length) >= nearest) continue;
    const distance = editDistance(word, candidate);
    if (distance < nearest) {
      nearest = distance;
      best = candidate;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let older: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          (above[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (above[column - 1] ?? 0) + same,
          swapped ? (older[column - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    older = above;
    above = current;
  }
  return above[b.length] ?? 0;
}
