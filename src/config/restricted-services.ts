import { knownAs } from '../domain/people/directory.ts';
import { groupNamed } from '../domain/people/group.ts';
import { isMemberId } from '../domain/people/identity.ts';
import type { RestrictedService } from '../domain/viewer.ts';
import { directoryOf } from './people.ts';
import type { SettingsFile } from './settings-schema.ts';

/** `owners` are those whom the settings name one by one. */
export interface ServiceOfGroups extends RestrictedService {
  /** Groups of Slack whose members own it too, as they are looked up: ids, and handles in lower case. */
  readonly groups: readonly string[];
}

/**
 * The services that only their owners see. An owner is a person of `people` by any of their names, a member id of Slack,
 * or a group of Slack; what is a name of `people` is that person and never a group. What people say of themselves does not
 * count: anybody could say that they are an owner.
 */
export function restrictedServices(settings: SettingsFile): readonly ServiceOfGroups[] {
  const directory = directoryOf(settings);
  return Object.entries(settings.services)
    .filter(([, { restricted }]) => restricted)
    .map(([name, { aliases, owners }]) => {
      const known = owners.map((owner) => ({ owner, person: knownAs(directory, owner) }));
      return {
        names: [...new Set([name, ...aliases].flatMap((each) => [each, each.toLowerCase()]))],
        owners: new Set(
          known.flatMap(({ owner, person }) => person?.slack ?? (person === null && isMemberId(owner) ? owner : [])),
        ),
        groups: known.flatMap(({ owner, person }) => (person === null ? (groupNamed(owner) ?? []) : [])),
      };
    });
}

/** Every group that owns one of these. */
export function groupsNamed(services: readonly ServiceOfGroups[]): readonly string[] {
  return [...new Set(services.flatMap(({ groups }) => groups))];
}
