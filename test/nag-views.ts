import type { Backport, BackportCommit } from '../src/domain/backports/backport.ts';
import type { BackportPick, BackportPull } from '../src/domain/backports/pull.ts';
import type { NagView } from '../src/domain/nags/nag.ts';
import { openBackport } from './open-backport.ts';

export const ada = { slackId: 'U0ADA', name: 'ada' };
export const grace = { slackId: 'U0GRACE', name: 'grace' };
export const openedAt = new Date('2026-11-20T14:02:00Z');

export function aCommit(evidence: Partial<BackportCommit['evidence']> = {}): BackportCommit {
  return {
    commit: 'c0ffee0000000000000000000000000000000001',
    title: 'Cap batch size (#798)',
    isMerge: false,
    evidence: {
      verdict: 'not-found',
      by: null,
      method: null,
      containment: null,
      missingFiles: [],
      revertedBy: null,
      reason: null,
      ...evidence,
    },
    judgedAt: openedAt,
  };
}

/** What proves that the fix is in staging. */
export const proof = aCommit({
  verdict: 'backported',
  by: '4f2a1c9000000000000000000000000000000002',
  method: 'patch-id',
  containment: 1,
});

export function aBackport(more: Partial<Backport> = {}): Backport {
  return openBackport(openedAt, {
    id: '17',
    title: 'Cap batch size (#798)',
    why: 'was deployed to production from release, and staging never had it',
    judgedAt: openedAt,
    changeId: '5',
    incidentId: '39',
    fixedIncident: true,
    commits: [aCommit()],
    ...more,
  });
}

export const clean: BackportPick = { outcome: 'clean', base: 'main', at: openedAt };

export const conflicts: BackportPick = {
  outcome: 'conflicts',
  base: 'main',
  files: ['src/checkout.ts', 'src/batch.ts'],
  missing: [
    { commit: 'aaaaaaa000000000000000000000000000000001', title: 'Split batches' },
    { commit: 'bbbbbbb000000000000000000000000000000002', title: 'Name batches' },
    { commit: 'ccccccc000000000000000000000000000000003', title: 'Count batches' },
  ],
  at: openedAt,
};

export function aPull(more: Partial<BackportPull> = {}): BackportPull {
  return {
    number: 821,
    url: 'https://github.com/acme/checkout/pull/821',
    branch: 'backport/798',
    base: 'main',
    state: 'review-wanted',
    author: 'sincewhen',
    reviewers: ['grace'],
    approvers: [],
    mergers: [],
    openedByUs: true,
    wantedBy: 'Grace',
    problem: null,
    updatedAt: openedAt,
    ...more,
  };
}

export function aView({
  backport = {},
  ...more
}: Partial<Omit<NagView, 'backport'>> & { backport?: Partial<Backport> } = {}): NagView {
  return {
    backport: aBackport(backport),
    pull: null,
    pick: clean,
    byHand: null,
    owner: ada,
    actor: { person: ada, task: 'open' },
    incident: { reference: 'INC-39', title: 'Checkout errors' },
    evidence: null,
    next: { at: new Date('2026-11-24T10:00:00Z'), step: 'owner', person: ada },
    severity: 'normal',
    severityReason: null,
    told: ['channel'],
    ...more,
  };
}
