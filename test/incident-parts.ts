import type { Kysely } from 'kysely';
import { directoryOf } from '../src/config/people.ts';
import { incidentChannelOf } from '../src/config/settings-names.ts';
import { restrictedServices } from '../src/config/restricted-services.ts';
import { readSettings } from '../src/config/settings.ts';
import type { Schema } from '../src/database/schema.ts';
import type { Catalog } from '../src/domain/catalog.ts';
import { viewersOf } from '../src/people/groups.ts';
import { createPeople } from '../src/people/people.ts';
import type { SlackContext } from '../src/slack/context.ts';
import { digestPort } from '../src/start/digest.ts';
import { incidentContext } from '../src/start/incidents.ts';
import { homePort } from '../src/start/home.ts';
import { parityPort } from '../src/start/parity-in-slack.ts';
import { backportsInMemory } from './backports-port.ts';

/** What the Slack app must be given to work on incidents and parity. */
export function incidentParts(
  db: Kysely<Schema>,
  catalog: Catalog,
  yaml = '',
  now = () => new Date(),
): Pick<
  SlackContext,
  'incidents' | 'people' | 'cardChannelOf' | 'digest' | 'parity' | 'backports' | 'home' | 'viewerOf'
> {
  const read = readSettings(yaml);
  if (read.outcome === 'invalid') throw new Error(read.problems.join('\n'));
  const { settings } = read;
  const people = createPeople({ db, settings: directoryOf(settings), slack: null, now });
  return {
    backports: backportsInMemory().port,
    viewerOf: viewersOf({ db, now }, restrictedServices(settings)),
    home: homePort({ db, people, configuration: { settings, environment: { publicUrl: null } } }),
    parity: parityPort({ db, configuration: { settings, catalog }, git: null }),
    digest: digestPort({
      db,
      configuration: { settings, catalog },
      git: null,
      directoryOf: people.directoryOf,
    }),
    incidents: incidentContext({ db, configuration: { settings, catalog } }),
    people,
    cardChannelOf: (incident) => incidentChannelOf(settings, incident),
  };
}
