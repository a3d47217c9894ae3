import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { isDeploy } from '../domain/change-words.ts';
import type { Change } from '../domain/change.ts';
import { type LiveFix, fixWords } from '../domain/backports/live-fix.ts';
import type { Risk } from '../domain/risk.ts';
import { shownIncident } from './shown-incident.ts';

/** Looked up for at most this many deploys in one answer. */
const most = 500;

/**
 * The same changes, with the risk of each deploy that takes back a fix which ran before it. `hidden`: of these services
 * nothing is told.
 */
export async function withRevertedFixes(
  db: Kysely<Schema>,
  changes: readonly Change[],
  hidden: readonly string[],
): Promise<readonly Change[]> {
  const deploys = changes.filter((change) => isDeploy(change) && tookPlace(change)).slice(0, most);
  if (deploys.length === 0) return changes;
  const ids = deploys.map(({ id }) => id);
  const { rows } = await sql<FixRow>`
    select coalesce(joined_to, guarded_fixes.change_id) as "changeId", pull_request as "pullRequest", backports.title,
      imported, live_since as "liveSince", found_at as "foundAt",
      ${shownIncident(hidden)} as "incidentId"
    from guarded_fixes join changes on changes.id = guarded_fixes.change_id
      join backports on backports.id = guarded_fixes.backport_id
    where not unsure and (backports.service is null or lower(backports.service) <> all(${[...hidden]}::text[])) and (guarded_fixes.change_id = any(${ids}::bigint[])
      or guarded_fixes.change_id in (select id from changes where joined_to = any(${ids}::bigint[])))
    order by live_since, backports.id
  `.execute(db);
  if (rows.length === 0) return changes;
  const fixes = Map.groupBy(rows, ({ changeId }) => changeId);
  return changes.map((change) => {
    const lost = fixes.get(change.id);
    // First, as it tells most of what may be wrong.
    return lost === undefined ? change : { ...change, risks: [...riskOf(change, lost), ...change.risks] };
  });
}

interface FixRow extends LiveFix {
  readonly changeId: string;
  readonly foundAt: Date;
}

function tookPlace({ status }: Change): boolean {
  return status !== 'failed' && status !== 'cancelled';
}

function riskOf({ kind }: Change, [first, ...others]: readonly FixRow[]): readonly Risk[] {
  if (first === undefined) return [];
  const verb = kind === 'rollback' ? 'also takes back' : 'reverts';
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return [{ name: 'reverts-fix', text: `${verb} ${fixWords(first, first.foundAt)}${more}` }];
}
