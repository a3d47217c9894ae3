import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { ruleBehind, usualRules } from '../domain/change-rules/registry.ts';
import type { RisksFound } from '../domain/digest/facts.ts';
import type { ReleaseRules } from '../domain/release-rules.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';
import { withHistoryRisks } from '../timeline/history-risks.ts';
import { overridesOf } from '../timeline/overrides.ts';

/** Changes that are looked at: the newest ones, however many there were. */
const most = 1000;

export interface RisksAsked {
  readonly settings: Catalog;
  readonly releases: ReleaseRules;
  readonly environment: string;
  readonly since: Date;
  readonly at: Date;
}

/** What the rules find in what came to one environment, and in what was merged, in (since, at]. */
export async function risksFound(
  db: Kysely<Schema>,
  { settings, releases, environment, since, at }: RisksAsked,
): Promise<RisksFound> {
  const catalog = await catalogWith(db, settings);
  const rows = await db
    .selectFrom('changes')
    .select(changeColumns)
    .where('at', '>', since)
    .where('at', '<=', at)
    .where(sql<boolean>`(environment = ${environment} or (environment is null and kind = 'merge'))`)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(most)
    .execute();
  const changes = await withHistoryRisks(
    { db, catalog, releases },
    rows.map((row) => changeOfRow(row, catalog)),
  );
  const rules = catalog.rules ?? usualRules;
  const found = changes.flatMap((change) => {
    const names = new Set(change.risks.flatMap(({ name }) => ruleBehind(name, rules)?.rule.name ?? []));
    return [...names].map((rule) => ({ rule, change }));
  });
  const frozen = found.filter(({ rule }) => rule === 'freeze' || rule === 'window').map(({ change }) => change);
  const overrides = await overridesOf(db, frozen);
  return {
    found: found.map(({ rule, change: { id, services } }) => ({ rule, services, justified: overrides.has(id) })),
    newest: rows.length === most ? most : null,
  };
}
