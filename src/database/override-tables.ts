import type { Generated } from 'kysely';

/** Deploys that were found to go out in a freeze or outside the release window. */
export interface FrozenDeploys {
  change_id: string;
  rule: 'freeze' | 'window';
  freeze_name: string | null;
  by_incident: boolean;
  found_at: Date;
}

/** Why people deploy though a rule speaks against it. */
export interface Overrides {
  id: Generated<string>;
  change_id: string | null;
  rule: 'freeze' | 'window' | null;
  freeze_name: string | null;
  service: string | null;
  environment: string;
  version: string | null;
  commit: string | null;
  reason: string;
  said_by: string;
  said_name: string;
  said_at: Date;
  valid_until: Date | null;
  /** The name of the token with which it was said; null: said in Slack. */
  token: string | null;
}
