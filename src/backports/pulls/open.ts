import type { Transaction } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import { afterMerge } from '../../domain/backports/after-merge.ts';
import { backportBranch } from '../../domain/backports/brings-home.ts';
import type { BackportPull, BackportPullState } from '../../domain/backports/pull.ts';
import { byHandOf } from '../../domain/by-hand.ts';
import { type Backport, backportName } from '../../domain/backports/backport.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { enqueueMixed } from '../../jobs/enqueue.ts';
import { findBackport } from '../list.ts';
import { branchOf } from '../place.ts';
import { openPullJob } from './jobs.ts';
import { picksOf, pullOfRow } from './kept.ts';
import type { PullDependencies } from './place.ts';

/** Whoever asks: a Slack member, or the name of a token. */
export interface Asker {
  readonly id: string;
  readonly name: string;
}

export type PullAsked =
  /** It is being made, or made anew after it could not be or was closed. */
  | { readonly outcome: 'asked'; readonly pull: BackportPull }
  /** There is one, by us or by a person, or it is being made already. */
  | { readonly outcome: 'exists'; readonly pull: BackportPull }
  /** Nothing was begun. `why`: a sentence. */
  | { readonly outcome: 'refused'; readonly why: string };

/** After these, asking again makes another. */
const over: ReadonlySet<BackportPullState> = new Set<BackportPullState>(['failed', 'closed']);

/**
 * Asks for the pull request that brings a backport home: once, however many ask at once. The job that makes it is there
 * exactly when it is wanted.
 */
export async function openPull(dependencies: PullDependencies, backportId: string, by: Asker): Promise<PullAsked> {
  return dependencies.db.transaction().execute(async (trx) => {
    const backport = await lockedBackport(trx, backportId);
    if (backport === null) return refused('There is no such backport.');
    const row = await trx
      .selectFrom('backport_pulls')
      .selectAll()
      .where('backport_id', '=', backportId)
      .executeTakeFirst();
    const there = row === undefined ? null : pullOfRow({ ...row, mergers: [] });
    if (there !== null && !over.has(there.state) && afterMerge(backport, there) !== 'in-vain') {
      return { outcome: 'exists' as const, pull: there };
    }
    const why = whyNot(dependencies, backport);
    if (why !== null || backport.repository === null) return refused(why ?? 'It has no repository.');
    const { host } = dependencies;
    if (host.outcome === 'none') {
      const pick = (await picksOf(trx, [backportId])).get(backportId) ?? null;
      const { commands = [] } = byHandOf(backport, { pull: null, pick }, host.opening) ?? {};
      return refused(commands.length === 0 ? host.why : `${host.why} By hand: ${commands.join(' && ')}`);
    }
    const attempt = (row?.attempt ?? 0) + 1;
    const at = dependencies.now();
    const values = {
      state: 'wanted' as const,
      repository: backport.repository,
      branch: backportBranch(backport, attempt),
      base: await baseOf(trx, dependencies, backport),
      number: null,
      url: null,
      author: null,
      reviewers: [],
      approvers: [],
      opened_by_us: true,
      problem: null,
      attempt,
      wanted_by: outsideText(by.name, 200) ?? outsideText(by.id, 200) ?? null,
      wanted_at: at,
      head: null,
      updated_at: at,
      followed_at: null,
    };
    const kept = await trx
      .insertInto('backport_pulls')
      .values({ backport_id: backportId, ...values })
      .onConflict((conflict) => conflict.column('backport_id').doUpdateSet(values))
      .returningAll()
      .executeTakeFirstOrThrow();
    await enqueueMixed(trx, [openPullJob(backportId)]);
    return { outcome: 'asked' as const, pull: pullOfRow({ ...kept, mergers: [] }) };
  });
}

/** Where it is to go, as far as is known before the job has seen the repository. */
async function baseOf(
  trx: Transaction<Schema>,
  { catalog }: PullDependencies,
  { id, service, repository, mirror }: Backport,
): Promise<string> {
  const told = branchOf(catalog, { service, repository: repository ?? '' }, mirror);
  const tried = (await picksOf(trx, [id])).get(id);
  return told ?? (tried === undefined || tried.outcome === 'unknown' ? 'HEAD' : tried.base);
}

/** Two who ask at once wait for each other here. */
async function lockedBackport(trx: Transaction<Schema>, id: string): Promise<Backport | null> {
  if (!/^\d{1,18}$/.test(id)) return null;
  const row = await trx.selectFrom('backports').select('id').where('id', '=', id).forUpdate().executeTakeFirst();
  return row === undefined ? null : findBackport(trx, id);
}

function whyNot({ git }: PullDependencies, backport: Backport): string | null {
  const { state, mirror } = backport;
  if (backport.repository === null) return 'It never was a commit, so no pull request brings it home.';
  if (state === 'landed' || state === 'live') return `${backportName(backport)} is on the branch of ${mirror} already.`;
  if (state === 'lapsed')
    return `${backportName(backport)} need not come any more: ${backport.note ?? 'it was taken back'}.`;
  if (git === null) return 'No repository can be read: nobody said where to clone from (GITHUB_TOKEN or GIT_BASE_URL).';
  return null;
}

function refused(why: string): PullAsked {
  return { outcome: 'refused', why };
}
