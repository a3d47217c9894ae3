/** Numbers that look random and follow from a seed, the same on every machine. In [0, 1). */
export type Random = () => number;

/** Chris Doty-Humphrey's sfc32. Seeds that differ in any number have nothing to do with each other. */
export function randomOf(...seed: readonly number[]): Random {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 1];
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (const number of seed) {
    a ^= number;
    for (let round = 0; round < 16; round += 1) next();
  }
  return next;
}

export function chance(random: Random, share: number): boolean {
  return random() < share;
}

export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}

/** A whole number from `low` to `high`, both included. */
export function whole(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

export type Shares<T extends string> = Readonly<Record<T, number>>;

/** Shares need not add up to 1. */
export function pickShare<T extends string>(random: Random, shares: Shares<T>): T {
  return pickWeighted(random, Object.keys(shares) as T[], (name) => shares[name]);
}

export function pickWeighted<T>(random: Random, items: readonly T[], weight: (item: T) => number): T {
  let left = random() * items.reduce((sum, item) => sum + weight(item), 0);
  for (const item of items) {
    left -= weight(item);
    if (left < 0) return item;
  }
  return pick(random, items);
}

/** As many of the items, each at most once, in random order. */
export function sample<T>(random: Random, items: readonly T[], count: number): readonly T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .slice(0, count)
    .map(({ item }) => item);
}

/** Half are below the median; two thirds within a factor of e^sigma of it. */
export function logNormal(random: Random, median: number, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(sigma * normal);
}

export function poisson(random: Random, mean: number): number {
  // By Knuth's product, in parts: it needs as many numbers as it counts, and e^-mean must not vanish.
  if (mean > 30) return poisson(random, 30) + poisson(random, mean - 30);
  const limit = Math.exp(-mean);
  let count = -1;
  for (let product = 1; product > limit; product *= random()) count += 1;
  return Math.max(0, count);
}

export function hex(random: Random, digits: number): string {
  return Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
}
