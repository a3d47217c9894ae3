import type { Change } from './change.ts';

/** Why somebody deployed all the same. */
export interface ReasonGiven {
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
  /** Before the deploy, of its version. */
  readonly beforehand: boolean;
}

/** What people are told, and asked, of a deploy that goes out in a freeze or outside the release window. */
export interface Frozen {
  readonly deploy: Change;
  /** `the freeze black-friday`; null: outside the release window. */
  readonly freeze: string | null;
  readonly foundAt: Date;
  readonly given: ReasonGiven | null;
}

/** `back`: it turned out to be a rollback, which may be made at any time; `averted`: it did not go out. */
export type FrozenCourse = 'under-way' | 'out' | 'back' | 'averted';

export function frozenCourse({ deploy: { kind, status } }: Frozen): FrozenCourse {
  if (kind === 'rollback') return 'back';
  if (status === 'failed' || status === 'cancelled') return 'averted';
  return status === 'started' ? 'under-way' : 'out';
}

/** Somebody is still to say why. */
export function isAskedWhy(frozen: Frozen): boolean {
  const course = frozenCourse(frozen);
  return frozen.given === null && (course === 'out' || course === 'under-way');
}
