import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Place } from '../domain/comparison/rules.ts';
import type { Facet } from '../domain/facts/fact.ts';

/** A deploy that nobody has heard the end of for longer has been forgotten. */
const longest = 2 * 3_600_000;
const tolerance = 5 * 60_000;

/** What a deploy may be changing while it is under way. */
const deployed: ReadonlySet<Facet> = new Set([
  'version',
  'env',
  'config',
  'package',
  'runtime',
  'schema',
  'health',
] as const);

interface UnderWay {
  readonly environment: string;
  readonly services: readonly string[];
  readonly title: string;
  readonly at: Date;
}

/** Deploys that had not ended at that time. */
export async function deploysUnderWay(
  db: Kysely<Schema>,
  environments: readonly string[],
  at: Date,
): Promise<readonly UnderWay[]> {
  const { rows } = await sql<UnderWay>`
    select environment, services, title, occurred_at as at from changes
    where at >= ${new Date(at.getTime() - longest)} and at <= ${at} and status = 'started'
      and kind in ('deploy', 'rollback') and environment = any(${[...environments]}::text[])
    order by occurred_at desc limit 1000
  `.execute(db);
  return rows;
}

/** Why it is too early to say something of a fact that became so in an environment; null: it is not. */
export function underWayWords(
  deploys: readonly UnderWay[],
  { service, facet }: Place,
  sides: readonly { readonly environment: string; readonly since: Date }[],
): string | null {
  if (service === null || !deployed.has(facet)) return null;
  const found = deploys.find(
    (deploy) =>
      deploy.services.includes(service) &&
      sides.some(
        (side) => side.environment === deploy.environment && side.since.getTime() >= deploy.at.getTime() - tolerance,
      ),
  );
  return found === undefined ? null : `"${found.title}" is under way in ${found.environment}.`;
}
