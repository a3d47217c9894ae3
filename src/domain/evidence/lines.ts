/** Changed lines by what `lineKey` makes of them, in ascending order, each with how often. Ten thousand commits are held. */
export interface Lines {
  readonly keys: Float64Array;
  readonly times: Uint16Array;
}

export function linesOf(counted: ReadonlyMap<number, number>): Lines {
  const keys = Float64Array.from(counted.keys()).toSorted();
  return { keys, times: Uint16Array.from(keys, (key) => Math.min(counted.get(key) ?? 0, 0xffff)) };
}

/** What taking a commit back would change: the same lines with their sign turned. */
export function inverseOf({ keys, times }: Lines): Lines {
  return linesOf(new Map(Array.from(keys, (key, at) => [key % 2 === 0 ? key + 1 : key - 1, times[at] ?? 0] as const)));
}
