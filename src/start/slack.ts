import type { Kysely } from 'kysely';
import type { Configuration } from '../config/configuration.ts';
import type { Logger } from '../config/logger.ts';
import { slackIsOff } from '../config/not-configured.ts';
import { restrictedServices } from '../config/restricted-services.ts';
import type { Schema } from '../database/schema.ts';
import { defaultEnvironmentOf, incidentChannelOf } from '../config/settings-names.ts';
import type { Vocabulary } from '../domain/question.ts';
import type { ServerOptions } from '../http/server.ts';
import { viewersOf } from '../people/groups.ts';
import type { People } from '../people/people.ts';
import type { BotMessages } from '../slack/context.ts';
import { backportPort } from './backports-in-slack.ts';
import { digestPort } from './digest.ts';
import { incidentContext } from './incidents.ts';
import { homePort } from './home.ts';
import { gitOrigin } from './git.ts';
import { parityPort } from './parity-in-slack.ts';
import type { Ask } from '../timeline/ask.ts';

export interface StartedSlack {
  /** What the HTTP server does with requests for Slack. */
  readonly routes: ServerOptions['slack'];
  readonly stop: () => Promise<void>;
}

interface Options {
  readonly configuration: Configuration;
  readonly db: Kysely<Schema>;
  readonly people: People;
  readonly ask: Ask;
  readonly vocabulary: () => Promise<Vocabulary>;
  readonly botMessages: BotMessages | null;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** Comes up whether or not Slack can be reached. Without access to it, nothing of it is loaded. */
export async function startSlack({ configuration, ...options }: Options): Promise<StartedSlack> {
  const { environment, settings, catalog } = configuration;
  if (environment.slack === null) return { routes: { closed: slackIsOff }, stop: () => Promise.resolve() };

  const { createSlack } = await import('../slack/app.ts');
  const slack = await createSlack({
    db: options.db,
    catalog,
    ask: options.ask,
    vocabulary: options.vocabulary,
    botMessages: options.botMessages,
    log: options.logger,
    now: options.now,
    access: environment.slack,
    apiUrl: environment.slackApiUrl,
    defaultEnvironment: defaultEnvironmentOf(settings),
    incidents: incidentContext({ db: options.db, configuration }),
    cardChannelOf: (incident) => incidentChannelOf(settings, incident),
    backports: backportPort({ db: options.db, configuration, people: options.people, now: options.now }),
    parity: parityPort({ db: options.db, configuration, git: gitOrigin(environment) }),
    viewerOf: viewersOf(options, restrictedServices(settings)),
    home: homePort({ db: options.db, people: options.people, configuration }),
    digest: digestPort({
      db: options.db,
      configuration,
      git: gitOrigin(environment),
      directoryOf: (concerned) => options.people.directoryOf({ ...concerned, leavers: true }),
    }),
    people: options.people,
  });
  const { requestListener } = slack;
  if (requestListener === null) {
    return { routes: { closed: 'Slack is connected in Socket Mode: it sends nothing here.' }, stop: slack.stop };
  }
  return { routes: { listener: requestListener }, stop: slack.stop };
}
