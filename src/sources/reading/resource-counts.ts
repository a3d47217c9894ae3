/** `2 created, 1 destroyed`, or `no resources`. */
export function resourceCounts(counts: readonly (readonly [number | null | undefined, string])[]): string {
  const told = counts.flatMap(([count, word]) => (count ? [`${count.toLocaleString('en')} ${word}`] : []));
  return told.length === 0 ? 'no resources' : told.join(', ');
}

/** How many in all. */
export function resourceTotal(counts: readonly (readonly [number | null | undefined, string])[]): number {
  return counts.reduce((sum, [count]) => sum + (count ?? 0), 0);
}
