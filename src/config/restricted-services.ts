import type { RestrictedService } from '../domain/viewer.ts';
import type { SettingsFile } from './settings-schema.ts';

/**
 * The services that only their owners see. An owner is a person of `people` by any of their names, or a member id of
 * Slack; of a group nobody is known here, and so nobody of it sees more.
 */
export function restrictedServices(settings: SettingsFile): readonly RestrictedService[] {
  return Object.entries(settings.services)
    .filter(([, { restricted }]) => restricted)
    .map(([name, { aliases, owners }]) => ({
      names: [...new Set([name, ...aliases].map((each) => each.toLowerCase()))],
      owners: new Set(owners.flatMap((owner) => slackIdsOf(settings, owner))),
    }));
}

function slackIdsOf(settings: SettingsFile, owner: string): readonly string[] {
  if (/^[UW][A-Z0-9]{2,}$/.test(owner)) return [owner];
  const wanted = owner.replace(/^@/, '').toLowerCase();
  return settings.people.flatMap(({ slack, name, github, email }) =>
    slack !== undefined && [name, github, email].some((each) => each?.toLowerCase() === wanted) ? [slack] : [],
  );
}
