import type { ColumnType, Generated } from 'kysely';
import type { Kind, Status } from '../domain/change.ts';
import type { TimelineEvent } from '../domain/event.ts';
import type { Relation } from '../domain/relation.ts';
import type { Severity, Signal } from '../domain/signal.ts';

/** A `jsonb` column: parsed when read, written as JSON text (pg would send a JavaScript array as a PostgreSQL array). */
type Json<T> = ColumnType<T, string, string>;

export interface Deliveries {
  id: string;
  received_at: Date;
  source: string;
  headers: Json<Record<string, string>>;
  body: Buffer;
  outcome: 'recorded' | 'ignored' | 'failed';
  error: string | null;
}

export interface DeliveryKeys {
  source: string;
  key: string;
  received_at: Date;
  delivery_id: string;
}

export interface Events {
  occurred_at: Date;
  key: string;
  recorded_at: Date;
  delivery_id: string;
  source: string;
  event: Json<TimelineEvent>;
}

export interface Changes {
  id: Generated<string>;
  at: Date | null;
  occurred_at: Date;
  kind: Kind;
  status: Status | null;
  environment: string | null;
  service: string | null;
  services: string[];
  repository: string | null;
  commit: string | null;
  title: string;
  actors: string[];
  recorded_at: Date;
  events: Json<TimelineEvent[]>;
  merged_into: string | null;
  joined_to: string | null;
  repetitions: number | null;
  joined: Json<TimelineEvent[]> | null;
  relation: Json<Relation> | null;
}

export interface Identities {
  type: string;
  value: string;
  change_id: string;
}

export interface Signals {
  id: Generated<string>;
  source: string;
  subject: string;
  state: Signal['state'];
  severity: Severity | null;
  title: string;
  environment: string | null;
  services: string[];
  started_at: Date;
  resolved_at: Date | null;
  recorded_at: Date;
  said: Json<Signal[]>;
}

export interface Environments {
  name: string;
  first_seen_at: Date;
}

export interface Services {
  name: string;
  first_seen_at: Date;
}

export interface Repositories {
  name: string;
  first_seen_at: Date;
}

export interface Aliases {
  what: 'service' | 'environment';
  alias: string;
  name: string;
  added_by: string;
  added_at: Date;
}

export interface Tokens {
  id: Generated<string>;
  name: string;
  hash: Buffer;
  scopes: string[];
  created_at: Date;
  revoked_at: Date | null;
}

export interface SlackRequests {
  key: string;
  received_at: Date;
}

export interface Schema {
  deliveries: Deliveries;
  delivery_keys: DeliveryKeys;
  events: Events;
  changes: Changes;
  identities: Identities;
  mentions: Identities;
  signals: Signals;
  environments: Environments;
  services: Services;
  repositories: Repositories;
  aliases: Aliases;
  tokens: Tokens;
  slack_requests: SlackRequests;
}
