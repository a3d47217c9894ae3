import type { Backport } from './backport.ts';
import type { Change, Status } from '../change.ts';
import type { LiveFix } from './live-fix.ts';

/** A fix that a deploy takes out of its environment. */
export interface GuardedFix extends LiveFix, Pick<Backport, 'id' | 'url' | 'owner'> {
  /** The commit of the deployed version that takes it back; null: the version never had it. */
  readonly takenBy: string | null;
  /** Nobody can tell by its content whether the version has it. */
  readonly unsure: boolean;
  /** The deploy that brought it back. */
  readonly back: Change | null;
}

/** What people are told of a deploy that takes back fixes, and what came of it. */
export interface Guard {
  readonly deploy: Change;
  readonly isRollback: boolean;
  readonly foundAt: Date;
  /** Those that are sure first, then the longest live; one at least. */
  readonly fixes: readonly GuardedFix[];
}

/** `under-way`: it can be stopped; `averted`: nothing was taken back; `through`: it was; `back`: all of it is there again. */
export type GuardCourse = 'under-way' | 'averted' | 'through' | 'back';

/** Those that are sure, where any is: the others may be lost besides. */
export function toldFixes({ fixes }: Pick<Guard, 'fixes'>): readonly GuardedFix[] {
  const sure = fixes.filter(({ unsure }) => !unsure);
  return sure.length === 0 ? fixes : sure;
}

export function courseOf({ deploy: { status }, fixes }: Guard): GuardCourse {
  if (isAverted(status)) return 'averted';
  if (toldFixes({ fixes }).every(({ back }) => back !== null)) return 'back';
  return status === 'started' ? 'under-way' : 'through';
}

function isAverted(status: Status | null): boolean {
  return status === 'failed' || status === 'cancelled';
}
