import type { Kysely } from 'kysely';
import type { Configuration } from '../config/configuration.ts';
import type { Logger } from '../config/logger.ts';
import { groupsNamed, restrictedServices } from '../config/restricted-services.ts';
import type { Schema } from '../database/schema.ts';
import type { Handlers } from '../jobs/register.ts';
import { groupProblemLine } from '../domain/people/group-words.ts';
import { groupProblems, readGroups } from '../people/groups.ts';

interface Options {
  readonly configuration: Pick<Configuration, 'environment' | 'settings'>;
  readonly db: Kysely<Schema>;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** Every quarter of an hour, at a start and when Slack tells of a change. Without Slack, nothing of it is loaded. */
export async function groupsHandler({ configuration, db, logger, now }: Options): Promise<Handlers['read-groups']> {
  const { slack, slackApiUrl } = configuration.environment;
  const named = groupsNamed(restrictedServices(configuration.settings));
  if (slack === null) return () => Promise.resolve();
  const { createSlackGroups } = await import('../slack/slack-groups.ts');
  const groups = createSlackGroups({ botToken: slack.botToken, apiUrl: slackApiUrl, log: logger });
  let told: readonly string[] = [];
  return async () => {
    try {
      await readGroups({ db, now }, groups);
    } finally {
      // Each once, until it is something else.
      const lines = (await groupProblems(db, named, now())).map(groupProblemLine);
      for (const line of lines) if (!told.includes(line)) logger.warn(line);
      told = lines;
    }
  };
}
