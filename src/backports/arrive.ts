import { type Kysely, type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { tookEffect } from '../domain/change-words.ts';
import type { Change } from '../domain/change.ts';
import { containedIn } from '../git/reached.ts';
import { lockRepository } from './ledger.ts';
import { commitsOf } from './list.ts';
import type { Place } from './place.ts';
import { type Sides, verify } from './sides.ts';
import { strandedNote } from './stranded.ts';
import { whyMissing } from './why.ts';

type Brought = Change & { readonly commit: string };

/**
 * What was opened when it was merged, and is not known to be deployed yet: where this change has it in another form (its
 * branch was squashed, rebased, picked), it is that form from now on; and when the change is a deploy, it is what this
 * deploy brought to the reference. What cannot be read leaves it as it is.
 */
export async function arriveWith(db: Kysely<Schema>, place: Place, sides: Sides, change: Brought): Promise<void> {
  const merged = await mergedIn(db, place);
  if (merged.length === 0) return;
  const { origin, gitDir } = sides;
  const names = merged.map(({ commit }) => commit);
  const there = await containedIn(origin, gitDir, change.commit, names);
  if ('error' in there) return;
  const others = await verify(
    sides,
    change.commit,
    names.filter((name) => !there.has(name)),
  );
  if (others.outcome === 'unreadable') return;
  const left = names.filter((name) => !there.has(name));
  const forms = new Map(
    left.flatMap((name, index) =>
      others.evidence
        .slice(index, index + 1)
        .flatMap(({ verdict, by }) => (verdict === 'backported' && by !== null ? [[name, by] as const] : [])),
    ),
  );
  const byId = Map.groupBy(merged, ({ id }) => id);
  await db.transaction().execute(async (trx) => {
    await lockRepository(trx, place.repository);
    for (const [id, commits] of byId) {
      const parts = commits.filter(({ is_merge: isMerge }) => !isMerge);
      const isIn = commits.some(({ commit }) => there.has(commit));
      const isLike = !isIn && parts.length > 0 && parts.every(({ commit }) => forms.has(commit));
      if (isLike && !(await take(trx, place, id, forms))) continue;
      if ((isIn || isLike) && change.kind !== 'merge') await arrive(trx, { id, place, sides, deploy: change });
    }
  });
}

/** False: they are another's already. */
async function take(
  trx: Transaction<Schema>,
  { repository, reference, mirror }: Place,
  id: string,
  forms: ReadonlyMap<string, string>,
): Promise<boolean> {
  const own = await trx
    .selectFrom('backport_commits')
    .select(['commit'])
    .where('backport_id', '=', id)
    .orderBy('place')
    .execute();
  const wanted = new Map(
    own.flatMap(({ commit }) => (forms.has(commit) ? [[forms.get(commit) ?? '', commit] as const] : [])),
  );
  const taken = await trx
    .selectFrom('backport_commits')
    .select('commit')
    .where('repository', '=', repository)
    .where('reference', '=', reference)
    .where('mirror', '=', mirror)
    .where('commit', 'in', [...wanted.keys()])
    .execute();
  if (taken.length === wanted.size) {
    // Several that were pushed one by one came as one.
    const as = taken.map(({ commit }) => commit.slice(0, 7)).join(', ');
    await trx
      .updateTable('backports')
      .set({ state: 'lapsed', note: `it came as ${as}, which is told for itself` })
      .where('id', '=', id)
      .where('state', 'in', ['open', 'candidate', 'not-evaluable'])
      .execute();
  }
  if (taken.length > 0) return false;
  const kept = [...wanted.values()];
  await trx.deleteFrom('backport_commits').where('backport_id', '=', id).where('commit', 'not in', kept).execute();
  for (const [commit, before] of wanted) {
    await trx
      .updateTable('backport_commits')
      .set({ commit })
      .where('backport_id', '=', id)
      .where('commit', '=', before)
      .execute();
  }
  return true;
}

interface Arriving {
  readonly id: string;
  readonly place: Place;
  readonly sides: Sides;
  readonly deploy: Brought;
}

async function arrive(trx: Transaction<Schema>, { id, place, sides, deploy }: Arriving): Promise<void> {
  const commits = (await commitsOf(trx, [id])).get(id) ?? [];
  await trx
    .updateTable('backports')
    .set({
      change_id: deploy.id,
      service: place.service,
      opened_at: tookEffect(deploy),
      why: whyMissing({ change: deploy, place, branches: sides.branches, commits }),
      // It was thought to come no more.
      state: sql`case when state = 'lapsed' and note = ${strandedNote(place)} then 'open' else state end`,
      note: sql`nullif(note, ${strandedNote(place)})`,
    })
    .where('id', '=', id)
    .execute();
}

interface Merged {
  readonly id: string;
  readonly commit: string;
  readonly is_merge: boolean;
}

/** What nothing is known to have deployed yet: of this service, or of no one. */
async function mergedIn(
  db: Kysely<Schema>,
  { repository, service, reference, mirror }: Place,
): Promise<readonly Merged[]> {
  const { rows } = await sql<Merged>`
    select backports.id, backport_commits.commit, is_merge from backports
      join changes on changes.id = backports.change_id and changes.kind = 'merge'
      join backport_commits on backport_commits.backport_id = backports.id
    where backports.repository = ${repository} and backports.reference = ${reference} and backports.mirror = ${mirror}
      and (backports.service is not distinct from ${service} or backports.service is null)
  `.execute(db);
  return rows;
}
