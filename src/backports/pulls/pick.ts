import { type Kysely, sql } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import type { Backport } from '../../domain/backports/backport.ts';
import { toPick } from '../../domain/by-hand.ts';
import { type Picked, pickCommits } from '../../git/pick.ts';
import { type Scratch, withScratch } from '../../git/scratch.ts';
import { enqueueMixed } from '../../jobs/enqueue.ts';
import { catalogWith } from '../../timeline/aliases.ts';
import { listBackports } from '../list.ts';
import type { BackportDependencies, Place } from '../place.ts';
import { type Sides, type Unreadable, evidenceIn, sidesOf } from '../sides.ts';

export type PickTried =
  | (Picked & { readonly outcome: 'clean' | 'nothing' | 'unknown' })
  | {
      readonly outcome: 'conflicts';
      readonly commit: string;
      readonly files: readonly string[];
      readonly missing: readonly { readonly commit: string; readonly title: string }[];
    };

/** Of those that it lacks, so many are told. */
const mostMissing = 10;

/** Tries to pick a fix onto the mirror's branch as it is now. What is made is kept in the scratch. */
export async function tryPick(sides: Sides, scratch: Scratch, backport: Backport, at: Date): Promise<PickTried> {
  const wanted = toPick(backport).map(({ commit }) => commit);
  const parts = await pickCommits(scratch, { onto: sides.tip, commits: wanted, at });
  if (parts.outcome !== 'conflicts') return parts;
  // What was solved while the commits came together is in what brought them.
  const merges = backport.commits.filter(({ isMerge }) => isMerge);
  const [merge] = merges;
  if (merge !== undefined && merges.length === 1 && !wanted.includes(merge.commit)) {
    const whole = await pickCommits(scratch, { onto: sides.tip, commits: [merge.commit], at });
    if (whole.outcome === 'clean') return whole;
  }
  const { commit, files, before } = parts;
  const found = await evidenceIn(
    sides,
    before.map((each) => each.commit),
  );
  const missing = before.filter(
    (_, index) => found.outcome === 'unreadable' || found.evidence[index]?.verdict !== 'backported',
  );
  return { outcome: 'conflicts', commit, files, missing: missing.slice(0, mostMissing) };
}

/** Has what picking would come to computed anew where the mirror's branch or the fix is another by now. */
export function pickJob(repository: string) {
  return { name: 'pick-backport' as const, payload: { repository }, jobKey: `pick-backport:${repository}` };
}

/** Of so many backports of a repository, the newest, it is known: a push must not set off work for hours. */
const mostPicked = 200;
const undone = ['open', 'candidate', 'not-evaluable'] as const;

/**
 * Keeps what picking each open backport of a repository would come to. Those that were there before anybody looked are
 * left out: it is tried when somebody asks for their pull request. Rejects when the repository may be readable later.
 */
export async function pickBackports(dependencies: BackportDependencies, repository: string): Promise<void> {
  const { db } = dependencies;
  const catalog = await catalogWith(db, dependencies.catalog);
  const all = await listBackports(db, { repository, states: undone, limit: 100_000 });
  const awaited = all.filter(({ imported }) => !imported).slice(-mostPicked);
  const places = Map.groupBy(awaited, ({ service, reference, mirror }) => JSON.stringify([service, reference, mirror]));
  const failed: string[] = [];
  for (const backports of places.values()) {
    const [first] = backports;
    if (first === undefined) continue;
    const { service, reference, mirror } = first;
    const place: Place = { repository, service, reference, mirror };
    const problem = await pickIn({ ...dependencies, catalog }, place, backports);
    if (problem !== null) failed.push(problem);
  }
  if (failed.length > 0) throw new Error(`what picking would come to is not known yet: ${failed.join('; ')}`);
}

async function pickIn(
  dependencies: BackportDependencies,
  place: Place,
  backports: readonly Backport[],
): Promise<string | null> {
  const { db, now } = dependencies;
  // Of a commit that is gone, only its own pick is unknown.
  const sides = await sidesOf(dependencies, place, []);
  if (sides.outcome === 'unreadable') {
    for (const { id } of backports)
      await keepPick(db, id, unreadablePick(sides), { sides: null, commits: [], at: now() });
    return sides.again ? sides.why : null;
  }
  const known = await knownPicks(
    db,
    backports.map(({ id }) => id),
  );
  for (const backport of backports) {
    const wanted = toPick(backport).map(({ commit }) => commit);
    if (known.get(backport.id) === `${sides.tip} ${wanted.join(' ')}`) continue;
    const at = now();
    const tried = await withScratch(sides.origin, sides.gitDir, (scratch) => tryPick(sides, scratch, backport, at));
    await keepPick(db, backport.id, tried, { sides, commits: wanted, at });
  }
  return null;
}

export function unreadablePick({ why }: Unreadable): PickTried {
  return { outcome: 'unknown', why };
}

/** By backport, the base and the commits of what is known. */
async function knownPicks(db: Kysely<Schema>, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom('backport_picks')
    .select(['backport_id', 'base_commit', 'commits'])
    .where(sql<boolean>`backport_id = any(${ids}::bigint[])`)
    .where('base_commit', 'is not', null)
    .execute();
  return new Map(rows.map((row) => [row.backport_id, `${row.base_commit} ${row.commits.join(' ')}`]));
}

interface Tried {
  readonly sides: Pick<Sides, 'tip' | 'branches'> | null;
  readonly commits: readonly string[];
  readonly at: Date;
}

export async function keepPick(
  db: Kysely<Schema>,
  backportId: string,
  tried: PickTried,
  { sides, commits, at }: Tried,
): Promise<void> {
  const isNothing = tried.outcome === 'nothing';
  const conflicts = tried.outcome === 'conflicts' ? tried : { files: [], missing: [] };
  const why = isNothing
    ? `${sides?.branches.mirror ?? 'its branch'} has everything that it changes`
    : tried.outcome === 'unknown'
      ? tried.why
      : null;
  const values = {
    outcome: isNothing ? ('unknown' as const) : tried.outcome,
    base: sides?.branches.mirror ?? null,
    base_commit: sides?.tip ?? null,
    commits: [...commits],
    files: [...conflicts.files],
    missing: JSON.stringify(conflicts.missing),
    why,
    at,
  };
  await db
    .insertInto('backport_picks')
    .values({ backport_id: backportId, ...values })
    .onConflict((conflict) => conflict.column('backport_id').doUpdateSet(values))
    .execute();
}

/** After a repository's backports were judged. */
export async function enqueuePicks(db: Kysely<Schema>, repository: string): Promise<void> {
  await enqueueMixed(db, [pickJob(repository)]);
}
