import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Frozen } from '../domain/frozen.ts';
import { outsideText } from '../domain/outside-text.ts';
import { isReason } from '../domain/reason.ts';
import { enqueueMixed } from '../jobs/enqueue.ts';
import { keepOverride } from '../timeline/overrides.ts';
import { frozenOf } from './frozen.ts';
import { tellFreezeJob } from './jobs.ts';

export interface Reason {
  readonly changeId: string;
  readonly reason: string;
  /** A Slack member id. */
  readonly by: string;
  /** For people. */
  readonly name: string;
}

export type Given =
  | { readonly outcome: 'given' }
  /** Somebody was first: that stands. */
  | { readonly outcome: 'given-before'; readonly frozen: Frozen }
  | { readonly outcome: 'unknown' }
  /** It says nothing. */
  | { readonly outcome: 'empty' };

const longest = 1000;

/** Keeps why a deploy went out all the same, and has its message say so: both or neither. */
export async function giveReason(
  { db, catalog }: { readonly db: Kysely<Schema>; readonly catalog: Catalog },
  { changeId, reason, by, name }: Reason,
  now: Date,
): Promise<Given> {
  const said = outsideText(reason, longest);
  if (said === undefined || !isReason(said)) return { outcome: 'empty' };
  const frozen = await frozenOf(db, catalog, changeId);
  if (frozen === null) return { outcome: 'unknown' };
  if (frozen.given !== null) return { outcome: 'given-before', frozen };
  const { deploy } = frozen;
  const kept = await db.transaction().execute(async (trx) => {
    const found = await trx
      .selectFrom('frozen_deploys')
      .select(['rule', 'freeze_name'])
      .where('change_id', '=', changeId)
      .executeTakeFirstOrThrow();
    const override = await keepOverride(trx, {
      change_id: changeId,
      rule: found.rule,
      freeze_name: found.freeze_name,
      service: deploy.service ?? deploy.services[0] ?? null,
      environment: deploy.environment ?? 'unknown',
      version: outsideText(deploy.to, 200) ?? null,
      commit: deploy.commit !== null && /^[0-9a-f]{40}$/.test(deploy.commit) ? deploy.commit : null,
      reason: said,
      said_by: by,
      said_name: outsideText(name, 200) ?? by,
      said_at: now,
      valid_until: null,
      token: null,
    });
    if (override !== null) await enqueueMixed(trx, [tellFreezeJob(changeId)]);
    return override;
  });
  if (kept !== null) return { outcome: 'given' };
  return { outcome: 'given-before', frozen: (await frozenOf(db, catalog, changeId)) ?? frozen };
}
