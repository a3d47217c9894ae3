import { createHash } from 'node:crypto';
import type { Pair } from '../domain/comparison/difference.ts';
import type { Place } from '../domain/comparison/rules.ts';

/** Short enough for a button; the same as long as the pair and the place are. */
export function differenceId(pair: Pair, { service, facet, key }: Place): string {
  const place = JSON.stringify([pair.reference, pair.mirror, service, facet, key]);
  return createHash('sha256').update(place).digest('base64url').slice(0, 20);
}
