import type { ColumnType, Generated } from 'kysely';
import type { Kind, Status } from '../domain/change.ts';

type WithDefault<T> = ColumnType<T, T | undefined, T>;

export interface Subscriptions {
  id: Generated<string>;
  channel_id: string;
  environments: string[];
  services: string[];
  kinds: Kind[];
  statuses: Status[];
  filter_key: Buffer;
  only_deploys: ColumnType<boolean, never, never>;
  made_by: string;
  made_by_name: string;
  made_at: Date;
  tells_from: Date;
  notice_settled: WithDefault<boolean>;
  paused_at: Date | null;
  paused_why: string | null;
  maker_told_at: Date | null;
  ended_at: Date | null;
  ended_by_name: string | null;
}

export interface SubscriptionSummaries {
  id: Generated<string>;
  subscription_id: string;
  late: boolean;
  began_at: Date;
  last_at: Date;
  told_before: number;
  failed_at_first: number | null;
  failure_told: WithDefault<boolean>;
  settled: WithDefault<boolean>;
  revision: WithDefault<number>;
}

export interface SubscriptionTellings {
  subscription_id: string;
  change_id: string;
  found_at: Date;
  summary_id: string | null;
  told_at: Date | null;
  failure_told: WithDefault<boolean>;
  settled: WithDefault<boolean>;
  revision: WithDefault<number>;
}
