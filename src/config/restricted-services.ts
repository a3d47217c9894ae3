import { personOf } from '../domain/people/directory.ts';
import type { RestrictedService } from '../domain/viewer.ts';
import { directoryOf } from './people.ts';
import type { SettingsFile } from './settings-schema.ts';

/**
 * The services that only their owners see. An owner is a person of `people` by any of their names, or a member id of
 * Slack; of a group nobody is known here, and so nobody of it sees more. What people say of themselves does not count:
 * anybody could say that they are an owner.
 */
export function restrictedServices(settings: SettingsFile): readonly RestrictedService[] {
  const directory = directoryOf(settings);
  return Object.entries(settings.services)
    .filter(([, { restricted }]) => restricted)
    .map(([name, { aliases, owners }]) => ({
      names: [...new Set([name, ...aliases].flatMap((each) => [each, each.toLowerCase()]))],
      owners: new Set(owners.flatMap((owner) => personOf(directory, owner)?.slackId ?? [])),
    }));
}
