import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { isDeploy, tookEffect } from '../domain/change-words.ts';
import type { Change } from '../domain/change.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';

/** What ran before a deploy. */
export interface LastGood {
  readonly version: string;
  /** For how long, in milliseconds; null: not known. */
  readonly ran: number | null;
}

/** Deploys of the same version again, in between. */
const mostLooked = 10;

/** The version of the service that ran before this change. Null: not known, or it is no deploy. */
export async function lastGoodBefore(db: Kysely<Schema>, change: Change, catalog: Catalog): Promise<LastGood | null> {
  const { service, environment } = change;
  if (!isDeploy(change) || service === null || environment === null) return null;
  const rows = await db
    .selectFrom('changes')
    .select(changeColumns)
    .where('service', '=', service)
    .where('environment', '=', environment)
    .where('kind', 'in', ['deploy', 'rollback'])
    .where('at', 'is not', null)
    .where(sql<boolean>`(at, id) < (${tookEffect(change)}::timestamptz, ${change.id}::bigint)`)
    .where((eb) => eb.or([eb('status', 'is', null), eb('status', '=', 'succeeded')]))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(mostLooked)
    .execute();
  const before = rows.map((row) => changeOfRow(row, catalog));
  const version = before.find(({ to }) => to !== null && to !== change.to)?.to ?? change.from;
  if (version === null || version === change.to) return null;
  const others = before.findIndex(({ to }) => to !== version);
  // The run of deploys of that version that ended with this change, unless it began before what was looked at.
  const run = others === -1 ? before : before.slice(0, others);
  const began = run.at(-1);
  const whole = others !== -1 || rows.length < mostLooked;
  const ran = began === undefined || !whole ? null : change.occurredAt.getTime() - tookEffect(began).getTime();
  return { version, ran };
}
