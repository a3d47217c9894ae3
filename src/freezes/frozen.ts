import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { freezeName } from '../domain/change-rules/freeze.ts';
import type { Frozen } from '../domain/frozen.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';
import { overridesOf } from '../timeline/overrides.ts';

/** What is to be told of a deploy that was found to break a rule; null: of this one nothing was found. */
export async function frozenOf(db: Kysely<Schema>, settings: Catalog, changeId: string): Promise<Frozen | null> {
  if (!/^\d{1,18}$/.test(changeId)) return null;
  const found = await db
    .selectFrom('frozen_deploys')
    .innerJoin('changes', 'changes.id', 'change_id')
    .select(['rule', 'freeze_name', 'by_incident', 'found_at'])
    .select(sql<string>`coalesce(joined_to, merged_into, id)`.as('shown'))
    .where('change_id', '=', changeId)
    .executeTakeFirst();
  if (found === undefined) return null;
  const catalog = await catalogWith(db, settings);
  const row = await db.selectFrom('changes').select(changeColumns).where('id', '=', found.shown).executeTakeFirst();
  if (row === undefined) return null;
  const deploy = changeOfRow(row, catalog);
  const override = (await overridesOf(db, [deploy])).get(deploy.id);
  return {
    deploy,
    freeze: found.freeze_name === null ? null : freezeName({ name: found.freeze_name, incident: found.by_incident }),
    foundAt: found.found_at,
    given:
      override === undefined
        ? null
        : {
            reason: override.reason,
            by: override.by,
            at: override.at,
            beforehand: override.validUntil !== null,
          },
  };
}
