import { type Kysely, sql } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import type { Catalog } from '../../domain/catalog.ts';
import { tookEffect } from '../../domain/change-words.ts';
import type { Change } from '../../domain/change.ts';
import type { ParityReport } from '../../domain/comparison/difference.ts';
import type { Facet } from '../../domain/facts/fact.ts';
import { type Maker, type Makers, factPlace } from '../../domain/backports/owed-facts.ts';
import { changeColumns, changeOfRow } from '../../timeline/change-of-row.ts';

export interface KnownMakers extends Makers {
  /** By id, each of the makers. */
  readonly whole: ReadonlyMap<string, Change>;
}

/** The changes and the told drift that may have made what differs in the reference. */
export async function makersOf(db: Kysely<Schema>, catalog: Catalog, report: ParityReport): Promise<KnownMakers> {
  const { pair, differences } = report;
  const told = differences.some(({ verdict }) => verdict === 'unexplained') ? await toldDrifts(db, pair.reference) : [];
  const causes = differences.flatMap(({ verdict, cause }) =>
    cause !== null && (verdict === 'reference-only' || verdict === 'explained') ? [cause.changeId] : [],
  );
  const ids = [...new Set([...causes, ...told.map(({ change_id: id }) => id)])];
  const rows = await db
    .selectFrom('changes')
    .select(changeColumns)
    .where(sql<boolean>`id = any(${ids}::bigint[])`)
    .where('at', 'is not', null)
    .execute();
  const whole = new Map(rows.map((row) => [row.id, changeOfRow(row, catalog)]));
  const changes = new Map([...whole].map(([id, change]) => [id, makerOf(change)]));
  const drifts = told.flatMap(({ service, facet, key, report: group, change_id: id }) => {
    const maker = changes.get(id);
    const place = factPlace({ service: service === '' ? null : service, facet, key });
    return maker === undefined ? [] : [[place, { group: `drift:${group}`, maker }] as const];
  });
  return { whole, changes, drifts: new Map(drifts) };
}

function makerOf(change: Change): Maker {
  const { id, kind, environment, service, recordedAt } = change;
  return { id, kind, environment, service, at: tookEffect(change), recordedAt };
}

interface ToldDrift {
  readonly service: string;
  readonly facet: Facet;
  readonly key: string;
  readonly report: string;
  readonly change_id: string;
}

/** Of drift that lasts the timeline is told; the rest may pass. */
async function toldDrifts(db: Kysely<Schema>, environment: string): Promise<readonly ToldDrift[]> {
  const { rows } = await sql<ToldDrift>`
    select drifts.service, facet, key, report, change_id from drifts
      join identities on type = 'drift' and value = 'snapshots:' || report
    where environment = ${environment} and state = 'open'
  `.execute(db);
  return rows;
}
