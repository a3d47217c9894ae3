import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { type Backport, type BackportCommit, stateOf } from '../domain/backports/backport.ts';
import type { Evidence } from '../domain/evidence/ladder.ts';
import { mirrorWith } from '../git/mirror.ts';
import { containedIn } from '../git/reached.ts';
import { anyReverting } from '../git/reverting.ts';
import type { GitOrigin } from '../git/run-git.ts';
import { keptFingerprints } from './kept-fingerprints.ts';
import { listBackports } from './list.ts';
import { verifyBackports } from './verify.ts';

/** A fix that runs somewhere and that a version lacks. */
export interface LostFix {
  readonly fix: Backport;
  /** `unsure`: nobody can tell by its content. */
  readonly certainty: 'sure' | 'unsure';
  readonly liveSince: Date;
  /** The commit of the version that takes it back; null: it never had it. */
  readonly takenBy: string | null;
}

export type LostFixes =
  | { readonly outcome: 'known'; readonly lost: readonly LostFix[] }
  /** Nothing is known: it does not mean that none is lost. */
  | { readonly outcome: 'unknown'; readonly why: string };

export interface Versions {
  readonly origin: GitOrigin;
  readonly gitDir: string;
  readonly repository: string;
  /** What runs, and what is to run instead. */
  readonly running: string;
  readonly next: string;
}

const most = 10_000;

/** What is known to have come to an environment and need be there: nobody waived it, and it was not taken back. */
export async function fixesOf(
  db: Kysely<Schema>,
  { repository, environment, services, untold = [] }: FixesOf,
): Promise<readonly Backport[]> {
  const all = await listBackports(db, { repository, reference: environment, untold, limit: most });
  return all.filter(
    ({ state, service }) =>
      state !== 'lapsed' && state !== 'waived' && (service === null || services.includes(service)),
  );
}

interface FixesOf {
  readonly repository: string;
  readonly environment: string;
  /** A fix of no one service may be any one's. */
  readonly services: readonly string[];
  /** Services of whose incidents nothing is told with what is of others. */
  readonly untold?: readonly string[] | undefined;
}

/**
 * Those of these fixes that one version has and the other has not, in whatever form. What is in neither is not lost, nor
 * is what runs and was taken back there already.
 */
export async function lostFixes(
  db: Kysely<Schema>,
  versions: Versions,
  fixes: readonly Backport[],
): Promise<LostFixes> {
  const { origin, gitDir, repository, running, next } = versions;
  if (fixes.length === 0 || running === next) return { outcome: 'known', lost: [] };
  const mirrored = await mirrorWith(origin, repository, [running]);
  if (mirrored.outcome === 'unreadable') return { outcome: 'unknown', why: mirrored.why };
  const names = [...new Set(fixes.flatMap((fix) => partsOf(fix).flatMap(namesOf)))];
  const [here, there] = [
    await containedIn(origin, gitDir, running, names),
    await containedIn(origin, gitDir, next, names),
  ];
  if ('error' in here) return { outcome: 'unknown', why: here.error };
  if ('error' in there) return { outcome: 'unknown', why: there.error };
  const taking = await anyReverting(origin, gitDir, { to: next, without: running });
  if (typeof taking === 'object') return { outcome: 'unknown', why: taking.error };
  const had = fixes.filter((fix) => partsOf(fix).some((part) => namesOf(part).some((name) => here.has(name))));
  const doubted = taking
    ? had
    : had.filter((fix) => !partsOf(fix).every((part) => namesOf(part).some((name) => there.has(name))));
  const after = await partsIn(db, versions, next, doubted);
  if (after.outcome === 'unknown') return after;
  const lacking = doubted.filter((fix) => stateOf(after.judged(fix)) !== 'landed');
  // What it takes back is only lost where it runs: it may have been taken back there, too.
  const before = await partsIn(db, versions, running, lacking);
  if (before.outcome === 'unknown') return before;
  const back = await lastBack(db, lacking);
  const lost = lacking.flatMap((fix): LostFix[] => {
    const ran = new Set(before.judged(fix).flatMap(({ commit, evidence }) => (isThere(evidence) ? [commit] : [])));
    const gone = partsOf({ commits: after.judged(fix) }).filter(
      ({ commit, evidence }) => !isThere(evidence) && ran.has(commit),
    );
    if (gone.length === 0) return [];
    const isSure = gone.some(({ evidence: { verdict } }) => verdict === 'not-found' || verdict === 'reverted');
    const takenBy = gone.find(({ evidence }) => evidence.revertedBy !== null)?.evidence.revertedBy ?? null;
    const liveSince = back.get(fix.id) ?? fix.openedAt;
    return [{ fix, certainty: isSure ? 'sure' : 'unsure', liveSince, takenBy }];
  });
  return { outcome: 'known', lost };
}

