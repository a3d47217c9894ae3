import type { Kysely } from 'kysely';
import type { Configuration } from '../config/configuration.ts';
import { releaseRulesOf } from '../config/release-rules.ts';
import { defaultEnvironmentOf } from '../config/settings-names.ts';
import { directoryOf } from '../config/people.ts';
import { restrictedServices } from '../config/restricted-services.ts';
import { viewerOf } from '../domain/viewer.ts';
import type { Schema } from '../database/schema.ts';
import { attachSignals } from '../incidents/attach-signals.ts';
import type { IncidentContext } from '../incidents/context.ts';
import type { SuspectDependencies } from '../incidents/suspects.ts';
import { tendIncidents, watchChanges } from '../incidents/watch-changes.ts';
import type { Handlers } from '../jobs/register.ts';
import { createNamesOf } from '../people/people.ts';

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
    hidden: viewerOf(restrictedServices(settings), { type: 'anybody' }).hidden,
    namesOf: createNamesOf({ db, settings: directoryOf(settings) }),
  };
}

/** What is done about incidents in the background, but for what Slack is told. */
export function incidentHandlers(context: IncidentContext, now: () => Date) {
  return {
    'attach-signals': (payload) => attachSignals(context, payload, now()),
    'watch-changes': (payload) => watchChanges(context, payload, now()),
    'tend-incidents': () => tendIncidents(context, now()),
  } satisfies Partial<Handlers>;
}
