import type { Kysely } from 'kysely';
import type { Configuration } from '../config/configuration.ts';
import { pairsOf } from '../config/parity-rules.ts';
import type { Logger } from '../config/logger.ts';
import { restrictedServices } from '../config/restricted-services.ts';
import { viewerOf } from '../domain/viewer.ts';
import type { Schema } from '../database/schema.ts';
import type { Handlers } from '../jobs/register.ts';
import { gitOrigin } from './git.ts';
import { parityPort } from './parity-in-slack.ts';

interface Options {
  readonly configuration: Configuration;
  readonly db: Kysely<Schema>;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** Without Slack there is nobody to tell, and nothing of it is loaded. */
export async function startAlarms({
  configuration,
  db,
  logger,
  now,
}: Options): Promise<Handlers['post-parity-alarms']> {
  const { slack, slackApiUrl } = configuration.environment;
  if (slack === null) return () => Promise.resolve();
  const { createAlarms } = await import('../slack/alarms.ts');
  const { compare, channelOf } = parityPort({ db, configuration, git: gitOrigin(configuration.environment) });
  return createAlarms({
    db,
    pairs: pairsOf(configuration.settings),
    compare,
    channelOf,
    viewer: viewerOf(restrictedServices(configuration.settings), { type: 'anybody' }),
    botToken: slack.botToken,
    apiUrl: slackApiUrl,
    log: logger,
    now,
  });
}
