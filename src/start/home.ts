import type { Kysely } from 'kysely';
import { forgetPerson } from '../backports/nags/meet.ts';
import type { Configuration } from '../config/configuration.ts';
import type { Schema } from '../database/schema.ts';
import { personOf } from '../domain/people/directory.ts';
import type { People } from '../people/people.ts';
import { changePreferences } from '../preferences/preferences.ts';
import type { HomePort } from '../slack/home/port.ts';

/** What the Home tab works with, by the settings and what people said of themselves. */
export function homePort({
  db,
  people,
  configuration,
}: {
  readonly db: Kysely<Schema>;
  readonly people: Pick<People, 'directoryOf'>;
  readonly configuration: Pick<Configuration, 'settings'> & {
    readonly environment: Pick<Configuration['environment'], 'publicUrl'>;
  };
}): HomePort {
  const { environment, settings } = configuration;
  const services = Object.entries(settings.services);
  return {
    concernOf: async (slackId) => {
      const directory = await people.directoryOf({ identities: [slackId] });
      const owners = new Map(
        services.map(([name, { owners: named }]) => [
          name.toLowerCase(),
          new Set(named.flatMap((each) => personOf(directory, each)?.slackId ?? [])),
        ]),
      );
      return {
        services: [...owners].filter(([, ids]) => ids.has(slackId)).map(([name]) => name),
        includes: (service) => {
          const ids = service === null ? undefined : owners.get(service.toLowerCase());
          return ids === undefined || ids.size === 0 || ids.has(slackId);
        },
      };
    },
    changePreferences: async (slackId, change, now) => {
      const changed = await changePreferences(db, slackId, change, now);
      await forgetPerson(db, slackId);
      return changed;
    },
    publicUrl: environment.publicUrl,
  };
}
