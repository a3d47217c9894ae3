import type { Kysely } from 'kysely';
import { enqueueNagsSoon } from '../backports/enqueue-nags.ts';
import { landingsOf } from '../backports/landings.ts';
import { planNags } from '../backports/nags/plan.ts';
import { picksOf, pullsOf } from '../backports/pulls/kept.ts';
import type { Configuration } from '../config/configuration.ts';
import type { Logger } from '../config/logger.ts';
import { restrictedServices } from '../config/restricted-services.ts';
import { nagRulesOf } from '../config/nag-rules.ts';
import { parityChannelOf } from '../config/settings-names.ts';
import type { Schema } from '../database/schema.ts';
import { quietUntil } from '../domain/quiet-hours.ts';
import type { Availability } from '../domain/nags/nag.ts';
import type { Handlers } from '../jobs/register.ts';
import { preferencesOf } from '../preferences/preferences.ts';
import { viewersOf } from '../people/groups.ts';
import type { Concerned, People } from '../people/people.ts';
import { openingOf } from './backport-pulls.ts';

interface Options {
  readonly configuration: Pick<Configuration, 'environment' | 'settings' | 'catalog'>;
  readonly db: Kysely<Schema>;
  readonly people: Pick<People, 'surely'>;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** These alter what people are to be told of backports. */
type Telling = Pick<
  Handlers,
  | 'open-backports'
  | 'verify-backports'
  | 'pick-backport'
  | 'open-fact-backports'
  | 'open-backport-pull'
  | 'follow-backport-pull'
>;

/** Has people told what each of them came to. */
export function thenTold(handlers: Telling, { db, now }: Pick<Options, 'db' | 'now'>): Telling {
  const told =
    <Payload>(handler: (payload: Payload, signal: AbortSignal) => Promise<void>) =>
    async (payload: Payload, signal: AbortSignal) => {
      await handler(payload, signal);
      await enqueueNagsSoon(db, now());
    };
  return {
    'open-backports': told(handlers['open-backports']),
    'verify-backports': told(handlers['verify-backports']),
    'pick-backport': told(handlers['pick-backport']),
    'open-fact-backports': told(handlers['open-fact-backports']),
    'open-backport-pull': told(handlers['open-backport-pull']),
    'follow-backport-pull': told(handlers['follow-backport-pull']),
  };
}

/** Without Slack there is nobody to tell, and nothing of it is loaded. */
export async function startNags({ configuration, db, people, logger, now }: Options): Promise<Handlers['tend-nags']> {
  const { environment, settings, catalog } = configuration;
  const { slack, slackApiUrl } = environment;
  if (slack === null) return () => Promise.resolve();
  const { createNags } = await import('../slack/nags.ts');
  const known = {
    db,
    directoryOf: (concerned: Concerned) => people.surely({ ...concerned, leavers: true }),
    rules: nagRulesOf(settings),
    pullsOf,
    picksOf,
    opening: openingOf(configuration),
    viewerOf: viewersOf({ db, now }, restrictedServices(settings)),
  };
  return createNags({
    db,
    plan: (availability, at) => planNags({ ...known, availability: asTheyWant(db, availability, at) }, at),
    landingsOf: (backports) => landingsOf({ db, catalog }, backports),
    channelOf: ({ service, reference }) =>
      parityChannelOf(settings, { services: service === null ? [] : [service], reference }),
    botToken: slack.botToken,
    apiUrl: slackApiUrl,
    log: logger,
    now,
  });
}

/** What Slack says of a person, and what they have told us besides. */
export function asTheyWant(
  db: Kysely<Schema>,
  availability: (slackId: string) => Promise<Availability>,
  now: Date,
): (slackId: string) => Promise<Availability> {
  return async (slackId) => {
    const [said, { quiet, reminders }] = await Promise.all([availability(slackId), preferencesOf(db, slackId)]);
    const until = quiet === null ? null : quietUntil(quiet, said.timezone, now);
    const latest = until === null || (said.dndUntil !== null && said.dndUntil > until) ? said.dndUntil : until;
    return { ...said, dndUntil: latest, reminders };
  };
}
