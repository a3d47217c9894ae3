import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Kysely } from 'kysely';
import type { Configuration } from '../config/configuration.ts';
import type { Logger } from '../config/logger.ts';
import { processUser } from '../config/process-user.ts';
import { programEnvironment } from '../config/program-environment.ts';
import { readSettings } from '../config/settings.ts';
import type { Schema } from '../database/schema.ts';
import { type FileCommit, lastCommitOf } from '../git/file-commit.ts';
import { noteSettings } from '../ledger/note-settings.ts';

interface Options {
  readonly db: Kysely<Schema>;
  readonly configuration: Configuration;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** Audits an edit of the settings that are in force now, and says in the log where nobody said why it was made. */
export async function noteEdit({ db, configuration, logger, now }: Options): Promise<void> {
  const { settings, environment } = configuration;
  const committed = await committedAs(configuration);
  const noted = await noteSettings(db, settings, { actor: processUser(), committed, now: now() });
  if (noted === null) return;
  const { changed, reason } = noted;
  logger.info({ changed }, 'the settings are other than those that were in force last');
  if (reason !== null) return;
  logger.warn(
    { changed },
    `no reason given for this edit of the settings: with the next one, write \`edited: { by: you, why: the reason }\` into ${environment.settingsFile}, or commit it before it is read`,
  );
}

/** The commit that made the file what is in force: it may have become another meanwhile. */
async function committedAs({ settings, environment }: Configuration): Promise<FileCommit | null> {
  const { settingsFile, dataDirectory } = environment;
  const git = { folder: resolve(dataDirectory, 'git'), environment: programEnvironment() };
  const found = await lastCommitOf(git, settingsFile);
  const read = found === null ? null : readSettings(found.text);
  return read?.outcome === 'ok' && isDeepStrictEqual(read.settings, settings) ? found : null;
}
