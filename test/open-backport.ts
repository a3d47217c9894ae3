import type { Backport } from '../src/domain/backports/backport.ts';

/** A fix of checkout that production has and staging lacks: nothing was said or done about it yet. */
export function openBackport(openedAt: Date, given: Partial<Backport> = {}): Backport {
  return {
    id: '7',
    state: 'open',
    rule: 'deploy',
    service: 'checkout',
    repository: 'acme/checkout',
    reference: 'production',
    mirror: 'staging',
    pullRequest: 798,
    title: 'Cap batch size',
    url: 'https://github.com/acme/checkout/pull/798',
    why: 'production has it and staging has not',
    note: null,
    owner: 'ada-l',
    imported: false,
    openedAt,
    judgedAt: null,
    landedAt: null,
    liveAt: null,
    changeId: null,
    incidentId: null,
    fixedIncident: false,
    fact: null,
    proposed: null,
    snoozed: null,
    snoozes: 0,
    awaitsDeploy: false,
    waived: null,
    commits: [],
    ...given,
  };
}
