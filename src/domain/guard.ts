import type { Backport } from './backport.ts';
import type { Change, Status } from './change.ts';
import type { LiveFix } from './live-fix.ts';

/** A fix that a deploy takes out of its environment. */
export interface GuardedFix extends LiveFix, Pick<Backport, 'id' | 'url' | 'owner'> {
  /** The commit of the deployed version that takes it back; null: the version never had it. */
  readonly takenBy: string | null;
  /** The deploy that brought it back. */
  readonly back: Change | null;
}

/** What people are told of a deploy that takes back fixes, and what came of it. */
export interface Guard {
  readonly deploy: Change;
  readonly isRollback: boolean;
  readonly foundAt: Date;
  /** The longest live first; one at least. */
  readonly fixes: readonly GuardedFix[];
}

/** `under-way`: it can be stopped; `averted`: nothing was taken back; `through`: it was; `back`: all of it is there again. */
export type GuardCourse = 'under-way' | 'averted' | 'through' | 'back';

export function courseOf({ deploy: { status }, fixes }: Guard): GuardCourse {
  if (isAverted(status)) return 'averted';
  if (fixes.every(({ back }) => back !== null)) return 'back';
  return status === 'started' ? 'under-way' : 'through';
}

function isAverted(status: Status | null): boolean {
  return status === 'failed' || status === 'cancelled';
}
