import type { Kysely } from 'kysely';
import { enqueueStale, guardJob, openJob } from '../backports/jobs.ts';
import { openBackports } from '../backports/open.ts';
import type { BackportDependencies } from '../backports/place.ts';
import { enqueueUnheard } from '../backports/pulls/jobs.ts';
import { enqueuePicks, pickBackports } from '../backports/pulls/pick.ts';
import { followRenames } from '../backports/repository-names.ts';
import { settleBackports } from '../backports/settle.ts';
import type { Configuration } from '../config/configuration.ts';
import { mirrorsOf } from '../config/release-rules.ts';
import { restrictedServices } from '../config/restricted-services.ts';
import type { Schema } from '../database/schema.ts';
import { viewerOf } from '../domain/viewer.ts';
import type { GitOrigin } from '../git/run-git.ts';
import { enqueueMixed } from '../jobs/enqueue.ts';
import type { Handlers } from '../jobs/register.ts';

interface Options {
  readonly db: Kysely<Schema>;
  readonly configuration: Pick<Configuration, 'settings' | 'catalog'>;
  readonly git: GitOrigin | null;
  readonly now: () => Date;
}

/** What every part that has to do with backports works with. */
export function backportContext({ db, configuration, git, now }: Options): BackportDependencies {
  const { catalog, settings } = configuration;
  const { hidden } = viewerOf(restrictedServices(settings), { type: 'anybody' });
  return { db, catalog, git, mirrors: mirrorsOf(settings), untold: hidden, now };
}

/** What is done about backports in the background. */
export function backportHandlers(context: BackportDependencies) {
  const until = (signal: AbortSignal): BackportDependencies => ({
    ...context,
    git: context.git === null ? null : { ...context.git, signal },
  });
  return {
    'open-backports': ({ changeId }, signal) => openBackports(until(signal), changeId),
    'verify-backports': async ({ repository }, signal) => {
      await settleBackports(until(signal), repository);
      await enqueuePicks(context.db, repository);
    },
    'tend-backports': async () => {
      await followRenames(context.db);
      await enqueueStale(context.db, context.now());
      await enqueueUnheard(context.db, context.now());
    },
    'pick-backport': ({ repository }, signal) => pickBackports(until(signal), repository),
  } satisfies Partial<Handlers>;
}

/**
 * What a deploy brought is looked at once it is known which one it follows. What it took back was told before; now it is
 * also known whether it goes back, and which reports tell the same.
 */
export async function afterRelating(db: Kysely<Schema>, changeId: string): Promise<void> {
  await enqueueMixed(db, [openJob(changeId), guardJob(changeId)]);
}
