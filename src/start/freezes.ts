import type { Kysely } from 'kysely';
import type { Configuration } from '../config/configuration.ts';
import type { Logger } from '../config/logger.ts';
import { releaseRulesOf } from '../config/release-rules.ts';
import { parityChannelOf } from '../config/settings-names.ts';
import type { Schema } from '../database/schema.ts';
import { freezeJob, isNeverFrozen, tellFreezeJob } from '../freezes/jobs.ts';
import { lookForFreeze } from '../freezes/look.ts';
import { enqueueMixed } from '../jobs/enqueue.ts';
import type { Handlers } from '../jobs/register.ts';

interface Options {
  readonly configuration: Pick<Configuration, 'settings' | 'catalog'> & {
    readonly environment: Pick<Configuration['environment'], 'slack' | 'slackApiUrl'>;
  };
  readonly db: Kysely<Schema>;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** Looks at deploys, and asks people why. What Slack does not take at once is told later without looking again. */
export async function startFreezes(options: Options): Promise<Handlers['ask-why-frozen']> {
  const { configuration, db, now } = options;
  const { catalog } = configuration;
  const releases = releaseRulesOf(configuration.settings);
  const tell = await tellingOf(options);
  return async ({ changeId, looks }) => {
    const deploys = looks ? await lookForFreeze({ db, catalog, releases, now }, changeId) : [changeId];
    for (const id of deploys) {
      const later = await tell(id);
      if (later !== null) await enqueueMixed(db, [tellFreezeJob(id, later)]);
    }
  };
}

/** Once it is known what a deploy follows, it may turn out to be a rollback, or one with another. */
export async function askAgainAfterRelating(
  db: Kysely<Schema>,
  { settings }: Pick<Configuration, 'settings'>,
  changeId: string,
): Promise<void> {
  if (!isNeverFrozen(releaseRulesOf(settings))) await enqueueMixed(db, [freezeJob(changeId)]);
}

async function tellingOf({
  configuration: { settings, environment, catalog },
  db,
  logger,
  now,
}: Options): Promise<(changeId: string) => Promise<Date | null>> {
  const { slack, slackApiUrl } = environment;
  if (slack === null) return () => Promise.resolve(null);
  const { createFreezes } = await import('../slack/freezes.ts');
  return createFreezes({
    db,
    catalog,
    channelOf: ({ services, environment: reference }) => parityChannelOf(settings, { services, reference }),
    botToken: slack.botToken,
    apiUrl: slackApiUrl,
    log: logger,
    now,
  });
}
