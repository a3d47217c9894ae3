import { type BackportCommit, stateOf } from '../domain/backports/backport.ts';
import type { Change } from '../domain/change.ts';
import type { PullRequest } from '../domain/event.ts';
import { fixesIn, ownPullRequest } from '../domain/backports/fixes.ts';
import { type Reached, commitNamed, containedIn } from '../git/reached.ts';
import { enqueueMixed } from '../jobs/enqueue.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';
import { type NewBackport, awaitedCommits, keepUnreadable, openAll, runOf } from './ledger.ts';
import { arriveWith } from './arrive.ts';
import { pullRequestsOf } from './known-pulls.ts';
import { type BackportDependencies, type Place, runningIn } from './place.ts';
import { type PlaceOfChange, mirrorFollows, placesOf } from './places.ts';
import { enqueueGuardsAfter, verifyJob } from './jobs.ts';
import { nameNow } from './repository-names.ts';
import { type Reach, type Sides, type Unreadable, commitOf, reachOf, sidesOf, takenBack, touching } from './sides.ts';
import { whyMissing } from './why.ts';

/**
 * Opens what a change brought to an environment and the one that mirrors it lacks, in whatever form: a deploy, or a merge
 * to the branch that the environment runs. May run any number of times, in any order, in several processes. A repository
 * that cannot be read opens nothing; rejects when it may be readable later.
 */
export async function openBackports(dependencies: BackportDependencies, changeId: string): Promise<void> {
  const { db, mirrors } = dependencies;
  const catalog = await catalogWith(db, dependencies.catalog);
  const row = await db
    .selectFrom('changes')
    .select(changeColumns)
    .where('id', '=', changeId)
    .where('at', 'is not', null)
    .executeTakeFirst();
  const change = row === undefined ? null : changeOfRow(row, catalog);
  const { commit, repository: told } = change ?? { commit: null, repository: null };
  if (change === null || told === null || commit === null || !/^[0-9a-f]{40}$/.test(commit)) return;
  const repository = await nameNow(db, told);
  const failed: string[] = [];
  for (const place of await placesOf({ ...dependencies, catalog }, change, repository)) {
    const problem = await openIn({ ...dependencies, catalog }, place, { ...change, commit });
    if (problem !== null) failed.push(problem);
  }
  // It may have taken back what was open, or be where something is awaited.
  const environments = [...mirrors].flatMap(([reference, others]) => [reference, ...others]);
  if (change.kind === 'merge' || (change.environment !== null && environments.includes(change.environment))) {
    await enqueueMixed(db, [verifyJob(repository)]);
  }
  if (change.kind !== 'merge' && change.environment !== null && mirrors.has(change.environment)) {
    await enqueueGuardsAfter(db, change, dependencies.now());
  }
  if (failed.length > 0) throw new Error(`what is missing is not known yet: ${failed.join('; ')}`);
}

type Brought = Change & { readonly commit: string };

/** Null: it was looked at, or never will be; otherwise why it must be tried again. */
async function openIn(
  dependencies: BackportDependencies,
  { by, ...place }: PlaceOfChange,
  change: Brought,
): Promise<string | null> {
  const { db, now } = dependencies;
  const run = await runOf(db, place);
  // By its name alone a branch says nothing of what runs: there it is compared with what does.
  const runs = by === 'name' ? await runningIn(db, place, place.reference) : null;
  if (by === 'name' && runs === null) return null;
  const sides = await sidesOf(dependencies, place, [change.commit, ...(runs === null ? [] : [runs.commit])]);
  if (sides.outcome === 'unreadable') return keepUnreadable(db, place, sides, now());
  if (by === 'name' && (await mirrorFollows(dependencies, place, sides, change))) return null;
  await arriveWith(db, place, sides, change);
  const reach = await reachOf(sides, change.commit, [run?.seen ?? null, runs?.commit ?? null]);
  if (reach.outcome === 'unreadable') return keepUnreadable(db, place, reach, now());
  const found = await missingIn(dependencies, place, { change, sides, reach, at: now() });
  if ('why' in found) return keepUnreadable(db, place, found, now());
  const news = await newsOf(sides, change, reach);
  await openAll(db, place, {
    found: found.fixes.map((fix) => ({
      ...fix,
      // Of what is there the first time that anybody looks, only what came since the deploy before it is news.
      imported: by !== 'name' && (news === null || !fix.commits.some(({ commit }) => news.has(commit))),
    })),
    change,
    // On a branch of its own is not all that the reference runs.
    seen: by === 'name' ? null : change.commit,
    now: now(),
  });
  // What its merge opened meanwhile.
  if (change.kind !== 'merge') await arriveWith(db, place, sides, change);
  return null;
}

