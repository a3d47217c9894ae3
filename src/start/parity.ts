import type { Kysely } from 'kysely';
import type { Configuration } from '../config/configuration.ts';
import { intendedRulesOf, pairsOf } from '../config/parity-rules.ts';
import type { Schema } from '../database/schema.ts';
import type { Conceal } from '../domain/secrets.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { ParityContext } from '../parity/context.ts';
import { openSource } from '../sources/reading/open.ts';
import { snapshotDrift } from '../sources/snapshot-drift.ts';

interface Options {
  readonly db: Kysely<Schema>;
  readonly configuration: Pick<Configuration, 'settings' | 'catalog'>;
  readonly conceal: Conceal;
  readonly ingest: Pick<Ingest, 'ingest'>;
  readonly now: () => Date;
}

/** What every part that has to do with snapshots works with. */
export function parityContext({
  db,
  configuration: { settings, catalog },
  conceal,
  ingest,
  now,
}: Options): ParityContext {
  const source = openSource(snapshotDrift, { secrets: [], catalog, conceal });
  return {
    db,
    catalog,
    pairs: pairsOf(settings),
    rules: intendedRulesOf(settings),
    ignored: settings.ignore,
    conceal,
    tell: async (report) => {
      const body = Buffer.from(JSON.stringify(report));
      const told = await ingest.ingest(source, { headers: {}, body, receivedAt: now() });
      if (told.outcome === 'unavailable') throw told.error;
      if (told.outcome === 'kept') throw new Error(`a report of drift was refused: ${told.error}`);
    },
  };
}
