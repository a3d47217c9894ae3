import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { tookEffect } from '../domain/change-words.ts';
import type { Change } from '../domain/change.ts';
import { containedIn } from '../git/reached.ts';
import { listBackports } from './list.ts';
import type { Place } from './place.ts';
import type { Sides } from './sides.ts';
import { whyMissing } from './why.ts';

/** What was opened when it was merged is from now on what this deploy brought to the reference. */
export async function arriveWith(
  db: Kysely<Schema>,
  place: Place,
  sides: Sides,
  deploy: Change & { readonly commit: string },
): Promise<void> {
  const merged = await mergedIn(db, place);
  if (merged.size === 0) return;
  const { origin, gitDir, branches } = sides;
  const there = await containedIn(origin, gitDir, deploy.commit, [...merged.keys()]);
  if ('error' in there) return;
  const ids = new Set([...merged].filter(([commit]) => there.has(commit)).map(([, id]) => id));
  if (ids.size === 0) return;
  const all = await listBackports(db, { repository: place.repository, reference: place.reference, limit: 100_000 });
  for (const { id, commits } of all.filter((each) => ids.has(each.id))) {
    await db
      .updateTable('backports')
      .set({
        change_id: deploy.id,
        opened_at: tookEffect(deploy),
        why: whyMissing({ change: deploy, place, branches, commits }),
      })
      .where('id', '=', id)
      .execute();
  }
}

/** By commit, those that nothing is known to have deployed yet. */
async function mergedIn(
  db: Kysely<Schema>,
  { repository, service, reference, mirror }: Place,
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ commit: string; id: string }>`
    select backport_commits.commit, backports.id from backports
      join changes on changes.id = backports.change_id and changes.kind = 'merge'
      join backport_commits on backport_commits.backport_id = backports.id
    where backports.repository = ${repository} and backports.reference = ${reference} and backports.mirror = ${mirror}
      and backports.service is not distinct from ${service}
  `.execute(db);
  return new Map(rows.map(({ commit, id }) => [commit, id]));
}
