import type { ColumnType, Generated } from 'kysely';
import type { KeptDecision, UselessCause } from '../domain/backports/decision.ts';
import type { BackportPick, BackportPullState } from '../domain/backports/pull.ts';
import type { BackportRule, BackportState } from '../domain/backports/backport.ts';
import type { Evidence, Method } from '../domain/evidence/ladder.ts';
import type { Facet } from '../domain/facts/fact.ts';
import type { NagStep } from '../domain/nags/nag.ts';
import type { Mark } from '../domain/nags/round.ts';

export interface CommitFingerprints {
  repository: string;
  commit: string;
  version: number;
  parents: string[];
  author: string;
  authored_at: string;
  message: string;
  patch: string | null;
  bare_patch: string | null;
  lines: Buffer;
  size: number;
  files: string[];
  is_binary: boolean;
}

export interface Backports {
  id: Generated<string>;
  state: BackportState;
  service: string | null;
  reference: string;
  mirror: string;
  repository: string | null;
  pull_request: number | null;
  title: string;
  url: string | null;
  why: string;
  note: string | null;
  owner: string | null;
  imported: boolean;
  opened_at: Date;
  recorded_at: Date;
  change_id: string | null;
  incident_id: string | null;
  judged_at: Date | null;
  landed_at: Date | null;
  live_at: Date | null;
  live_id: string | null;
  waived_by: string | null;
  waived_reason: string | null;
  waived_at: Date | null;
  waived_until: Date | null;
  waived_second: string | null;
  proposed_commit: string | null;
  proposed_by: string | null;
  proposed_at: Date | null;
  fact_facet: Facet | null;
  fact_key: string | null;
  fact_same: Buffer | null;
  fact_group: string | null;
  rule: Generated<BackportRule>;
  snoozed_until: Date | null;
  snoozed_release: Generated<boolean>;
  snoozed_by: string | null;
  snoozes: Generated<number>;
}

/** What people said. */
export interface BackportDecisions {
  id: Generated<string>;
  backport_id: string;
  kind: KeptDecision['kind'];
  by: string;
  at: Date;
  reason: string | null;
  until: Date | null;
  commit: string | null;
  cause: UselessCause | null;
  handed_to: string | null;
}

export interface BackportCommits {
  repository: string;
  commit: string;
  reference: string;
  mirror: string;
  backport_id: string;
  place: number;
  is_merge: boolean;
  title: string;
  verdict: Evidence['verdict'];
  method: Method | null;
  found_in: string | null;
  containment: number | null;
  missing_files: string[];
  reverted_by: string | null;
  reason: string | null;
  judged_at: Date;
}

export interface BackportRuns {
  repository: string;
  service: string;
  reference: string;
  mirror: string;
  seen: string | null;
  ran_at: Date;
  unreadable: string | null;
  unreadable_since: Date | null;
}

export interface RepositoryNames {
  old: string;
  new: string;
  renamed_at: Date;
}

export interface BackportFacts {
  backport_id: string;
  /** Empty: of no one service. */
  service: string;
  facet: Facet;
  key: string;
  wanted: Buffer | null;
  former: Buffer | null;
  proved_at: Date | null;
  collector: string | null;
  snapshot_id: string | null;
  change_id: string | null;
}

export interface BackportFactLooks {
  reference: string;
  mirror: string;
  collector: string;
  looked_at: Date;
}

/** How long each backport has waited to be told of, and what comes next. */
export interface Nags {
  backport_id: string;
  listed_only: boolean;
  clock_from: Date;
  elapsed: string;
  silent_since: Date | null;
  round: number;
  next_at: Date | null;
  next_step: NagStep | null;
  next_person: string | null;
  shown: Buffer | null;
  settled: boolean;
}

/** What was told. */
export interface NagSteps {
  backport_id: string;
  step: NagStep;
  occasion: string;
  person: string | null;
  told_at: Date;
}

/** The one message of a person and a day of theirs. */
export interface NagCards {
  person: string;
  day: string;
  backport_ids: string[];
  as_lead: string[];
  marks: ColumnType<Mark[], string, string>;
  planned_at: Date;
  told_at: Date | null;
}

/** What Slack said of people, and when. */
export interface NagPeople {
  slack_id: string;
  timezone: string;
  dnd_until: Date | null;
  active: boolean;
  asked_at: Date;
  reminders: Generated<boolean>;
}

/** Deploys that were looked at for fixes that they take back. */
export interface Guards {
  change_id: string;
  outcome: 'passes' | 'reverts' | 'unknown';
  why: string | null;
  commit: string | null;
  rollback: boolean;
  first_looked_at: Date;
  looked_at: Date;
}

export interface GuardedFixes {
  change_id: string;
  backport_id: string;
  live_since: Date;
  found_at: Date;
  taken_by: string | null;
  back_id: string | null;
  unsure: Generated<boolean>;
}

export interface BackportPulls {
  backport_id: string;
  state: BackportPullState;
  repository: string;
  branch: string;
  base: string;
  number: number | null;
  url: string | null;
  author: string | null;
  reviewers: Generated<string[]>;
  approvers: Generated<string[]>;
  opened_by_us: boolean;
  problem: string | null;
  attempt: Generated<number>;
  wanted_by: string | null;
  wanted_at: Date;
  head: string | null;
  updated_at: Date;
  followed_at: Date | null;
}

export interface MergeRights {
  repository: string;
  login: string;
  may_merge: boolean;
  asked_at: Date;
}

/** What the last try to pick a fix came to. */
export interface BackportPicks {
  backport_id: string;
  outcome: BackportPick['outcome'];
  base: string | null;
  base_commit: string | null;
  commits: string[];
  files: string[];
  missing: ColumnType<readonly { readonly commit: string; readonly title: string }[], string, string>;
  why: string | null;
  at: Date;
}
