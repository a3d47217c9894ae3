import type { ColumnType, Generated } from 'kysely';
import type { ParityVerdict } from '../domain/comparison/difference.ts';
import type { Facet } from '../domain/facts/fact.ts';
import type { AlarmVerdict, AlarmWords, Ended, FirstLook, MutedWhy } from '../domain/parity/alarms.ts';

/** As in schema.ts. */
type Json<T> = ColumnType<T, string, string>;

/** A `date` column: pg reads it as midnight of this machine's time zone, so it is selected as text. */
type CalendarDay = ColumnType<Date, string, string>;

export interface Snapshots {
  id: Generated<string>;
  environment: string;
  collector: string;
  collector_version: string;
  normaliser: number;
  taken_at: Date;
  recorded_at: Date;
  complete: boolean;
  not_seen: string[];
  facts: number;
  changed: number;
  content: Buffer;
}

export interface Facts {
  id: Generated<string>;
  environment: string;
  collector: string;
  service: string;
  facet: Facet;
  key: string;
  value: string | null;
  digest: string | null;
  same: Buffer;
  valid_from: Date;
  after: Date | null;
  valid_to: Date | null;
  unseen_since: Date | null;
}

export interface ParityFirstLooks {
  reference: string;
  mirror: string;
  collector: string;
  looked_at: Date;
}

export interface ParityPosts {
  key: string;
  reference: string;
  mirror: string;
  services: string[];
  summary: Json<FirstLook> | null;
  settled: Generated<boolean>;
  made_at: Date;
}

export interface ParityAlarms {
  id: Generated<string>;
  reference: string;
  mirror: string;
  group_key: string;
  difference_ids: string[];
  verdict: AlarmVerdict;
  said: Json<AlarmWords>;
  post_key: string;
  opened_at: Date;
  ended_at: Date | null;
  ended: Ended | null;
  ended_by: string | null;
  muted_at: Date | null;
  muted_by: string | null;
  muted_why: MutedWhy | null;
  muted_note: string | null;
}

export interface Drifts {
  id: Generated<string>;
  environment: string;
  collector: string;
  service: string;
  facet: Facet;
  key: string;
  before: string | null;
  after: string | null;
  secret: boolean;
  before_same: Buffer | null;
  after_same: Buffer | null;
  window_from: Date;
  window_to: Date;
  snapshot_id: string;
  seen: number;
  first_seen_at: Date;
  state: 'watched' | 'open' | 'explained' | 'cleared';
  report: string | null;
  told: 'open' | 'cleared' | null;
  explained_by: string | null;
  ended_at: Date | null;
  why: string | null;
}

export interface Acceptances {
  id: Generated<string>;
  reference: string;
  mirror: string;
  service: string | null;
  facet: string;
  key: string;
  must: string | null;
  reason: string;
  impact: string;
  owner: string | null;
  expires: CalendarDay | null;
  accepted_by: string;
  accepted_at: Date;
  needs_second: boolean;
  confirmed_by: string | null;
  confirmed_at: Date | null;
  withdrawn_by: string | null;
  withdrawn_at: Date | null;
}

export interface Explanations {
  reference: string;
  mirror: string;
  service: string;
  facet: Facet;
  key: string;
  reference_same: Buffer | null;
  mirror_same: Buffer | null;
  change_id: string;
  note: string;
  said_by: string;
  said_at: Date;
}

export interface ParityScores {
  reference: string;
  mirror: string;
  day: CalendarDay;
  compared_at: Date;
  score: number | null;
  coverage: number;
  facts: number;
  equal: number;
  counts: Json<Record<ParityVerdict, number>>;
}

export interface ParityFaults {
  reference: string;
  mirror: string;
  service: string;
  facet: Facet;
  key: string;
  verdict: ParityVerdict;
  judged_on: CalendarDay;
}
