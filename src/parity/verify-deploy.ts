import type { Kysely } from 'kysely';
import type { Endpoints } from '../config/verify-endpoints.ts';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { type Verification, type VerificationReport, verificationOf } from '../domain/verification.ts';
import { enqueue } from '../jobs/enqueue.ts';
import { type LastDeploy, lastDeploys } from './last-deploys.ts';
import { type AskEndpoint, askService, seenSince } from './observe.ts';

export interface VerifyDependencies {
  readonly db: Kysely<Schema>;
  readonly catalog: Catalog;
  readonly endpoints: (service: string, environment: string) => Endpoints | null;
  readonly ask: AskEndpoint;
  /** Has the timeline keep what was found. */
  readonly tell: (report: VerificationReport) => Promise<void>;
  readonly now: () => Date;
}

export interface VerifiedDeploy {
  readonly deploy: LastDeploy;
  readonly verification: Verification;
}

/** Services looked at at once. */
const atOnce = 8;
const again = 60_000;

/** Looks whether what was deployed last to an environment is what is there, and tells the timeline. */
export async function verifyDeploys(
  dependencies: VerifyDependencies,
  place: { readonly environment: string; readonly services: readonly string[] | null },
): Promise<readonly VerifiedDeploy[]> {
  const deploys = await lastDeploys(dependencies.db, dependencies.catalog, place);
  const found: VerifiedDeploy[] = [];
  for (let at = 0; at < deploys.length; at += atOnce) {
    found.push(...(await Promise.all(deploys.slice(at, at + atOnce).map((deploy) => look(dependencies, deploy)))));
  }
  for (const each of found) await tellOf(dependencies, each);
  return found;
}

/**
 * The same of one deploy, some time after it: what is not right yet is looked at again every minute until then. One that
 * another has followed is left alone.
 */
export async function verifyAfterDeploy(
  dependencies: VerifyDependencies,
  asked: { readonly changeId: string; readonly until: string },
): Promise<void> {
  const { db, catalog, now } = dependencies;
  const row = await db
    .selectFrom('changes')
    .select(['service', 'environment'])
    .where('id', '=', asked.changeId)
    .executeTakeFirst();
  if (row === undefined || row.service === null || row.environment === null) return;
  const place = { environment: row.environment, services: [row.service] };
  const [deploy] = await lastDeploys(db, catalog, place);
  if (deploy === undefined || deploy.change.id !== asked.changeId) return;
  const found = await look(dependencies, deploy);
  const next = new Date(now().getTime() + again);
  if (found.verification.outcome !== 'verified' && next.toISOString() <= asked.until) {
    await enqueue(db, 'verify-deploy', asked, { runAt: next, jobKey: `verify-deploy:${asked.changeId}` });
    return;
  }
  await tellOf(dependencies, found);
}

async function look({ db, catalog, endpoints, ask }: VerifyDependencies, deploy: LastDeploy): Promise<VerifiedDeploy> {
  const known = endpoints(deploy.service, deploy.environment);
  const [asked, seen] = await Promise.all([
    known === null ? [] : askService(known, ask),
    seenSince(db, catalog, deploy),
  ]);
  const { to: version, commit } = deploy.change;
  return { deploy, verification: verificationOf({ version, commit }, [...asked, ...seen]) };
}

/** Once for each thing found: told again it would only be longer. */
async function tellOf({ tell, now }: VerifyDependencies, { deploy, verification }: VerifiedDeploy): Promise<void> {
  const { outcome, text } = verification;
  if (outcome === 'unknown' || deploy.identities.length === 0) return;
  const verified = outcome === 'verified';
  const said = deploy.change.details['verification'];
  if (said === `${verified ? 'verified' : 'not verified'}: ${text}`) return;
  await tell({ identities: deploy.identities.slice(0, 5), at: now().toISOString(), verified, text });
}
