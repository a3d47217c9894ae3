import type { Generated } from 'kysely';
import type { GroupState } from '../domain/people/group.ts';
import type { IdentityKind } from '../domain/people/link-command.ts';
import type { Standing } from '../domain/people/standing.ts';

export interface PeopleLinks {
  identity: string;
  kind: IdentityKind;
  slack_id: string | null;
  said_by: string;
  said_at: Date;
  decided: boolean;
}

export interface PeopleConflicts {
  id: Generated<string>;
  identity: string;
  kind: IdentityKind;
  holder: string;
  claimant: string;
  claimed_at: Date;
  told_at: Date | null;
  decided_by: string | null;
  decided_at: Date | null;
  decided_for: string | null;
  settled_at: Date | null;
}

export interface PeopleStandings {
  slack_id: string;
  standing: Standing;
  name: string;
  asked_at: Date;
}

export interface PeopleFinds {
  email: string;
  slack_id: string | null;
  wanted_at: Date;
  asked_at: Date | null;
}

export interface PeopleEmailScope {
  scope: Generated<string>;
  granted: boolean;
  asked_at: Date;
}

export interface PeopleGroups {
  named: string;
  state: GroupState;
  handle: string | null;
  read_at: Date | null;
}

export interface PeopleGroupMembers {
  member: string;
  named: string;
}

export interface PeopleGroupReading {
  one: Generated<boolean>;
  asked_at: Date;
  refused: string | null;
}
