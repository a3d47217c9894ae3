import type { Generated } from 'kysely';
import type { UselessCause } from '../domain/backport-decision.ts';
import type { BackportRule, BackportState } from '../domain/backport.ts';
import type { Evidence, Method } from '../domain/evidence/ladder.ts';
import type { Facet } from '../domain/facts/fact.ts';

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
  kind: 'proposed' | 'confirmed' | 'denied' | 'snoozed' | 'woken' | 'waived' | 'seconded' | 'useless' | 'handed-over';
  by: string;
  at: Date;
  reason: string | null;
  until: Date | null;
  commit: string | null;
  cause: UselessCause | null;
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
}
