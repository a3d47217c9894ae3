import { type Kysely, type SqlBool, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import {
  type DeploySample,
  type LeadSample,
  type Period,
  type RestoreSample,
  type Samples,
  periodBefore,
} from '../domain/measures/figures.ts';

export interface MeasureScope {
  readonly period: Period;
  readonly environment: string;
  /** Empty: all. */
  readonly services: readonly string[];
  /** Services that whoever asks may not see, lower-case. */
  readonly hidden: readonly string[];
}

export type SamplesRead =
  | { readonly outcome: 'read'; readonly samples: Samples; readonly since: Date | null }
  /** More than are read for one question: part of them would give wrong numbers. */
  | { readonly outcome: 'too-many' };

const most = 50_000;

/** What happened in the period and in the one before, through the views of the measures that are not for others: one query for each. */
export async function readSamples(db: Kysely<Schema>, scope: MeasureScope): Promise<SamplesRead> {
  const [deploys, leads, restores, since] = await Promise.all([
    readDeploys(db, scope),
    readLeads(db, scope),
    readRestores(db, scope),
    firstDeploy(db, scope.environment),
  ]);
  if ([deploys, leads, restores].some(({ length }) => length > most)) return { outcome: 'too-many' };
  return { outcome: 'read', samples: { deploys, leads, restores }, since };
}

async function readDeploys(db: Kysely<Schema>, scope: MeasureScope): Promise<readonly DeploySample[]> {
  const { rows } = await sql<{
    at: Date;
    services: string[];
    forward: boolean;
    failed: DeploySample['failed'];
    rework: DeploySample['rework'];
  }>`
    select at, services, forward, rework,
      case
        when not forward then null
        when caused_incident then 'incident'
        when rolled_back_by is not null then 'rollback'
        when reverted_by is not null then 'revert'
      end as failed
    from unfiltered_deploys where ${inScope('at', scope)} order by at limit ${most + 1}
  `.execute(db);
  return rows;
}

async function readLeads(db: Kysely<Schema>, scope: MeasureScope): Promise<readonly LeadSample[]> {
  const { rows } = await sql<{ at: Date; services: string[]; seconds: number; from: LeadSample['from'] }>`
    select at, services, lead_seconds as seconds, measured_from as from
    from unfiltered_lead_times where ${inScope('at', scope)} order by at limit ${most + 1}
  `.execute(db);
  return rows.map(({ at, services, seconds, from }) => ({ at, services, from, length: seconds * 1000 }));
}

async function readRestores(db: Kysely<Schema>, scope: MeasureScope): Promise<readonly RestoreSample[]> {
  const { rows } = await sql<{ at: Date; services: string[]; seconds: number; caused: boolean }>`
    select resolved_at as at, services, restore_seconds as seconds, caused_by_change as caused
    from unfiltered_restores where ${inScope('resolved_at', scope)} order by resolved_at limit ${most + 1}
  `.execute(db);
  return rows.map(({ at, services, seconds, caused }) => ({
    at,
    services,
    length: seconds * 1000,
    causedByChange: caused,
  }));
}

function inScope(time: 'at' | 'resolved_at', { period, environment, services, hidden }: MeasureScope) {
  const at = sql.ref(time);
  const named = services.length === 0 ? sql`` : sql` and services && ${[...services]}::text[]`;
  const seen =
    hidden.length === 0
      ? sql``
      : sql` and not exists (select from unnest(services) as name where lower(name) = any(${[...hidden]}::text[]))`;
  const { from } = periodBefore(period);
  return sql<SqlBool>`environment = ${environment} and ${at} >= ${from} and ${at} < ${period.to}${named}${seen}`;
}

async function firstDeploy(db: Kysely<Schema>, environment: string): Promise<Date | null> {
  const { rows } = await sql<{ at: Date }>`
    select at from unfiltered_deploys where environment = ${environment} order by at limit 1
  `.execute(db);
  return rows[0]?.at ?? null;
}
