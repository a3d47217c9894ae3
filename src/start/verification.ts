import type { Kysely } from 'kysely';
import type { Configuration } from '../config/configuration.ts';
import { endpointsOf, verifyRulesOf } from '../config/verify-endpoints.ts';
import type { Schema } from '../database/schema.ts';
import type { Heard, Ingest } from '../ingest/ingest.ts';
import type { AnyJobRequest } from '../jobs/enqueue.ts';
import { askEndpoint } from '../parity/ask-endpoint.ts';
import { type VerifyDependencies, verifyAfterDeploy } from '../parity/verify-deploy.ts';
import { verifyJobs } from '../parity/verify-jobs.ts';
import { concealWith } from '../sources/reading/conceal.ts';
import { openSource } from '../sources/reading/open.ts';
import { verification } from '../sources/verification.ts';

interface Options {
  readonly configuration: Pick<Configuration, 'settings' | 'catalog' | 'environment'>;
  readonly db: Kysely<Schema>;
  readonly ingest: Pick<Ingest, 'ingest'>;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** What looks whether deploys are what runs. */
export function verifier({ configuration, db, ingest, now, signal }: Options): VerifyDependencies {
  const { settings, catalog, environment } = configuration;
  const source = openSource(verification, { secrets: [], catalog, conceal: concealWith(environment.hmacKey) });
  return {
    db,
    catalog,
    endpoints: endpointsOf(settings),
    ask: (url) => askEndpoint(url, signal),
    tell: async (report) => {
      const body = Buffer.from(JSON.stringify(report));
      const told = await ingest.ingest(source, { headers: {}, body, receivedAt: now() });
      if (told.outcome === 'unavailable') throw told.error;
    },
    now,
  };
}

/** The job after each deploy. */
export function verifyHandler(options: Omit<Options, 'signal'>) {
  return (payload: { readonly changeId: string; readonly until: string }, signal: AbortSignal) =>
    verifyAfterDeploy(verifier({ ...options, signal }), payload);
}

/** Which deploys among what was heard are looked at. */
export function verifyReaction(settings: Configuration['settings'], now: () => Date) {
  const rules = verifyRulesOf(settings);
  return async (db: Kysely<Schema>, heard: Heard): Promise<readonly AnyJobRequest[]> =>
    heard.late ? [] : verifyJobs(db, heard.touched, rules, now());
}
