import { bringsHome } from '../../domain/backports/brings-home.ts';
import { conflictWords, pullWords } from '../../domain/backports/pull-words.ts';
import type { Backport } from '../../domain/backports/backport.ts';
import { toPick } from '../../domain/by-hand.ts';
import { pushBranch } from '../../git/push.ts';
import { commitNamed } from '../../git/reached.ts';
import type { GitOrigin } from '../../git/run-git.ts';
import { type Scratch, withScratch } from '../../git/scratch.ts';
import { catalogWith } from '../../timeline/aliases.ts';
import { findBackport } from '../list.ts';
import type { Place } from '../place.ts';
import { type Sides, sidesOf, verify } from '../sides.ts';
import { type Wanted, keepFailed, keepHead, keepLinked, keepOpened, keepWaiting, wantedPull } from './ledger.ts';
import type { HostPull, PullHost } from './host.ts';
import { keepPick, tryPick, unreadablePick } from './pick.ts';
import type { PullDependencies } from './place.ts';

/** For so long it is tried again what may be possible later. */
const patience = 3_600_000;

type Made =
  | { readonly outcome: 'opened'; readonly pull: HostPull; readonly byUs: boolean }
  | { readonly outcome: 'failed'; readonly why: string }
  | { readonly outcome: 'again'; readonly why: string };

/**
 * Makes the pull request that somebody asked for, or links the one that is there. May be ended at any moment and run
 * again: whatever is there by then is found and gone on with, at the branch and at the pull request. Rejects to be
 * tried again.
 */
export async function makePull(dependencies: PullDependencies, backportId: string): Promise<void> {
  const { db, untold, now } = dependencies;
  const wanted = await wantedPull(db, backportId);
  const backport = wanted === null ? null : await findBackport(db, backportId, [], untold);
  if (wanted === null || backport === null) return;
  const made = await make(dependencies, backport, wanted);
  if (made.outcome === 'opened') {
    await (made.byUs ? keepOpened : keepLinked)(db, wanted, made.pull, now());
    return;
  }
  const isFinal = made.outcome === 'failed' || now().getTime() - wanted.wantedAt.getTime() > patience;
  if (isFinal) await keepFailed(db, wanted, made.why, now());
  else {
    await keepWaiting(db, wanted, made.why);
    throw new Error(`a pull request could not be opened yet: ${made.why}`);
  }
}

async function make(dependencies: PullDependencies, backport: Backport, wanted: Wanted): Promise<Made> {
  const { db, git, host, pushToken, now } = dependencies;
  const { repository, service, reference, mirror } = backport;
  if (repository === null || git === null) return failed('No repository can be read any more.');
  if (host.outcome === 'none') return failed(host.why);
  if (['landed', 'live', 'lapsed'].includes(backport.state)) {
    return failed(`It need not be opened any more: the backport is ${backport.state}.`);
  }
  const catalog = await catalogWith(db, dependencies.catalog);
  const origin = await originFor(git, repository, pushToken);
  if ('why' in origin) return { outcome: 'again', why: origin.why };
  const place: Place = { repository, service, reference, mirror };
  const commits = toPick(backport).map(({ commit }) => commit);
  const sides = await sidesOf({ ...dependencies, catalog, git: origin }, place, commits);
  if (sides.outcome === 'unreadable') {
    await keepPick(db, backport.id, unreadablePick(sides), { sides: null, commits, at: now() });
    return { outcome: sides.again ? 'again' : 'failed', why: sentence(sides.why) };
  }
  const there = await findThere(host.host, sides, backport, wanted);
  if (there !== null) return there;
  return withScratch(origin, sides.gitDir, (scratch) =>
    bring({ dependencies, host: host.host, sides, scratch, backport, wanted }),
  );
}

/** With what may push, where that is not what reads. */
async function originFor(
  git: GitOrigin,
  repository: string,
  pushToken: PullDependencies['pushToken'],
): Promise<GitOrigin | { readonly why: string }> {
  if (pushToken === null) return git;
  try {
    return { ...git, token: await pushToken(repository) };
  } catch {
    return { why: `GitHub gave no token for ${repository}: the app is not installed there, or could not be asked.` };
  }
}

/** The pull request that is there already, by us or by a person. Null: there is none. */
async function findThere(host: PullHost, sides: Sides, backport: Backport, wanted: Wanted): Promise<Made | null> {
  const base = sides.branches.mirror;
  const found = await host.find(wanted.repository, { branch: wanted.branch, base });
  if (found.outcome === 'refused') return { outcome: found.again ? 'again' : 'failed', why: sentence(found.why) };
  const own = found.value.find(({ branch, standing }) => branch === wanted.branch && standing.state !== 'closed');
  if (own !== undefined) return { outcome: 'opened', pull: own, byUs: true };
  const fix = { ...backport, commits: backport.commits.map(({ commit }) => commit) };
  // What was merged before and did not bring it home is not it.
  const possible = found.value.filter(
    ({ standing }) => standing.state === 'open' || (standing.state === 'merged' && wanted.attempt === 1),
  );
  const named = possible.find((pull) => bringsHome(pull, fix, base));
  if (named !== undefined) return { outcome: 'opened', pull: named, byUs: false };
  for (const pull of possible.filter(isOpenTo(base)).slice(0, mostRead)) {
    if (pull.number !== backport.pullRequest && (await holds(sides, pull.head, backport)))
      return { outcome: 'opened', pull, byUs: false };
  }
  return null;
}

