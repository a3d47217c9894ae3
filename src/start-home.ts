import type { Kysely } from 'kysely';
import { forgetPerson } from './backports/nags/meet.ts';
import type { Configuration } from './config/configuration.ts';
import { directoryOf } from './config/nag-rules.ts';
import type { Schema } from './database/schema.ts';
import { personOf } from './domain/nags/people.ts';
import { changePreferences } from './preferences/preferences.ts';
import type { HomePort } from './slack/home/port.ts';

/** What the Home tab works with, by the settings. */
export function homePort({
  db,
  configuration,
}: {
  readonly db: Kysely<Schema>;
  readonly configuration: Pick<Configuration, 'settings'> & {
    readonly environment: Pick<Configuration['environment'], 'publicUrl'>;
  };
}): HomePort {
  const { environment, settings } = configuration;
  const directory = directoryOf(settings);
  const owners = new Map(
    Object.entries(settings.services).map(([name, { owners: named }]) => [
      name.toLowerCase(),
      new Set(named.flatMap((each) => personOf(directory, each)?.slackId ?? [])),
    ]),
  );
  return {
    identitiesOf: (slackId) => {
      const person = settings.people.find(({ slack }) => slack === slackId);
      const names = [person?.name, person?.github, person?.email].flatMap((each) => each?.toLowerCase() ?? []);
      return Promise.resolve([...new Set(names)]);
    },
    servicesOf: (slackId) => [...owners].filter(([, people]) => people.has(slackId)).map(([name]) => name),
    concerns: (slackId, service) => {
      const people = service === null ? undefined : owners.get(service.toLowerCase());
      return people === undefined || people.size === 0 || people.has(slackId);
    },
    changePreferences: async (slackId, change, now) => {
      const changed = await changePreferences(db, slackId, change, now);
      await forgetPerson(db, slackId);
      return changed;
    },
    publicUrl: environment.publicUrl,
  };
}
