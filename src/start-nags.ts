import type { Kysely } from 'kysely';
import { landingsOf } from './backports/landings.ts';
import { planNags } from './backports/nags/plan.ts';
import { picksOf, pullsOf } from './backports/pulls/kept.ts';
import type { Configuration } from './config/configuration.ts';
import type { Logger } from './config/logger.ts';
import { nagRulesOf } from './config/nag-rules.ts';
import { parityChannelOf } from './config/settings-names.ts';
import type { Schema } from './database/schema.ts';
import type { Handlers } from './jobs/register.ts';
import type { Concerned, People } from './people/people.ts';

interface Options {
  readonly configuration: Pick<Configuration, 'environment' | 'settings' | 'catalog'>;
  readonly db: Kysely<Schema>;
  readonly people: Pick<People, 'surely'>;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** Without Slack there is nobody to tell, and nothing of it is loaded. */
export async function startNags({ configuration, db, people, logger, now }: Options): Promise<Handlers['tend-nags']> {
  const { environment, settings, catalog } = configuration;
  const { slack, slackApiUrl } = environment;
  if (slack === null) return () => Promise.resolve();
  const { createNags } = await import('./slack/nags.ts');
  const known = {
    db,
    directoryOf: (concerned: Concerned) => people.surely({ ...concerned, leavers: true }),
    rules: nagRulesOf(settings),
    pullsOf,
    picksOf,
  };
  return createNags({
    db,
    plan: (availability, at) => planNags({ ...known, availability }, at),
    landingsOf: (backports) => landingsOf({ db, catalog }, backports),
    channelOf: ({ service, reference }) =>
      parityChannelOf(settings, { services: service === null ? [] : [service], reference }),
    botToken: slack.botToken,
    apiUrl: slackApiUrl,
    log: logger,
    now,
  });
}
