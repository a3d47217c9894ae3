import { createHash } from 'node:crypto';
import { type Fact, isDigest } from '../domain/facts/fact.ts';
import { normalise } from '../domain/facts/normalise.ts';

/** 16 bytes, equal for two facts of one facet and key exactly when they mean the same. A digest equals no plain value. */
export function sameOf({ facet, key, value }: Fact): Buffer {
  const text = isDigest(value) ? `digest ${value.digest}` : `value ${normalise(facet, key, value)}`;
  return createHash('sha256').update(text).digest().subarray(0, 16);
}
