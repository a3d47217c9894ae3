import { type Random, chance } from './random.ts';

/**
 * How often something is so of any change, and of one that causes an incident: about twice the odds, no more. Most of
 * what nobody reviewed does no harm, and most causes were reviewed. Risk models that know the code itself find 35 % of
 * the defects in 20 % of the effort (Kamei et al., TSE 2013), a factor of 1.75; these facts know less.
 */
export const odds = {
  unreviewed: { usual: 0.1, cause: 0.18 },
  selfMerged: { usual: 0.05, cause: 0.09 },
  directPush: { usual: 0.15, cause: 0.25 },
  skippedStaging: { usual: 0.08, cause: 0.15 },
  newActor: { usual: 0.05, cause: 0.09 },
  failed: { usual: 0.03, cause: 0.05 },
  failedFirst: { usual: 0.03, cause: 0.05 },
} as const;

export function has(random: Random, fact: keyof typeof odds, cause: boolean): boolean {
  return chance(random, cause ? odds[fact].cause : odds[fact].usual);
}
