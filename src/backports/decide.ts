import { type Kysely, type Updateable, sql } from 'kysely';
import type { Backports } from '../database/backport-tables.ts';
import type { Schema } from '../database/schema.ts';
import type { Decision } from '../domain/backports/decision.ts';
import type { Backport } from '../domain/backports/backport.ts';
import { claimsIn } from '../domain/backports/claims.ts';
import { type Changes, judgeDecision, without } from '../domain/backports/judge-decision.ts';
import { outsideText } from '../domain/outside-text.ts';
import { enqueueMixed } from '../jobs/enqueue.ts';
import { decisionsOf, keepDecision } from './decisions.ts';
import { verifyJob } from './jobs.ts';
import { evidenceColumns } from './ledger.ts';
import { findBackport } from './list.ts';
import type { BackportDependencies } from './place.ts';
import { backportSeverity } from './severity.ts';
import { wholeCommit } from './whole-commit.ts';

export type Decided =
  /** `said`: what comes of it, as a sentence for whoever decided. */
  | { readonly outcome: 'done'; readonly backport: Backport; readonly said: string }
  /** Nothing was changed. `why`: a sentence. */
  | { readonly outcome: 'refused'; readonly why: string }
  /** There is no such backport. */
  | { readonly outcome: 'unknown' };

export interface Person {
  /** A Slack member id, or the name of a token: what tells one person from another. */
  readonly id: string;
  readonly name: string;
}

/**
 * Keeps what a person says of a backport, and has it judged anew. The same again within a minute changes nothing. A
 * short commit is looked up in the repository first, which may take seconds.
 */
export async function decideBackport(
  dependencies: BackportDependencies,
  id: string,
  decision: Decision,
  person: Person,
): Promise<Decided> {
  const { db, now } = dependencies;
  const by = outsideText(person.id, 200);
  if (by === undefined) return { outcome: 'refused', why: 'Say who says so.' };
  const before = await findBackport(db, id);
  if (before === null) return { outcome: 'unknown' };
  const whole = await wholeCommit(dependencies, before, decision);
  if ('why' in whole) return { outcome: 'refused', why: whole.why };
  return db.transaction().execute(async (trx): Promise<Decided> => {
    await sql`select from backports where id = ${id} for update`.execute(trx);
    const backport = await findBackport(trx, id);
    if (backport === null) return { outcome: 'unknown' };
    const said = await decisionsOf(trx, id);
    const { claimed } = claimsIn(said);
    const judged = judgeDecision(backport, whole.decision, {
      by,
      now: now(),
      risk: decision.kind === 'waive' ? await riskOf(trx, backport) : null,
      last: said.findLast((each) => each.by === by) ?? null,
      claimed: new Set([...claimed].filter(([, people]) => people.has(by)).map(([commit]) => commit)),
    });
    if (judged.outcome === 'refused') return judged;
    if (judged.outcome === 'same') return { outcome: 'done', backport, said: judged.said };
    await keepDecision(trx, id, judged.kept);
    await apply(trx, backport, judged.changes, now());
    if (backport.repository !== null) await enqueueMixed(trx, [verifyJob(backport.repository)]);
    const after = await findBackport(trx, id);
    return { outcome: 'done', backport: after ?? backport, said: judged.said };
  });
}

/** Of what hurts more than others when it is lost. */
async function riskOf(trx: Kysely<Schema>, backport: Backport): Promise<string | null> {
  const { severity, reason } = await backportSeverity(trx, backport);
  return severity === 'high' ? (reason ?? 'is a high risk') : null;
}

async function apply(trx: Kysely<Schema>, backport: Backport, changes: Changes, at: Date): Promise<void> {
  const columns = columnsOf(changes, at);
  if (Object.keys(columns).length > 0) {
    await trx.updateTable('backports').set(columns).where('id', '=', backport.id).execute();
  }
  if (changes.denied === undefined) return;
  for (const [index, commit] of without(backport, changes.denied).entries()) {
    if (commit === backport.commits[index]) continue;
    await trx
      .updateTable('backport_commits')
      .set(evidenceColumns({ ...commit, judgedAt: at }))
      .where('backport_id', '=', backport.id)
      .where('commit', '=', commit.commit)
      .execute();
  }
}

function columnsOf({ state, owner, proposed, snoozed, snoozes, waived, denied }: Changes, at: Date) {
  return {
    ...(state === undefined ? {} : { state }),
    ...(owner === undefined ? {} : { owner }),
    ...(proposed === undefined
      ? {}
      : {
          proposed_commit: proposed?.commit ?? null,
          proposed_by: proposed?.by ?? null,
          proposed_at: proposed?.at ?? null,
        }),
    ...(snoozed === undefined
      ? {}
      : {
          snoozed_until: snoozed?.until ?? null,
          snoozed_release: snoozed !== null && snoozed.until === null,
          snoozed_by: snoozed?.by ?? null,
        }),
    ...(snoozes === undefined ? {} : { snoozes }),
    ...(waived === undefined
      ? {}
      : {
          waived_by: waived?.by ?? null,
          waived_reason: waived?.reason ?? null,
          waived_until: waived?.until ?? null,
          waived_second: waived?.second ?? null,
          waived_at: waived === null ? null : at,
        }),
    // It said which commit may be it, or why it was waived no more.
    ...(denied === undefined && waived === undefined ? {} : { note: null }),
  } satisfies Updateable<Backports>;
}
