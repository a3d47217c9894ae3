import type { Facet } from '../facts/fact.ts';
import type { ParityVerdict } from './difference.ts';

/** What one fact counts in the score: docs/parity.md publishes these numbers. */
export const facetWeights: Readonly<Record<Facet, number>> = {
  version: 5,
  env: 3,
  config: 3,
  runtime: 3,
  database: 3,
  schema: 3,
  flag: 2,
  infrastructure: 2,
  network: 2,
  package: 1,
  data: 1,
  health: 1,
};

/** Whether a difference counts as if it were none. Unknown: it does not count at all. */
export const isFine: Readonly<Record<Exclude<ParityVerdict, 'unknown'>, boolean>> = {
  explained: true,
  intended: true,
  'pending-promotion': true,
  'reference-only': false,
  unexplained: false,
  'forbidden-equality': false,
};
