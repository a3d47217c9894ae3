import type { Kysely } from 'kysely';
import type { Configuration } from '../config/configuration.ts';
import { intendedRulesOf } from '../config/parity-rules.ts';
import type { Schema } from '../database/schema.ts';
import type { ParityReport } from '../domain/comparison/difference.ts';
import type { GitOrigin } from '../git/run-git.ts';
import { type ParityQuestion, compareEnvironments } from '../parity/compare.ts';
import { toldSources } from '../parity/told-sources.ts';

/** How environments are compared, by the settings and all that was told. */
export function comparison({
  db,
  configuration: { catalog, settings },
  git,
}: {
  readonly db: Kysely<Schema>;
  readonly configuration: Pick<Configuration, 'settings' | 'catalog'>;
  readonly git: GitOrigin | null;
}): (asked: ParityQuestion) => Promise<ParityReport> {
  const context = { db, catalog, rules: intendedRulesOf(settings), ignored: settings.ignore };
  const told = toldSources({ db, catalog, git });
  return (asked) => compareEnvironments(context, asked, told);
}
