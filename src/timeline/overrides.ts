import { type Kysely, type Selectable, sql } from 'kysely';
import type { Overrides } from '../database/override-tables.ts';
import type { Schema } from '../database/schema.ts';
import type { Change } from '../domain/change.ts';
import { versionKey } from './anchors.ts';

/** Why somebody deploys though a rule speaks against it. */
export interface Override {
  readonly id: string;
  readonly reason: string;
  /** A Slack member id, or the name of a token. */
  readonly saidBy: string;
  /** For people. */
  readonly by: string;
  readonly at: Date;
  /** Said before the deploy, of its version, until then; null: said of the deploy. */
  readonly validUntil: Date | null;
}

/** Who deploys first says why: for so long it holds. */
export const overrideHolds = 4 * 3_600_000;
/** Clocks differ. */
const skew = 2 * 60_000;
const most = 500;

type Row = Selectable<Overrides>;
type Deploy = Pick<Change, 'id' | 'environment' | 'services' | 'occurredAt' | 'to' | 'commit'>;

/** What was said of each of these, of the deploy itself before what was said of its version. */
export async function overridesOf(
  db: Kysely<Schema>,
  deploys: readonly Deploy[],
): Promise<ReadonlyMap<string, Override>> {
  if (deploys.length === 0) return new Map();
  const ids = deploys.map(({ id }) => id);
  const { rows } = await sql<Row & { readonly told: string }>`
    select overrides.*, coalesce(changes.joined_to, changes.merged_into, changes.id) as told
    from overrides join changes on changes.id = overrides.change_id
    where overrides.change_id = any(${ids}::bigint[])
      or overrides.change_id in (
        select id from changes where joined_to = any(${ids}::bigint[]) or merged_into = any(${ids}::bigint[])
      )
    order by overrides.id desc
  `.execute(db);
  const said = new Map(rows.map((row) => [row.told, overrideOf(row)]));
  const unsaid = deploys.filter(({ id }) => !said.has(id));
  const beforehand = await saidBeforehand(db, unsaid);
  for (const deploy of unsaid) {
    const row = beforehand.find((each) => isMeant(each, deploy));
    if (row !== undefined) said.set(deploy.id, overrideOf(row));
  }
  return said;
}

async function saidBeforehand(db: Kysely<Schema>, deploys: readonly Deploy[]): Promise<readonly Row[]> {
  const services = [...new Set(deploys.flatMap((each) => each.services))];
  if (services.length === 0) return [];
  const times = deploys.map(({ occurredAt }) => occurredAt.getTime());
  return db
    .selectFrom('overrides')
    .selectAll()
    .where('change_id', 'is', null)
    .where(sql<boolean>`service = any(${services}::text[])`)
    .where('valid_until', '>=', new Date(Math.min(...times)))
    .where('said_at', '<=', new Date(Math.max(...times) + skew))
    .orderBy('id', 'desc')
    .limit(most)
    .execute();
}

function isMeant(row: Row, { environment, services, occurredAt, to, commit }: Deploy): boolean {
  if (row.service === null || !services.includes(row.service) || row.environment !== environment) return false;
  if (row.valid_until === null || occurredAt > row.valid_until) return false;
  return row.said_at.getTime() <= occurredAt.getTime() + skew && isVersion(row, { to, commit });
}

function isVersion({ version, commit }: Row, deploy: Pick<Change, 'to' | 'commit'>): boolean {
  if (commit !== null && commit === deploy.commit) return true;
  if (version === null) return false;
  if (deploy.to !== null && versionKey(version) === versionKey(deploy.to)) return true;
  return deploy.commit !== null && /^[0-9a-f]{7,40}$/i.test(version) && deploy.commit.startsWith(version.toLowerCase());
}

/** What was said of a version that is about to be deployed. */
export async function overrideFor(
  db: Kysely<Schema>,
  asked: { readonly service: string; readonly environment: string; readonly version: string },
  commit: string | null,
  at: Date,
): Promise<Override | null> {
  const { service, environment, version } = asked;
  const deploy = { id: '', environment, services: [service], occurredAt: at, to: version, commit };
  const row = (await saidBeforehand(db, [deploy])).find((each) => isMeant(each, deploy));
  return row === undefined ? null : overrideOf(row);
}

export type NewOverride = Omit<Row, 'id'>;

/** Null: somebody has said it of that deploy before. */
export async function keepOverride(db: Kysely<Schema>, override: NewOverride): Promise<Override | null> {
  const row = await db
    .insertInto('overrides')
    .values(override)
    .onConflict((conflict) => conflict.column('change_id').doNothing())
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : overrideOf(row);
}

function overrideOf(row: Row): Override {
  const { id, reason, said_by: saidBy, said_name: by, said_at: at, valid_until: validUntil } = row;
  return { id, reason, saidBy, by, at, validUntil };
}
