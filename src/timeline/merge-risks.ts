import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Change } from '../domain/change.ts';
import type { PullRequest } from '../domain/event.ts';
import { type Identity, identityKey } from '../domain/identity.ts';
import type { Risk } from '../domain/risk.ts';
import { changeColumns, changeOfRow } from './change-of-row.ts';

/** Looked up for at most this many merges in one answer. */
const most = 500;

/**
 * The same changes, with what only a merge knows: how each pull request that a deploy carried was reviewed, and how a
 * configuration edit came to its branch. Looked up when asked, because a review may be heard of after the deploy.
 */
export async function withMergeRisks(
  db: Kysely<Schema>,
  changes: readonly Change[],
  catalog: Catalog,
): Promise<readonly Change[]> {
  const wanted = new Map(changes.flatMap(mergesOf).map((identity) => [identityKey(identity), identity]));
  if (wanted.size === 0) return changes;
  const risks = await risksOfMerges(db, [...wanted.values()].slice(0, most), catalog);
  const risksOf = (identity: Identity) => risks.get(identityKey(identity)) ?? [];
  return changes.map((change) => {
    const { carried } = change;
    const commit = editedIn(change);
    const own = commit === null ? [] : risksOf(commit).filter((risk) => risk.name !== 'failed');
    const pullRequests =
      carried?.pullRequests.map((each) => ({ ...each, risks: risksOf(pullRequestIdentity(each)) })) ?? [];
    return {
      ...change,
      risks: own.length === 0 ? change.risks : [...change.risks, ...own],
      carried: carried === null ? null : { ...carried, pullRequests },
    };
  });
}

function mergesOf(change: Change): readonly Identity[] {
  const commit = editedIn(change);
  return [...(change.carried?.pullRequests.map(pullRequestIdentity) ?? []), ...(commit === null ? [] : [commit])];
}

/** The merge that brought a configuration edit. Null for every other change. */
function editedIn({ kind, repository, commit }: Change): Identity | null {
  if (kind !== 'config' || repository === null || commit === null) return null;
  return { type: 'commit', value: `${repository}@${commit}` };
}

function pullRequestIdentity({ repository, number }: PullRequest): Identity {
  return { type: 'pull-request', value: `${repository}#${number}` };
}

async function risksOfMerges(
  db: Kysely<Schema>,
  identities: readonly Identity[],
  catalog: Catalog,
): Promise<ReadonlyMap<string, readonly Risk[]>> {
  const rows = await db
    .selectFrom('identities')
    .innerJoin('changes', 'changes.id', 'identities.change_id')
    .select([...changeColumns, 'identities.type', 'identities.value'])
    .where(
      sql<boolean>`(identities.type, identities.value) in (
        select type, value from jsonb_to_recordset(${JSON.stringify(identities)}::jsonb) as wanted (type text, value text)
      )`,
    )
    .where('changes.kind', '=', 'merge')
    .where('changes.at', 'is not', null)
    .execute();
  return new Map(rows.map((row) => [identityKey(row), changeOfRow(row, catalog).risks]));
}
