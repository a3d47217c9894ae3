import type { Kysely } from 'kysely';
import type { Configuration } from '../config/configuration.ts';
import type { Logger } from '../config/logger.ts';
import { directoryOf } from '../config/people.ts';
import type { Schema } from '../database/schema.ts';
import type { Handlers } from '../jobs/register.ts';
import { type People, createPeople } from '../people/people.ts';
import type { SlackPeople } from '../people/slack-people.ts';

interface Options {
  readonly configuration: Pick<Configuration, 'environment' | 'settings'>;
  readonly db: Kysely<Schema>;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** What is known of people is in the database: it may be made in several places. */
export function startPeople({ configuration, db, logger, now }: Options): People {
  const { environment, settings } = configuration;
  return createPeople({ db, settings: directoryOf(settings), slack: slackPeople(environment, logger, now), now });
}

/** Once a minute. */
export async function peopleHandler(
  { configuration, db, logger, now }: Options,
  people: Pick<People, 'tend'>,
): Promise<Handlers['tend-people']> {
  const { slack, slackApiUrl } = configuration.environment;
  if (slack === null) return () => people.tend();
  const { createContestedPosts } = await import('../slack/post-contested.ts');
  const tell = createContestedPosts({ db, botToken: slack.botToken, apiUrl: slackApiUrl, log: logger, now });
  return async () => {
    await tell();
    await people.tend();
  };
}

/** Null without access to Slack: then nothing of it is loaded. */
function slackPeople(
  { slack, slackApiUrl }: Configuration['environment'],
  logger: Logger,
  now: () => Date,
): SlackPeople | null {
  if (slack === null) return null;
  let made: Promise<SlackPeople> | null = null;
  const there = () => {
    made ??= import('../slack/slack-people.ts').then(({ createSlackPeople }) =>
      createSlackPeople({ botToken: slack.botToken, apiUrl: slackApiUrl, log: logger, now }),
    );
    return made;
  };
  return {
    memberOf: async (slackId) => (await there()).memberOf(slackId),
    byEmail: async (email) => (await there()).byEmail(email),
    mayAskByEmail: async () => (await there()).mayAskByEmail(),
  };
}
