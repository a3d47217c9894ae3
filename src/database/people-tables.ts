import type { Generated } from 'kysely';
import type { GroupState } from '../domain/people/group.ts';
import type { IdentityKind } from '../domain/people/link-command.ts';
import type { Standing } from '../domain/people/standing.ts';

interface PeopleLinks {
  identity: string;
  kind: IdentityKind;
  slack_id: string | null;
  said_by: string;
  said_at: Date;
  decided: boolean;
}

interface PeopleConflicts {
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

interface PeopleStandings {
  slack_id: string;
  standing: Standing;
  name: string;
  asked_at: Date;
}

interface PeopleFinds {
  email: string;
  slack_id: string | null;
  wanted_at: Date;
  asked_at: Date | null;
}

interface PeopleEmailScope {
  scope: Generated<string>;
  granted: boolean;
  asked_at: Date;
}

interface PeopleGroups {
  named: string;
  state: GroupState;
  handle: string | null;
  read_at: Date | null;
}

interface PeopleGroupMembers {
  member: string;
  named: string;
}

interface PeopleGroupReading {
  one: Generated<boolean>;
  asked_at: Date;
  refused: string | null;
}

export interface PeopleTables {
  people_links: PeopleLinks;
  people_conflicts: PeopleConflicts;
  people_standings: PeopleStandings;
  people_finds: PeopleFinds;
  people_email_scope: PeopleEmailScope;
  people_groups: PeopleGroups;
  people_group_members: PeopleGroupMembers;
  people_group_reading: PeopleGroupReading;
}