/** Of so many open pull requests the content is looked at. */
const mostRead = 20;

function isOpenTo(base: string): (pull: HostPull) => boolean {
  return (pull) => pull.standing.state === 'open' && pull.base === base;
}

/** Whether a commit that the mirror's repository has leads to all that is to be brought, in whatever form. */
async function holds(sides: Sides, commit: string, backport: Backport): Promise<boolean> {
  if (!/^[0-9a-f]{40}$/.test(commit)) return false;
  const known = await commitNamed(sides.origin, sides.gitDir, [commit]);
  if (known === null) return false;
  const wanted = toPick(backport).map((each) => each.commit);
  const verified = await verify(sides, known, wanted);
  return (
    verified.outcome === 'verified' &&
    verified.evidence.length > 0 &&
    verified.evidence.every(({ verdict }) => verdict === 'backported')
  );
}

interface Bringing {
  readonly dependencies: PullDependencies;
  readonly host: PullHost;
  readonly sides: Sides;
  readonly scratch: Scratch;
  readonly backport: Backport;
  readonly wanted: Wanted;
}

async function bring(bringing: Bringing): Promise<Made> {
  const { dependencies, sides, scratch, backport, wanted } = bringing;
  const base = sides.branches.mirror;
  const commits = toPick(backport);
  const names = commits.map(({ commit }) => commit);
  const tried = await tryPick(sides, scratch, backport, wanted.wantedAt);
  await keepPick(dependencies.db, backport.id, tried, { sides, commits: names, at: dependencies.now() });
  const branchTip = await commitNamed(sides.origin, sides.gitDir, [`refs/heads/${wanted.branch}`]);
  if (branchTip !== null) {
    // By an earlier run that was ended, whatever became of the base since; or somebody went on where it ended.
    if (branchTip === wanted.head || (await holds(sides, branchTip, backport))) return openAt(bringing, names);
    return failed(
      `${wanted.repository} has a branch ${wanted.branch} already, with something else. Remove it and ask again.`,
    );
  }
  switch (tried.outcome) {
    case 'unknown':
      return failed(`Whether it applies could not be tried: ${tried.why}.`);
    case 'nothing':
      return failed(
        `${base} has everything that it changes: there is nothing to bring. If it is home, say by which commit.`,
      );
    case 'conflicts':
      return failed(conflictWords({ ...tried, base, branch: wanted.branch, commits }));
    case 'clean': {
      const { head, made } = tried;
      await keepHead(dependencies.db, wanted, head);
      const pushed = await pushBranch(
        sides.origin,
        { scratch, mirror: sides.gitDir },
        { branch: wanted.branch, commit: head },
      );
      if (pushed.outcome === 'taken')
        return { outcome: 'again', why: `The branch ${wanted.branch} was made just now.` };
      if (pushed.outcome === 'refused')
        return { outcome: pushed.again ? 'again' : 'failed', why: pushWords(wanted, pushed) };
      return openAt(
        bringing,
        made.map(({ from }) => from),
      );
    }
  }
}

function pushWords(
  { repository, branch }: Wanted,
  { why, denied }: { readonly why: string; readonly denied: boolean },
): string {
  const needs = denied ? ' What is set for GitHub needs contents: write there.' : '';
  return `The branch ${branch} could not be pushed to ${repository} (${why}).${needs}`;
}

/** The branch is there. */
async function openAt(
  { dependencies, host, sides, backport, wanted }: Bringing,
  commits: readonly string[],
): Promise<Made> {
  const base = sides.branches.mirror;
  const words = pullWords(backport, { base, commits, askedBy: wanted.wantedBy, publicUrl: dependencies.publicUrl });
  const opened = await host.open(wanted.repository, { ...words, branch: wanted.branch, base });
  if (opened.outcome === 'refused') return { outcome: opened.again ? 'again' : 'failed', why: sentence(opened.why) };
  if (opened.value !== null) return { outcome: 'opened', pull: opened.value, byUs: true };
  // Another run was faster.
  return (
    (await findThere(host, sides, backport, wanted)) ?? {
      outcome: 'again',
      why: 'GitHub has it and does not list it yet.',
    }
  );
}

function failed(why: string): Made {
  return { outcome: 'failed', why };
}

function sentence(why: string): string {
  return `${why.slice(0, 1).toUpperCase()}${why.slice(1)}${/[.!?]$/.test(why) ? '' : '.'}`;
}
