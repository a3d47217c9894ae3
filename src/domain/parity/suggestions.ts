import type { Difference, Pair } from '../comparison/difference.ts';
import { literalKey } from './pattern.ts';
import { shorten } from '../shorten.ts';

/** A rule that somebody may want to have: these differences look as if they were meant. */
export interface Suggestion {
  readonly facet: string;
  /** Glob. */
  readonly key: string;
  readonly must: 'differ' | null;
  readonly reason: string;
}

const most = 8;
const addresses =
  /(^|[^a-z])(url|uri|dsn|host(name)?|endpoint|domain|address|broker|database|bucket|queue|topic)s?($|[^a-z])/i;
const sizes =
  /(^|[^a-z])(replicas?|min|max|cpu|memory|workers?|threads?|pool|size|limit|capacity|instances?|connections?|buffers?)($|[^a-z])/i;
const loudness = /(^|[^a-z])(log|debug|verbose|trace|sample|sampling)/i;

/** What usually is meant to differ: addresses, secrets, what names its environment; sizes; how much is logged. */
export function suggestIntended(differences: readonly Difference[], pair: Pair): readonly Suggestion[] {
  const suggested = new Map<string, Suggestion>();
  for (const difference of differences) {
    const suggestion = difference.verdict === 'unexplained' ? suggestionFor(difference, pair) : null;
    if (suggestion !== null) suggested.set(`${suggestion.facet} ${suggestion.key}`, suggestion);
  }
  return [...suggested.values()].slice(0, most);
}

function suggestionFor({ facet, key, reference, mirror }: Difference, pair: Pair): Suggestion | null {
  if (reference === null || mirror === null || key.length > 200) return null;
  const named = key.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2');
  const rule = (must: Suggestion['must'], reason: string) => ({ facet, key: literalKey(key), must, reason });
  if (reference.secret && mirror.secret) return rule('differ', 'each environment has its own secret');
  if (names(reference.value, pair.reference) && names(mirror.value, pair.mirror)) {
    return rule('differ', 'each environment names itself');
  }
  if (addresses.test(named)) return rule('differ', 'each environment has its own');
  if (sizes.test(named)) return rule(null, `${shorten(pair.mirror, 60)} is smaller`);
  return loudness.test(named) ? rule(null, `${shorten(pair.mirror, 60)} says more`) : null;
}

function names(value: string | null, environment: string): boolean {
  return (
    value !== null && environment.length > 2 && value.toLowerCase().includes(environment.slice(0, 4).toLowerCase())
  );
}
