import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Change } from '../domain/change.ts';
import type { PullRequest } from '../domain/event.ts';
import type { Risk } from '../domain/risk.ts';
import { changeColumns, changeOfRow } from './change-of-row.ts';

/** Looked up for at most this many pull requests in one answer. */
const most = 500;

/**
 * The same changes, with the risks of each pull request that a deploy carried. They are looked up when asked, because
 * a review may arrive after the deploy.
 */
export async function withCarriedRisks(
  db: Kysely<Schema>,
  changes: readonly Change[],
  catalog: Catalog,
): Promise<readonly Change[]> {
  const values = new Set(changes.flatMap((change) => change.carried?.pullRequests.map(valueOf) ?? []));
  if (values.size === 0) return changes;
  const rows = await db
    .selectFrom('identities')
    .innerJoin('changes', 'changes.id', 'identities.change_id')
    .select([...changeColumns, 'identities.value'])
    .where('identities.type', '=', 'pull-request')
    .where(sql<boolean>`identities.value = any(${[...values].slice(0, most)}::text[])`)
    .where('changes.at', 'is not', null)
    .execute();
  const risks = new Map<string, readonly Risk[]>(rows.map((row) => [row.value, changeOfRow(row, catalog).risks]));
  return changes.map((change) => {
    if (change.carried === null) return change;
    const pullRequests = change.carried.pullRequests.map((each) => ({
      ...each,
      risks: risks.get(valueOf(each)) ?? [],
    }));
    return { ...change, carried: { ...change.carried, pullRequests } };
  });
}

function valueOf(pullRequest: PullRequest): string {
  return `${pullRequest.repository}#${pullRequest.number}`;
}
