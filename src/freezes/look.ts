import { type Kysely, sql } from 'kysely';
import { inTurn } from '../database/in-turn.ts';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Change } from '../domain/change.ts';
import { holdsFor, usualRules } from '../domain/change-rules/registry.ts';
import { type ReleaseRules, expectedBy, freezeOf, isLate } from '../domain/release-rules.ts';
import { versionKey } from '../timeline/anchors.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';
import { freezesIn } from '../timeline/freezes.ts';
import { wasThere } from '../timeline/was-there.ts';

export interface FreezeDependencies {
  readonly db: Kysely<Schema>;
  /** Of the settings. */
  readonly catalog: Catalog;
  readonly releases: ReleaseRules;
  readonly now: () => Date;
}

/** What took effect longer ago is history: nobody is asked about it. */
const recent = 86_400_000;

/**
 * Looks whether a deploy goes out in a freeze or outside the release window, as soon as it begins. May run any number of
 * times, in any order, in several processes. The deploys of which people may be to be told something else than before.
 */
export async function lookForFreeze(dependencies: FreezeDependencies, changeId: string): Promise<readonly string[]> {
  const { db, now } = dependencies;
  const catalog = await catalogWith(db, dependencies.catalog);
  const row = await db
    .selectFrom('changes')
    .select([...changeColumns, 'joined_to'])
    .where('id', '=', changeId)
    .executeTakeFirst();
  if (row === undefined) return [];
  // Another change tells the same deploy: what was asked of this one follows that one.
  if (row.at === null) return [changeId];
  const change = changeOfRow(row, catalog);
  const deploy = { ...change, at: row.at };
  if (isNews(deploy, now())) {
    const broken = await brokenBy({ ...dependencies, catalog }, deploy);
    if (broken !== null) {
      const { environment, services } = change;
      await inTurn(db, `freeze ${JSON.stringify([environment, services])}`, () => keepOnce(db, deploy, broken, now()));
    }
  }
  return [changeId, ...(await joinedTo(db, changeId))];
}

type Deploy = Change & { readonly at: Date };

interface Broken {
  readonly rule: 'freeze' | 'window';
  readonly name: string | null;
  readonly byIncident: boolean;
}

/** A rollback may be made at any time, and what failed before anybody looked is not asked about. */
function isNews({ kind, status, at }: Deploy, now: Date): boolean {
  return kind === 'deploy' && status !== 'failed' && status !== 'cancelled' && now.getTime() - at.getTime() < recent;
}

async function brokenBy({ db, catalog, releases }: FreezeDependencies, deploy: Deploy): Promise<Broken | null> {
  const { environment, service, occurredAt, finishedAt, to, commit } = deploy;
  if (environment === null) return null;
  const rules = catalog.rules ?? usualRules;
  const span = { from: occurredAt, to: finishedAt ?? occurredAt };
  const freeze = holdsFor(rules.freeze, deploy) ? freezeOf(await freezesIn(db, releases, span), deploy) : null;
  const late = holdsFor(rules.window, deploy) && isLate(expectedBy(releases.window), deploy);
  if (freeze === null && !late) return null;
  const version = to ?? commit;
  // To go back to what ran there is no new release, also while nobody has told it as a rollback yet.
  if (version !== null && (await wasThere(db, { service, environment, version }, commit, deploy))) return null;
  if (freeze === null) return { rule: 'window', name: null, byIncident: false };
  return { rule: 'freeze', name: freeze.name.slice(0, 200), byIncident: freeze.incident === true };
}

/** How long after another report of a deploy began one may still be of the same. */
const sameFor = '1 hour';

/** Unless another report of the same version was found before: several systems tell one deploy. */
async function keepOnce(
  db: Kysely<Schema>,
  { id, environment, services, occurredAt, to, commit }: Deploy,
  { rule, name, byIncident }: Broken,
  at: Date,
): Promise<void> {
  await sql`
    insert into frozen_deploys (change_id, rule, freeze_name, by_incident, found_at)
    select ${id}::bigint, ${rule}, ${name}, ${byIncident}, ${at}
    where not exists (
      select from frozen_deploys join changes on changes.id = change_id
      where change_id <> ${id}::bigint and environment = ${environment} and services = ${[...services]}::text[]
        and changes.at is not null and (status is null or status in ('started', 'succeeded'))
        and changes.occurred_at between ${occurredAt}::timestamptz - ${sameFor}::interval
                                    and ${occurredAt}::timestamptz + ${sameFor}::interval
        and (commit = ${commit} or exists (
          select from mentions where mentions.change_id = changes.id and type = 'version' and value = ${to === null ? null : versionKey(to)} collate "C"
        ))
    )
    on conflict (change_id) do nothing
  `.execute(db);
}

async function joinedTo(db: Kysely<Schema>, changeId: string): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select change_id as id from frozen_deploys join changes on changes.id = change_id
    where joined_to = ${changeId}::bigint or merged_into = ${changeId}::bigint
  `.execute(db);
  return rows.map(({ id }) => id);
}
