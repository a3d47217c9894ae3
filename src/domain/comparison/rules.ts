import type { Facet } from '../facts/fact.ts';
import type { IntendedRule, Pair } from './difference.ts';
import { KeyIndex, isGlob, likePattern } from './key-index.ts';

/** Where a fact is. */
export interface Place {
  readonly service: string | null;
  readonly facet: Facet;
  readonly key: string;
}

/** The rules that hold for one pair on one day. */
export interface LiveRules {
  readonly isIgnored: (place: Place) => boolean;
  /** In the order in which they are written. */
  readonly matching: (place: Place) => readonly IntendedRule[];
  /** Of which equal facts it must be asked whether a rule has something to say. */
  readonly equalFacts: {
    readonly keys: readonly string[];
    /** For `like`; they match more than the rules do. */
    readonly patterns: readonly string[];
  };
}

export function liveRules(
  rules: readonly IntendedRule[],
  ignored: readonly { readonly facet: string; readonly key: string }[],
  { pair, at }: { readonly pair: Pair; readonly at: Date },
): LiveRules {
  const live = new KeyIndex(rules.filter((rule) => !hasExpired(rule, at) && isOf(rule, pair)));
  const without = new KeyIndex(ignored);
  const said = [...ignored, ...rules.filter((rule) => rule.must?.is === 'differ' && !hasExpired(rule, at))];
  return {
    isIgnored: ({ facet, key }) => without.matching(facet, key).length > 0,
    matching: ({ service, facet, key }) =>
      live.matching(facet, key).filter((rule) => rule.service === null || rule.service === service),
    equalFacts: {
      keys: [...new Set(said.filter(({ key }) => !isGlob(key)).map(({ key }) => key))],
      patterns: [...new Set(said.filter(({ key }) => isGlob(key)).map(({ key }) => likePattern(key)))],
    },
  };
}

export function hasExpired({ expires }: Pick<IntendedRule, 'expires'>, at: Date): boolean {
  return expires !== null && expires < at.toISOString().slice(0, 10);
}

function isOf(rule: IntendedRule, pair: Pair): boolean {
  return rule.pair === null || (rule.pair.reference === pair.reference && rule.pair.mirror === pair.mirror);
}
