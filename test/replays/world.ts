import { type Random, chance, pickShare, pickWeighted } from './random.ts';
import { type Team, teamOf } from './team.ts';

/** Deploys to production of the busiest service on a working day, and how many teams are like that. */
export const paces = { calm: 0.2, steady: 1, busy: 4, hectic: 20 } as const;
export type Pace = keyof typeof paces;
export const paceShares = { calm: 0.07, steady: 0.38, busy: 0.47, hectic: 0.08 } as const;

/** What of a team's systems reports, and in how much detail. */
export interface Feeds {
  /** As connected systems are answered, or as the team's own scripts send changes. */
  readonly shape: 'answered' | 'sent';
  /** Scripts that name the repository and no service. */
  readonly byRepository: boolean;
  /** Deploys to staging and merges are reported. */
  readonly staging: boolean;
  readonly merges: boolean;
  /** It is known what a deploy carried, and who reviewed it. */
  readonly history: boolean;
  /** Flags say which service they belong to. */
  readonly flagServices: boolean;
  /** The settings say what depends on what. */
  readonly dependencies: boolean;
}

export interface World extends Team {
  readonly pace: Pace;
  readonly feeds: Feeds;
  /** Deploys of each service on a working day. */
  readonly deploys: ReadonlyMap<string, number>;
  readonly deploysInAll: number;
}

export function worldOf(random: Random): World {
  const team = teamOf(random);
  const pace = pickShare(random, paceShares);
  // Few services change all the time and most seldom: by their rank, as sizes of most things are.
  const ranked = team.services.map((service) => ({ service, at: random() })).toSorted((a, b) => a.at - b.at);
  const deploys = new Map(ranked.map(({ service }, rank) => [service, paces[pace] * (rank + 1) ** -0.3]));
  const shape = chance(random, 0.65) ? 'answered' : 'sent';
  return {
    ...team,
    pace,
    feeds: {
      shape,
      byRepository: shape === 'sent' && chance(random, 0.2),
      staging: chance(random, 0.65),
      merges: shape === 'answered' && chance(random, 0.8),
      history: shape === 'answered' && chance(random, 0.7),
      flagServices: chance(random, 0.45),
      dependencies: chance(random, 0.8),
    },
    deploys,
    deploysInAll: [...deploys.values()].reduce((a, b) => a + b, 0),
  };
}

/**
 * A service in which somebody breaks something: one that changes often does so more often, if less than in proportion,
 * since who deploys more often breaks less with each deploy (DORA's reports).
 */
export function brokenService(random: Random, { deploys }: World, among: readonly string[]): string {
  return pickWeighted(random, among, (service) => (deploys.get(service) ?? 0) ** 0.8);
}
