import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Carried } from '../domain/change.ts';
import type { Commit, PullRequest } from '../domain/event.ts';
import { outsideText } from '../domain/outside-text.ts';
import { mirrorWith } from '../git/mirror.ts';
import { narrowingsBetween } from '../git/narrowings.ts';
import { type RangeRead, commitsBetween } from '../git/range.ts';
import type { GitOrigin } from '../git/run-git.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';
import { type GitHubApi, compareCommits, pullRequestsOf } from './github-api.ts';
import { pushesBetween } from './pushes.ts';
import type { CarriedRead } from './relate.ts';

export interface CarriedDependencies {
  readonly db: Kysely<Schema>;
  readonly catalog: Catalog;
  /** Null: no repository can be cloned. */
  readonly git: GitOrigin | null;
  /** Null: no credentials are set. */
  readonly api: GitHubApi | null;
}

export interface DeployRange {
  readonly repository: string;
  readonly from: string;
  readonly to: string;
}

/**
 * What lies between two commits, by the first that can tell: git itself, GitHub's API, the pushes that lead from one to
 * the other. Never by time: commits that were merged in between need not have been deployed.
 */
export async function readCarried(dependencies: CarriedDependencies, range: DeployRange): Promise<CarriedRead> {
  const failed: Extract<RangeRead, { outcome: 'unreadable' }>[] = [];
  for (const [by, read] of readers(dependencies)) {
    const found = await read(range);
    if (found.outcome === 'range') {
      const carried = await withPullRequests(dependencies, range.repository, found.range, by);
      return { outcome: 'read', carried };
    }
    failed.push(found);
  }
  const why = outsideText(failed.map((each) => each.why).join('; '), 500) ?? '';
  return { outcome: 'unknown', why, again: failed.some((each) => each.again) };
}

type Found = Omit<Carried, 'by' | 'pullRequests'>;
type Reader = (
  range: DeployRange,
) => Promise<{ readonly outcome: 'range'; readonly range: Found } | Extract<RangeRead, { outcome: 'unreadable' }>>;

function readers({ db, git, api }: CarriedDependencies): readonly (readonly [Carried['by'], Reader])[] {
  const all: (readonly [Carried['by'], Reader])[] = [];
  if (git !== null) all.push(['git', (range) => readMirror(git, range)]);
  if (api !== null) all.push(['api', (range) => compareCommits(api, range)]);
  all.push(['pushes', (range) => pushesBetween(db, range)]);
  return all;
}

/** With what its migrations take away, where that can be told. */
async function readMirror(git: GitOrigin, { repository, from, to }: DeployRange): ReturnType<Reader> {
  const mirrored = await mirrorWith(git, repository, [from, to]);
  if (mirrored.outcome === 'unreadable') return mirrored;
  const read = await commitsBetween(git, mirrored.gitDir, from, to);
  if (read.outcome === 'unreadable' || read.range.direction === 'backward') return read;
  const narrowings = await narrowingsBetween(git, mirrored.gitDir, from, to);
  return narrowings === null || narrowings.length === 0 ? read : { ...read, range: { ...read.range, narrowings } };
}

/**
 * The pull requests that these commits came with: from their merges in the timeline, and for the rest from the API. A
 * commit's subject may name one and is no proof.
 */
async function withPullRequests(
  { db, catalog, api }: CarriedDependencies,
  repository: string,
  range: Found,
  by: Carried['by'],
): Promise<Carried> {
  const known = await mergedWith(db, catalog, repository, range.commits);
  const unknown = range.commits.filter((commit) => !known.has(commit.sha));
  const asked = api === null ? [] : await pullRequestsOf(api, repository, unknown);
  const all = [...range.commits.flatMap((commit) => known.get(commit.sha) ?? []), ...asked];
  const pullRequests = [...new Map(all.map((each) => [`${each.repository}#${each.number}`, each])).values()];
  return { by, ...range, pullRequests };
}

async function mergedWith(
  db: Kysely<Schema>,
  catalog: Catalog,
  repository: string,
  commits: readonly Commit[],
): Promise<ReadonlyMap<string, readonly PullRequest[]>> {
  const values = commits.map((commit) => `${repository}@${commit.sha}`);
  const rows = await db
    .selectFrom('identities')
    .innerJoin('changes', 'changes.id', 'identities.change_id')
    .select([...changeColumns, 'identities.value'])
    .where('identities.type', '=', 'commit')
    .where(sql<boolean>`identities.value = any(${values}::text[])`)
    .where('changes.at', 'is not', null)
    .execute();
  return new Map(
    rows.map((row) => {
      const { pullRequest } = changeOfRow(row, catalog);
      return [row.value.slice(repository.length + 1), pullRequest === null ? [] : [pullRequest]] as const;
    }),
  );
}
