import type { Carried } from '../src/domain/change.ts';
import type { UsedNarrowing } from '../src/domain/schema-narrowing.ts';

export function dropped(column: string, usedIn: readonly string[] = []): UsedNarrowing {
  return { verb: 'drops', table: 'orders', column, file: 'db/migrations/1.sql', usedIn };
}

/** What a deploy carried. Without narrowings: nobody could look. */
export function carriedWith(narrowings?: readonly UsedNarrowing[]): Carried {
  return {
    by: 'git',
    commits: [],
    pullRequests: [],
    total: 1,
    direction: 'forward',
    lost: 0,
    ...(narrowings === undefined ? {} : { narrowings }),
  };
}
