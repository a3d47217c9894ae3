import { migrate as migrateTimeline } from '../database/migrate.ts';
import { migrateJobs } from '../jobs/run.ts';
import { done, readArguments } from './command.ts';
import type { Command } from './command.ts';
import { withDatabase } from './database.ts';

export const migrate: Command = {
  usage: ['migrate [--json]'],
  summary: 'Brings the database up to date. The service does so too when it starts; running it twice does no harm.',
  options: ['--json    for programs'],
  async run(args, terminal) {
    const read = readArguments(args, { json: { type: 'boolean' } });
    if (read.outcome === 'usage') return read;
    if (read.positionals.length > 0) return { outcome: 'usage', reason: `what is ${read.positionals[0]}?` };

    return withDatabase(
      async ({ db, pool, logger }) => {
        const { applied } = await migrateTimeline(db);
        await migrateJobs(pool, logger);
        if (read.values.json) terminal.print(JSON.stringify({ applied }));
        else terminal.print(applied.length === 0 ? 'Up to date.' : `Applied: ${applied.join(', ')}.`);
        return done;
      },
      { migrated: false },
    );
  },
};
