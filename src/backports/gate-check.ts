import type { RuleName } from '../domain/change-rules/rule.ts';

export interface GateQuestion {
  readonly service: string;
  readonly environment: string;
  /** A commit, a tag, or a version that was deployed somewhere. */
  readonly version: string;
}

export interface GateCheck {
  /** `mirror`: the rule `skipped-staging`. */
  readonly rule: 'hotfixes' | 'mirror' | Exclude<RuleName, 'skipped-staging'>;
  /**
   * `unknown`: it could not be looked at, which forbids nothing. `warns`: worth a look, and no reason to stop.
   * `overridden`: it would forbid, and somebody said beforehand why it goes out all the same.
   */
  readonly outcome: 'passes' | 'forbids' | 'unknown' | 'warns' | 'overridden';
  /** For people. */
  readonly text: string;
}
