import type { ColumnType, Generated } from 'kysely';
import type { ParityVerdict } from '../domain/comparison/difference.ts';
import type { Facet } from '../domain/facts/fact.ts';

/** A `date` column: pg reads it as midnight of this machine's time zone, so it is selected as text. */
type CalendarDay = ColumnType<Date, string, string>;

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
  counts: ColumnType<Record<ParityVerdict, number>, string, string>;
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
