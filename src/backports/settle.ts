import { type Kysely, type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import {
  type Backport,
  type BackportCommit,
  type BackportState,
  decisive,
  stateOf,
} from '../domain/backports/backport.ts';
import type { Evidence } from '../domain/evidence/ladder.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { containedIn } from '../git/reached.ts';
import { type Said, claimsByCommit, saidOf, saidUnderLock } from './decisions.ts';
import { evidenceColumns, keepRun, keepUnreadable, lockRepository } from './ledger.ts';
import { listBackports } from './list.ts';
import { type BackportDependencies, type Place, runningIn } from './place.ts';
import { nameNow } from './repository-names.ts';
import { type Sides, type Unreadable, evidenceIn, sidesOf, takenBack, verify } from './sides.ts';
import { strandedIn, strandedNote } from './stranded.ts';

/** What landed longer ago than this is not looked at again. */
const settledAfter = 90 * 86_400_000;
const most = 100_000;

/**
 * Judges what has become of a repository's backports: which have landed and run in the mirror, which were taken back on
 * either side. The only way to `landed` and `live`. What was proved once is kept as it was found, as long as the commit
 * that proves it is there and stands. Rejects when the repository may be readable later.
 */
export async function settleBackports(dependencies: BackportDependencies, told: string): Promise<void> {
  const { db, now } = dependencies;
  const repository = await nameNow(db, told);
  const catalog = await catalogWith(db, dependencies.catalog);
  const all = await listBackports(db, { repository, limit: most });
  const recent = now().getTime() - settledAfter;
  const awaited = all.filter(
    ({ state, liveAt }) => state !== 'lapsed' && (state !== 'live' || (liveAt?.getTime() ?? 0) > recent),
  );
  const failed: string[] = [];
  for (const [place, backports] of byPlace(awaited, repository)) {
    const problem = await settleIn({ ...dependencies, catalog }, place, backports);
    if (problem !== null) failed.push(problem);
  }
  if (failed.length > 0) throw new Error(`what became of backports is not known yet: ${failed.join('; ')}`);
}

function byPlace(
  backports: readonly Backport[],
  repository: string,
): readonly (readonly [Place, readonly Backport[]])[] {
  const places = new Map<string, [Place, Backport[]]>();
  for (const backport of backports) {
    const { service, reference, mirror } = backport;
    const key = JSON.stringify([service, reference, mirror]);
    const there = places.get(key) ?? [{ repository, service, reference, mirror }, []];
    there[1].push(backport);
    places.set(key, there);
  }
  return [...places.values()];
}

async function settleIn(
  dependencies: BackportDependencies,
  place: Place,
  backports: readonly Backport[],
): Promise<string | null> {
  const { db, now } = dependencies;
  // What comes to a branch from here on may not be seen any more.
  const began = now();
  const sides = await sidesOf(dependencies, place, []);
  if (sides.outcome === 'unreadable') return keepUnreadable(db, place, sides, now());
  const ids = backports.map(({ id }) => id);
  const said = await saidOf(db, ids);
  const seen = await look(db, sides, place, backports, said);
  if ('why' in seen) return keepUnreadable(db, place, seen, now());
  const live = await runningIn(db, place, place.mirror);
  const at = now();
  const settled = backports.map((backport) => settle(backport, seen, at));
  await db.transaction().execute(async (trx) => {
    await lockRepository(trx, place.repository);
    const meanwhile = await saidUnderLock(trx, ids);
    for (const each of settled) {
      // Whoever said something meanwhile has it judged again.
      if (meanwhile.get(each.backport.id)?.last !== said.get(each.backport.id)?.last) continue;
      await write(trx, each, live?.id ?? null, at);
    }
    await touch(trx, backports, began);
    await keepRun(trx, place, { seen: null, unreadable: null, now: at });
  });
  return null;
}

interface Seen {
  readonly place: Pick<Place, 'reference' | 'mirror'>;
  /** Of commits that nothing proved so far, or whose proof is gone. */
  readonly evidence: ReadonlyMap<string, Evidence>;
  /** Commits of the mirror that proved something and were taken back since, by what. */
  readonly reverted: ReadonlyMap<string, string>;
  /** Commits that the reference took back, by what. */
  readonly taken: ReadonlyMap<string, string>;
  /** Commits that never reached the reference, and that no branch has any more. */
  readonly stranded: ReadonlySet<string>;
  /** Those of the proving commits that the mirror runs. */
  readonly running: ReadonlySet<string>;
}

async function look(
  db: Kysely<Schema>,
  sides: Sides,
  place: Place,
  backports: readonly Backport[],
  said: ReadonlyMap<string, Said>,
): Promise<Seen | Unreadable> {
  const commits = backports.flatMap((backport) => backport.commits);
  const proving = [...new Set(commits.flatMap(({ evidence }) => provedBy(evidence)))];
  const standing = await verify(sides, sides.tip, proving);
  if (standing.outcome === 'unreadable') return standing;
  const reverted = new Map<string, string>();
  const gone = new Set<string>();
  for (const [index, { verdict, method, revertedBy }] of standing.evidence.entries()) {
    const commit = proving[index] ?? '';
    if (method !== 'ancestry') gone.add(commit);
    else if (verdict === 'reverted' && revertedBy !== null) reverted.set(commit, revertedBy);
  }
  const unproved = commits.filter(({ evidence }) => provedBy(evidence).every((by) => gone.has(by)));
  const names = [...new Set(unproved.map(({ commit }) => commit))];
  const found = await evidenceIn(sides, names, claimsByCommit(backports, said));
  if (found.outcome === 'unreadable') return found;
  const evidence = new Map(
    names.flatMap((name, at) => found.evidence.slice(at, at + 1).map((each) => [name, each] as const)),
  );
  const missing = names.filter((name) => evidence.get(name)?.verdict !== 'backported');
  const taken = await takenBack(sides, missing, sides.running.reference);
  if (taken.outcome === 'unreadable') return taken;
  const proofs = [...proving, ...[...evidence.values()].flatMap(provedBy)];
  const { mirror } = sides.running;
  const running = mirror === null ? new Set<string>() : await containedIn(sides.origin, sides.gitDir, mirror, proofs);
  if ('error' in running) return { outcome: 'unreadable', why: running.error, again: true };
  const stranded = await strandedIn(db, sides, backports);
  if ('error' in stranded) return { outcome: 'unreadable', why: stranded.error, again: true };
  return { place, evidence, reverted, taken: taken.by, stranded, running };
}

function provedBy({ verdict, by }: Evidence): readonly string[] {
  return verdict === 'backported' && by !== null ? [by] : [];
}

interface Settled {
  readonly backport: Backport;
  readonly state: BackportState;
  readonly note: string | null;
  readonly commits: readonly BackportCommit[];
}

function settle(backport: Backport, seen: Seen, at: Date): Settled {
  const commits = backport.commits.map((each) => judgedAgain(each, seen, at));
  const proved = stateOf(commits);
  if (proved === 'landed') {
    const isLive = decisive(commits).every(({ evidence }) => provedBy(evidence).some((by) => seen.running.has(by)));
    const state = isLive || backport.state === 'live' ? 'live' : 'landed';
    return { backport, state, note: null, commits };
  }
  const parts = commits.filter(({ isMerge }) => !isMerge);
  const takenBy = parts.map(({ commit }) => seen.taken.get(commit));
  if (parts.length > 0 && takenBy.every((by) => by !== undefined)) {
    const note = `${seen.place.reference} took it back with ${takenBy.at(-1)?.slice(0, 7)}`;
    return { backport, state: 'lapsed', note, commits };
  }
  if (parts.length > 0 && parts.every(({ commit }) => seen.stranded.has(commit))) {
    return { backport, state: 'lapsed', note: strandedNote(seen.place), commits };
  }
  const { waived } = backport;
  if (backport.state === 'waived' && waived !== null && waived.until > at) {
    return { backport, state: 'waived', note: backport.note, commits };
  }
  return { backport, state: proved, note: noteOf(backport, commits, seen), commits };
}

function judgedAgain(commit: BackportCommit, seen: Seen, at: Date): BackportCommit {
  const { by } = commit.evidence;
  const revertedBy = by === null || commit.evidence.verdict !== 'backported' ? undefined : seen.reverted.get(by);
  if (revertedBy !== undefined) {
    return { ...commit, evidence: { ...commit.evidence, verdict: 'reverted', revertedBy }, judgedAt: at };
  }
  const found = seen.evidence.get(commit.commit);
  return found === undefined || isSame(found, commit.evidence) ? commit : { ...commit, evidence: found, judgedAt: at };
}

function isSame(a: Evidence, b: Evidence): boolean {
  return a.verdict === b.verdict && a.by === b.by && a.method === b.method && a.revertedBy === b.revertedBy;
}

/** Why it is open again, or that somebody is to be asked. */
function noteOf(
  { state, waived, proposed, note }: Backport,
  commits: readonly BackportCommit[],
  seen: Seen,
): string | null {
  const { mirror } = seen.place;
  const reverted = commits.find(({ evidence }) => evidence.verdict === 'reverted')?.evidence;
  if (reverted !== undefined) return `${mirror} took it back with ${reverted.revertedBy?.slice(0, 7)}`;
  const asked = commits.find(({ evidence }) => evidence.verdict === 'ask')?.evidence;
  if (asked !== undefined && asked.by === proposed?.commit) {
    return `somebody says that ${mirror} has it as ${asked.by.slice(0, 7)}, and nothing else says so yet`;
  }
  if (asked !== undefined) return `${mirror} may have it as ${asked.by?.slice(0, 7)}`;
  if (state === 'landed' || state === 'live') return `the commit that ${mirror} had it by is gone from its branch`;
  if (state === 'waived' && waived !== null)
    return `the waiver of ${waived.by} has ended: ${waived.reason}`.slice(0, 1000);
  return note;
}

const unwaived = { waived_by: null, waived_reason: null, waived_at: null, waived_until: null, waived_second: null };
const unsnoozed = { snoozed_until: null, snoozed_release: false, snoozed_by: null };

function isAwaited(state: BackportState): boolean {
  return state === 'open' || state === 'candidate' || state === 'not-evaluable';
}

/** Unless somebody has altered it meanwhile: then it is judged again by whoever did. */
async function write(
  trx: Transaction<Schema>,
  { backport, state, note, commits }: Settled,
  liveId: string | null,
  at: Date,
): Promise<void> {
  const changed = commits.filter((commit, index) => commit !== backport.commits[index]);
  if (state === backport.state && changed.length === 0 && note === backport.note) return;
  const isHome = state === 'landed' || state === 'live';
  const updated = await trx
    .updateTable('backports')
    .set({
      state,
      note,
      landed_at: isHome ? (backport.landedAt ?? at) : null,
      live_at: state === 'live' ? (backport.liveAt ?? at) : null,
      ...(state === 'live' ? (backport.state === 'live' ? {} : { live_id: liveId }) : { live_id: null }),
      ...(isHome ? { proposed_commit: null, proposed_by: null, proposed_at: null } : {}),
      // One that waits for a second person goes on waiting while the fix does.
      ...(isHome || state === 'lapsed' || (backport.state === 'waived' && state !== 'waived') ? unwaived : {}),
      ...(isAwaited(state) && !isAwaited(backport.state) ? unsnoozed : {}),
    })
    .where('id', '=', backport.id)
    .where('state', '=', backport.state)
    .executeTakeFirst();
  if (updated.numUpdatedRows === 0n) return;
  for (const commit of changed) {
    await trx
      .updateTable('backport_commits')
      .set(evidenceColumns(commit))
      .where('backport_id', '=', backport.id)
      .where('commit', '=', commit.commit)
      .execute();
  }
}

async function touch(db: Kysely<Schema>, backports: readonly Backport[], at: Date): Promise<void> {
  const ids = backports.map(({ id }) => id);
  await db
    .updateTable('backports')
    .set({ judged_at: at })
    .where(sql<boolean>`id = any(${ids}::bigint[])`)
    .execute();
}
