import type { ColumnType, Generated } from 'kysely';
import type { Kind, Status } from '../domain/change.ts';
import type { FrozenDeploys, Overrides } from './override-tables.ts';
import type {
  Acceptances,
  Drifts,
  Explanations,
  Facts,
  ParityAlarms,
  ParityFaults,
  ParityFirstLooks,
  ParityPosts,
  ParityScores,
  Snapshots,
} from './parity-schema.ts';
import type { AuditEvents, Decisions, LedgerSeals, LedgerState } from './ledger-tables.ts';
import type { SubscriptionSummaries, SubscriptionTellings, Subscriptions } from './subscription-tables.ts';
import type { DigestChannels, DigestWords, Digests } from './digest-tables.ts';
import type { EntryKind, Verdict } from '../domain/incidents/incident.ts';
import type { TimelineEvent } from '../domain/event.ts';
import type { Relation } from '../domain/relation.ts';
import type { Severity, Signal } from '../domain/signal.ts';
import type {
  BackportCommits,
  BackportDecisions,
  BackportFactLooks,
  BackportFacts,
  BackportPicks,
  BackportPulls,
  BackportRuns,
  Backports,
  CommitFingerprints,
  GuardedFixes,
  Guards,
  MergeRights,
  NagCards,
  NagPeople,
  NagSteps,
  Nags,
  RepositoryNames,
} from './backport-tables.ts';
import type { Preferences, SourcePings, Welcomes } from './preference-tables.ts';
import type { PeopleTables } from './people-tables.ts';

/** A `jsonb` column: parsed when read, written as JSON text (pg would send a JavaScript array as a PostgreSQL array). */
type Json<T> = ColumnType<T, string, string>;

export interface Deliveries {
  id: string;
  received_at: Date;
  source: string;
  headers: Json<Record<string, string>>;
  /** A block of bodies, or (where `block` is null) its own; read it by `bodyReader`. */
  body: Buffer | null;
  /** `received_at` of the delivery that has the block. */
  block_at: Date | null;
  block: string | null;
  /** Bytes in the block, expanded. */
  start: number | null;
  size: number | null;
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
  txid: Generated<string>;
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

export interface Incidents {
  id: Generated<string>;
  key: string | null;
  title: string;
  symptom: string;
  severity: Severity | null;
  environment: string | null;
  services: string[];
  started_at: Date;
  opened_at: Date;
  mitigated_at: Date | null;
  resolved_at: Date | null;
  scope_is_said: Generated<boolean>;
  start_is_said: Generated<boolean>;
  title_is_said: Generated<boolean>;
  severity_is_said: Generated<boolean>;
  channel_id: string | null;
  channel_name: string | null;
  channel_topic: string | null;
  private: Generated<boolean>;
  channel_closed: string | null;
  cause_id: string | null;
  cause_note: string | null;
  card_edited_at: Date | null;
  merged_into: string | null;
}

export interface IncidentSignals {
  signal_id: string;
  incident_id: string;
  why: string;
  said_by: string | null;
  joined_at: Date;
}

export interface IncidentEntries {
  id: Generated<string>;
  incident_id: string;
  at: Date;
  recorded_at: Date;
  kind: EntryKind;
  text: string;
  said_by: string | null;
  channel_id: string | null;
  message_ts: string | null;
  edited_at: Date | null;
  deleted_at: Date | null;
  change_id: string | null;
  verdict: Verdict | null;
}

export interface SlackPosts {
  key: string;
  channel_id: string;
  thread_ts: string | null;
  ts: string | null;
  attempted_at: Date | null;
  shown: Buffer | null;
  edited_at: Date | null;
  pinned_at: Date | null;
  turn_at: Date | null;
  refused: string | null;
  refused_at: Date | null;
}

export interface IncidentLines {
  incident_id: string;
  about: string;
  post_key: string;
}

export interface SlackPauses {
  name: string;
  until: Date;
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

export interface Schema extends PeopleTables {
  deliveries: Deliveries;
  delivery_keys: DeliveryKeys;
  events: Events;
  changes: Changes;
  identities: Identities;
  mentions: Identities;
  signals: Signals;
  incidents: Incidents;
  incident_signals: IncidentSignals;
  incident_entries: IncidentEntries;
  incident_lines: IncidentLines;
  slack_posts: SlackPosts;
  slack_pauses: SlackPauses;
  subscriptions: Subscriptions;
  subscription_summaries: SubscriptionSummaries;
  subscription_tellings: SubscriptionTellings;
  snapshots: Snapshots;
  facts: Facts;
  parity_first_looks: ParityFirstLooks;
  parity_posts: ParityPosts;
  parity_alarms: ParityAlarms;
  drifts: Drifts;
  acceptances: Acceptances;
  explanations: Explanations;
  parity_scores: ParityScores;
  parity_faults: ParityFaults;
  commit_fingerprints: CommitFingerprints;
  backports: Backports;
  backport_commits: BackportCommits;
  backport_decisions: BackportDecisions;
  nags: Nags;
  nag_steps: NagSteps;
  nag_cards: NagCards;
  nag_people: NagPeople;
  backport_runs: BackportRuns;
  guards: Guards;
  guarded_fixes: GuardedFixes;
  frozen_deploys: FrozenDeploys;
  overrides: Overrides;
  backport_pulls: BackportPulls;
  merge_rights: MergeRights;
  backport_picks: BackportPicks;
  backport_facts: BackportFacts;
  backport_fact_looks: BackportFactLooks;
  repository_names: RepositoryNames;
  digest_channels: DigestChannels;
  digests: Digests;
  digest_words: DigestWords;
  environments: Environments;
  services: Services;
  repositories: Repositories;
  aliases: Aliases;
  tokens: Tokens;
  audit_events: AuditEvents;
  decisions: Decisions;
  ledger_seals: LedgerSeals;
  ledger_state: LedgerState;
  slack_requests: SlackRequests;
  preferences: Preferences;
  welcomes: Welcomes;
  source_pings: SourcePings;
}
