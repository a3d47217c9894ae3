import type { Kysely } from 'kysely';
import type { Configuration } from './config/configuration.ts';
import { releaseRulesOf } from './config/release-rules.ts';
import { defaultEnvironmentOf } from './config/settings-names.ts';
import type { Schema } from './database/schema.ts';
import type { IncidentContext } from './incidents/context.ts';
import type { SuspectDependencies } from './incidents/suspects.ts';

interface Options {
  readonly db: Kysely<Schema>;
  readonly configuration: Pick<Configuration, 'settings' | 'catalog'>;
}

/** What every part that has to do with incidents works with. */
export function incidentContext({
  db,
  configuration: { settings, catalog },
}: Options): IncidentContext & SuspectDependencies {
  return {
    db,
    catalog,
    defaultEnvironment: defaultEnvironmentOf(settings),
    channelPattern: new RegExp(settings.incidents.channel_pattern),
    lookback: settings.incidents.lookback,
    releases: releaseRulesOf(settings),
  };
}
