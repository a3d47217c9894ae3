import type { Facet } from '../facts/fact.ts';
import type { Difference, Pair, ParityVerdict, Side } from '../comparison/difference.ts';
import { countOf } from '../change-words.ts';
import { shorten } from '../shorten.ts';
import { formatDuration } from '../since/format.ts';

const facetWords: Readonly<Record<Facet, string>> = {
  version: 'version',
  env: 'environment variable',
  config: 'config',
  package: 'package',
  runtime: 'runtime',
  database: 'database setting',
  schema: 'schema',
  data: 'data',
  infrastructure: 'infrastructure',
  network: 'network',
  flag: 'flag',
  health: 'health',
};
const day = 86_400_000;

/** As people say it. That only the reference has it, is said with its name: `production only`. */
export function verdictWords(verdict: ParityVerdict, { reference }: Pick<Pair, 'reference'>): string {
  switch (verdict) {
    case 'forbidden-equality':
      return 'must not be equal';
    case 'reference-only':
      return `${reference} only`;
    case 'pending-promotion':
      return 'pending promotion';
    case 'unexplained':
    case 'explained':
    case 'intended':
    case 'unknown':
      return verdict;
  }
}

export function facetWord(facet: Facet): string {
  return facetWords[facet];
}

/** `30s`, `a secret`, `absent`, on one line. */
export function valueWords(side: Pick<Side, 'value' | 'secret'> | null, limit = 80): string {
  if (side === null) return 'absent';
  if (side.secret || side.value === null) return 'a secret';
  const shown = shorten(side.value, limit);
  return shown === '' ? 'empty' : shown;
}

/** `production 30s, staging 5s`; where they must not be equal: `30s in both`. */
export function sidesWords(difference: Difference, pair: Pair, limit = 80): string {
  const { reference, mirror, verdict } = difference;
  if (verdict === 'forbidden-equality') {
    const shown = valueWords(reference ?? mirror, limit);
    return shown === 'a secret' ? 'the same secret in both' : `${shown} in both`;
  }
  if (reference?.secret === true && mirror?.secret === true) return 'another secret in each';
  return `${pair.reference} ${valueWords(reference, limit)}, ${pair.mirror} ${valueWords(mirror, limit)}`;
}

/** Since when they differ, at the latest: where they never were equal, since the later value is there. Null: nobody knows. */
export function differSince({ since, reference, mirror }: Difference): Date | null {
  if (since !== null) return since;
  const known = [reference, mirror].flatMap((side) => (side === null || side.after === null ? [] : [side.since]));
  return known.length === 0 ? null : new Date(Math.max(...known.map((at) => at.getTime())));
}

/** `for 6 days`; that they were never seen equal is said, as nobody can know more. */
export function ageWords(difference: Difference, at: Date): string {
  const since = differSince(difference);
  if (since === null) return 'never seen equal';
  const age = Math.max(0, at.getTime() - since.getTime());
  const words = `for ${age >= day ? countOf(Math.floor(age / day), 'day') : formatDuration(age)}`;
  return difference.since === null ? `${words}, never seen equal` : words;
}

/** `94 %` of 94.2; `99.9 %` of 99.96, as 100 says that nothing differs. */
export function percentWords(value: number): string {
  const rounded = Math.round(value);
  if (rounded === 100 && value < 100) return `${(Math.floor(value * 10) / 10).toFixed(1)} %`;
  return rounded === 0 && value > 0 ? `${value.toFixed(1)} %` : `${rounded} %`;
}
