import type { Login } from './day.ts';

/** A flag's rollout to everybody is widened, in production. */
export interface FlagStep {
  readonly type: 'flag';
  readonly key: string;
  readonly name: string;
  readonly by: Login;
  /** Percent. */
  readonly from: number;
  readonly to: number;
  readonly comment: string;
  /** Minutes before now, as all times here. */
  readonly at: number;
}

/** A run of HCP Terraform that somebody confirmed. */
export interface ApplyStep {
  readonly type: 'apply';
  readonly workspace: string;
  readonly message: string;
  readonly by: Login;
  readonly confirmedBy: Login;
  readonly created: number;
  readonly at: number;
  /** Minutes that the apply took. */
  readonly took: number;
}

/** A health assessment of HCP Terraform finds that somebody else changed resources. */
export interface DriftStep {
  readonly type: 'drift';
  readonly workspace: string;
  readonly drifted: number;
  readonly of: number;
  readonly at: number;
}

export interface IncidentStep {
  readonly type: 'incident';
  readonly number: number;
  readonly title: string;
  /** As PagerDuty calls it. */
  readonly service: string;
  readonly assignee: Login;
  readonly at: number;
  readonly acknowledged: number;
  readonly resolved: number;
}

export type SurroundingStep = FlagStep | ApplyStep | DriftStep | IncidentStep;

/** What changes around the repositories on the same day, and what the bad deploy does to the people on call. */
export const surroundings: readonly SurroundingStep[] = [
  { type: 'drift', workspace: 'network-prod', drifted: 1, of: 48, at: 9.5 * 60 },
  {
    type: 'apply',
    workspace: 'ledger-database-prod',
    message: 'Raise max_connections to 400',
    by: 'barbara',
    confirmedBy: 'edsger',
    created: 90,
    at: 84,
    took: 3,
  },
  {
    type: 'flag',
    key: 'express-payment',
    name: 'Express payment',
    by: 'grace',
    from: 20,
    to: 50,
    comment: 'Conversion is up and errors are flat after a day at 20 %.',
    at: 53,
  },
  {
    type: 'incident',
    number: 1042,
    title: 'Error rate of payments above 5 %',
    service: 'Checkout API',
    assignee: 'ada',
    at: 35,
    acknowledged: 33,
    resolved: 14,
  },
];
