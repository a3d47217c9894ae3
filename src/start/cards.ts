import type { Configuration } from '../config/configuration.ts';
import type { Logger } from '../config/logger.ts';
import { incidentChannelOf } from '../config/settings-names.ts';
import type { IncidentContext } from '../incidents/context.ts';
import type { SuspectDependencies } from '../incidents/suspects.ts';
import type { Handlers } from '../jobs/register.ts';
import type { KnownSource } from '../timeline/coverage.ts';

interface Options {
  readonly configuration: Configuration;
  readonly incidents: IncidentContext & SuspectDependencies;
  readonly sources: readonly KnownSource[];
  readonly logger: Logger;
  readonly now: () => Date;
}

/** Without Slack there are no cards, and nothing of it is loaded. */
export async function startCards({
  configuration,
  incidents,
  sources,
  logger,
  now,
}: Options): Promise<Handlers['refresh-card']> {
  const { environment, settings } = configuration;
  if (environment.slack === null) return () => Promise.resolve();
  const { createCards } = await import('../slack/cards.ts');
  const refreshCard = createCards({
    ...incidents,
    sources,
    botToken: environment.slack.botToken,
    apiUrl: environment.slackApiUrl,
    log: logger,
    now,
    cardChannelOf: (incident) => incidentChannelOf(settings, incident),
  });
  return ({ incidentId }) => refreshCard(incidentId);
}