/** What of this came with the change itself. Null: nothing tells what was there before it. */
async function newsOf(sides: Sides, change: Brought, reach: Reach): Promise<ReadonlySet<string> | null> {
  const previous = change.previousCommit;
  if (previous === null) return null;
  const there = await commitNamed(sides.origin, sides.gitDir, [previous]);
  const names = reach.commits.map(({ commit }) => commit);
  const old = there === null ? null : await containedIn(sides.origin, sides.gitDir, there, names);
  return old === null || 'error' in old ? null : new Set(names.filter((name) => !old.has(name)));
}

interface Looked {
  readonly change: Brought;
  readonly sides: Sides;
  readonly reach: Reach;
  readonly at: Date;
}

async function missingIn(
  { db, catalog }: BackportDependencies,
  place: Place,
  { change, sides, reach, at }: Looked,
): Promise<{ readonly fixes: readonly Omit<NewBackport, 'imported'>[] } | Unreadable> {
  const { commits, evidence } = reach;
  const isHome = ({ commit }: Reached) => evidence.get(commit)?.verdict === 'backported';
  const missing = commits.filter((each) => !isHome(each) && each.parents.length < 2).map(({ commit }) => commit);
  const pulls = await pullRequestsOf(db, catalog, place.repository, commits.map(({ commit }) => commit).slice(0, 2000));
  const awaited = await awaitedCommits(db, place);
  const taken = await takenBack(sides, [...new Set([...missing, ...awaited])], change.commit);
  if (taken.outcome === 'unreadable') return taken;
  // A fix and what took it back are nothing together; the mirror needs neither.
  const settled = new Set([...taken.by].flat());
  const paths = catalog.services.find(({ name }) => name === place.service)?.paths ?? [];
  const touched = await touching(sides, paths, missing);
  const wanted = new Set(missing.filter((commit) => !settled.has(commit) && touched.has(commit)));
  const fixes = fixesIn(commits, (each) => pulls.get(each.commit)?.number ?? ownPullRequest(each.message));
  return {
    fixes: fixes.flatMap(({ pullRequest, commits: together }) => {
      const told = together.flatMap((each): BackportCommit[] => {
        const known = evidence.get(each.commit);
        return known === undefined ? [] : [commitOf(each, known, at)];
      });
      if (stateOf(told) === 'landed' || !told.some(({ commit }) => wanted.has(commit))) return [];
      const parts = told.filter(({ commit, isMerge }) => isMerge || !settled.has(commit));
      const state = stateOf(parts);
      if (state === 'landed') return [];
      const pull = together.map(({ commit }) => pulls.get(commit)).find((each) => each?.number === pullRequest);
      const why = whyMissing({ change, place, branches: sides.branches, commits: parts });
      return [{ state, pullRequest, commits: parts, why, ...namesOf(together, pull, change) }];
    }),
  };
}

function namesOf(commits: readonly Reached[], pull: PullRequest | undefined, change: Change) {
  // The merge says what the host calls it, its commits what their author did.
  const main = commits.find(({ parents }) => parents.length < 2) ?? commits[0];
  const author = pull?.author?.login ?? main?.author ?? main?.email ?? change.actor?.login ?? null;
  const title = pull?.title ?? main?.message.split('\n', 1)[0] ?? '';
  return { title, url: pull?.url ?? null, owner: author };
}
