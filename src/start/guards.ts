import { guardDeploy } from '../backports/guard.ts';
import { guardJob, tellGuardJob } from '../backports/jobs.ts';
import type { BackportDependencies } from '../backports/place.ts';
import type { Configuration } from '../config/configuration.ts';
import type { Logger } from '../config/logger.ts';
import { restrictedServices } from '../config/restricted-services.ts';
import { parityChannelOf } from '../config/settings-names.ts';
import { viewerOf } from '../domain/viewer.ts';
import { enqueueMixed } from '../jobs/enqueue.ts';
import type { Handlers } from '../jobs/register.ts';

interface Options {
  readonly configuration: Pick<Configuration, 'settings'> & {
    readonly environment: Pick<Configuration['environment'], 'slack' | 'slackApiUrl'>;
  };
  readonly backports: BackportDependencies;
  readonly logger: Logger;
  readonly now: () => Date;
}

/**
 * Looks at deploys, and tells people. What Slack does not take at once is told later without looking again. Without Slack
 * it is still known which fixes a deploy took back.
 */
export async function startGuards({
  configuration,
  backports,
  logger,
  now,
}: Options): Promise<Handlers['guard-deploy']> {
  const { db } = backports;
  const tell = await tellingOf({ configuration, backports, logger, now });
  return async ({ changeId, looks }, signal) => {
    const git = backports.git === null ? null : { ...backports.git, signal };
    const seen = looks ? await guardDeploy({ ...backports, git }, changeId) : { deploys: [changeId], again: null };
    if (seen.again !== null) await enqueueMixed(db, [guardJob(changeId, seen.again)]);
    for (const id of seen.deploys) {
      const later = await tell(id);
      if (later !== null) await enqueueMixed(db, [tellGuardJob(id, later)]);
    }
  };
}

async function tellingOf({
  configuration: { settings, environment },
  backports: { db, catalog },
  logger,
  now,
}: Options): Promise<(changeId: string) => Promise<Date | null>> {
  const { slack, slackApiUrl } = environment;
  if (slack === null) return () => Promise.resolve(null);
  const { createGuards } = await import('../slack/guards.ts');
  return createGuards({
    db,
    catalog,
    hidden: viewerOf(restrictedServices(settings), { type: 'anybody' }).hidden,
    channelOf: ({ services, environment: reference }) => parityChannelOf(settings, { services, reference }),
    botToken: slack.botToken,
    apiUrl: slackApiUrl,
    log: logger,
    now,
  });
}