/** Whether a version has these fixes, by their ids. */
export async function fixesIn(
  db: Kysely<Schema>,
  versions: Omit<Versions, 'running'>,
  fixes: readonly Backport[],
): Promise<ReadonlySet<string> | null> {
  const found = await partsIn(db, versions, versions.next, fixes);
  if (found.outcome === 'unknown') return null;
  return new Set(fixes.filter((fix) => stateOf(found.judged(fix)) === 'landed').map(({ id }) => id));
}

function isThere({ verdict }: Evidence): boolean {
  return verdict === 'backported';
}

/** Those that make it up: a merge is made anew wherever they are merged. */
function partsOf({ commits }: Pick<Backport, 'commits'>): readonly BackportCommit[] {
  const parts = commits.filter(({ isMerge }) => !isMerge);
  return parts.length === 0 ? commits : parts;
}

/** The commits by which it may be there: itself, and the one that was proved to be it. */
function namesOf({ commit, evidence: { verdict, by } }: BackportCommit): readonly string[] {
  return verdict === 'backported' && by !== null && by !== commit ? [commit, by] : [commit];
}

type Parts =
  | { readonly outcome: 'known'; readonly judged: (fix: Backport) => readonly BackportCommit[] }
  | { readonly outcome: 'unknown'; readonly why: string };

/** What a version has of each commit of these fixes. */
async function partsIn(
  db: Kysely<Schema>,
  { origin, gitDir, repository }: Omit<Versions, 'running' | 'next'>,
  target: string,
  fixes: readonly Backport[],
): Promise<Parts> {
  if (fixes.length === 0) return { outcome: 'known', judged: () => [] };
  const names = [...new Set(fixes.flatMap(({ commits }) => commits.flatMap(namesOf)))];
  const verified = await verifyBackports(
    { origin, gitDir, target, source: null, ignoreTrailers: false, kept: keptFingerprints(db, repository) },
    names.map((commit) => ({ commit, excluded: [] })),
  );
  if (verified.outcome === 'unreadable') return { outcome: 'unknown', why: verified.why };
  const found = new Map(names.map((name, index) => [name, verified.evidence[index]]));
  return {
    outcome: 'known',
    judged: ({ commits }) => commits.map((each) => ({ ...each, evidence: foundAs(each, found) ?? each.evidence })),
  };
}

/** By itself, or by what was proved to be it where that very commit is there. */
function foundAs(part: BackportCommit, found: ReadonlyMap<string, Evidence | undefined>): Evidence | undefined {
  const own = found.get(part.commit);
  if (own?.verdict === 'backported') return own;
  const { by } = part.evidence;
  const proved = by === null || part.evidence.verdict !== 'backported' ? undefined : found.get(by);
  return proved?.method === 'ancestry' ? proved : own;
}

/** When deploys brought them back that had been taken back before, the last time. */
async function lastBack(db: Kysely<Schema>, fixes: readonly Backport[]): Promise<ReadonlyMap<string, Date>> {
  if (fixes.length === 0) return new Map();
  const { rows } = await sql<{ id: string; at: Date }>`
    select backport_id as id, max(changes.at) as at from guarded_fixes join changes on changes.id = back_id
    where backport_id = any(${fixes.map(({ id }) => id)}::bigint[]) and changes.at is not null group by backport_id
  `.execute(db);
  return new Map(rows.map(({ id, at }) => [id, at]));
}
