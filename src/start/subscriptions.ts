import type { Kysely } from 'kysely';
import type { Configuration } from '../config/configuration.ts';
import { restrictedServices } from '../config/restricted-services.ts';
import type { Logger } from '../config/logger.ts';
import type { Schema } from '../database/schema.ts';
import { viewerOf } from '../domain/viewer.ts';
import type { Handlers } from '../jobs/register.ts';
import { noteChanges } from '../subscriptions/note-changes.ts';

interface Options {
  readonly configuration: Pick<Configuration, 'catalog' | 'settings'> & {
    readonly environment: Pick<Configuration['environment'], 'slack' | 'slackApiUrl'>;
  };
  readonly db: Kysely<Schema>;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** Tells channels what they asked to be told of. Without Slack nobody can ask, and nothing of it is loaded. */
export async function startSubscriptions({
  configuration: { catalog, environment, settings },
  db,
  logger,
  now,
}: Options): Promise<Pick<Handlers, 'tell-subscribers' | 'post-subscription'>> {
  const { slack, slackApiUrl } = environment;
  if (slack === null) {
    return { 'tell-subscribers': () => Promise.resolve(), 'post-subscription': () => Promise.resolve() };
  }
  const { createSubscriptionPosts } = await import('../slack/subscription-posts.ts');
  const post = createSubscriptionPosts({
    db,
    catalog,
    botToken: slack.botToken,
    apiUrl: slackApiUrl,
    log: logger,
    now,
  });
  const viewer = viewerOf(restrictedServices(settings), { type: 'anybody' });
  return {
    'tell-subscribers': (changes) => noteChanges(db, changes, { now: now(), viewer }),
    'post-subscription': ({ subscriptionId }) => post(subscriptionId),
  };
}
