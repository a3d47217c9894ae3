import type { ColumnType, Generated } from 'kysely';

type Json<T> = ColumnType<T, string, string>;

export interface AuditEvents {
  id: Generated<string>;
  at: Date;
  recorded_at: Generated<Date>;
  kind: string;
  actor: string;
  about: string;
  reason: string | null;
  details: Json<Record<string, unknown>>;
  txid: Generated<string>;
}

/** A view of `audit_events`. */
export type Decisions = Pick<AuditEvents, 'id' | 'at' | 'kind' | 'actor' | 'about' | 'reason' | 'details'>;

export interface LedgerSeals {
  number: string;
  stream: 'earlier' | 'events' | 'decisions';
  day: string;
  sequence: number;
  from_position: string;
  to_position: string;
  count: number;
  first_at: Date;
  last_at: Date;
  sealed_at: Date;
  leaves: Buffer;
  leaves_hash: Buffer;
  previous: Buffer;
  hash: Buffer;
}

export interface LedgerState {
  singleton: Generated<boolean>;
  txid_offset: string;
  earlier_sealed: boolean;
}
