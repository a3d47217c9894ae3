import { factJob } from '../backports/facts/jobs.ts';
import { settleFactBackports } from '../backports/facts/settle.ts';
import type { Configuration } from '../config/configuration.ts';
import { pairsOf } from '../config/parity-rules.ts';
import type { Kysely } from 'kysely';
import { ifFree } from '../database/in-turn.ts';
import type { Schema } from '../database/schema.ts';
import type { GitOrigin } from '../git/run-git.ts';
import { enqueueMixed } from '../jobs/enqueue.ts';
import type { Handlers } from '../jobs/register.ts';
import { flagStates } from '../parity/flag-states.ts';
import { comparison } from './comparison.ts';

interface Options {
  readonly db: Kysely<Schema>;
  readonly configuration: Pick<Configuration, 'settings' | 'catalog'>;
  readonly git: GitOrigin | null;
  readonly now: () => Date;
}

const busy = 5000;

/** Backports of what never was a commit, by what a comparison of environments says. */
export function factBackportHandler({ db, configuration, git, now }: Options): Handlers['open-fact-backports'] {
  const { settings, catalog } = configuration;
  const pairs = pairsOf(settings);
  const compare = comparison({ db, configuration, git });
  const dependencies = {
    db,
    catalog,
    ignored: settings.ignore,
    flags: (environment: string, at: Date) => flagStates(db, environment, at),
    now,
  };
  return async ({ pair }) => {
    if (pair === null) {
      await enqueueMixed(
        db,
        pairs.map((each) => factJob(each, now())),
      );
      return;
    }
    // What the settings do not name any more is not compared.
    if (!pairs.some((each) => each.reference === pair.reference && each.mirror === pair.mirror)) return;
    const done = await ifFree(db, `backports of facts ${JSON.stringify([pair.reference, pair.mirror])}`, async () => {
      await settleFactBackports(dependencies, await compare({ pair, service: null, at: now() }));
      return true;
    });
    if (done === null) await enqueueMixed(db, [factJob(pair, new Date(now().getTime() + busy))]);
  };
}
