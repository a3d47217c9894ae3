import { type Kysely, type SqlBool, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Change } from '../domain/change.ts';
import type { ReleaseRules } from '../domain/release-rules.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';
import { withRisks } from '../timeline/with-risks.ts';
import { decisionsAbout } from './decisions-about.ts';
import { type Approval, type ExportedChange, type SourceEvent, approvalsOf } from './exported-change.ts';

export interface ExportAsked {
  /** Changes that took effect in [from, to); null: without end. */
  readonly from: Date | null;
  readonly to: Date | null;
  readonly environment: string | null;
  readonly service: string | null;
}

export interface ExportDependencies {
  readonly db: Kysely<Schema>;
  readonly catalog: Catalog;
  readonly releases: ReleaseRules;
}

const page = 500;

/**
 * Every change that is shown and took effect in the period, oldest first, as one moment had them: what is recorded
 * meanwhile makes no difference. Only a page is in memory. What began in one period and ended in the next belongs to the
 * next, so that no change is in two.
 */
export async function exportChanges(
  { db, ...dependencies }: ExportDependencies,
  asked: ExportAsked,
  take: (exported: ExportedChange) => Promise<void> | void,
): Promise<number> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      // Whoever reads what we write may be slow.
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx);
      let count = 0;
      let after: { readonly at: Date; readonly id: string } | null = null;
      for (;;) {
        const rows: Awaited<ReturnType<typeof changesAfter>> = await changesAfter(trx, asked, after);
        const changes = rows.map((row) => changeOfRow(row, dependencies.catalog));
        for (const exported of await completed({ db: trx, ...dependencies }, changes)) await take(exported);
        count += rows.length;
        const last = rows.at(-1);
        if (rows.length < page || last === undefined || last.at === null) return count;
        after = { at: last.at, id: last.id };
      }
    });
}

function changesAfter(
  db: Kysely<Schema>,
  { from, to, environment, service }: ExportAsked,
  after: { readonly at: Date; readonly id: string } | null,
) {
  return db
    .selectFrom('changes')
    .select(changeColumns)
    .where('at', 'is not', null)
    .$if(from !== null, (query) => query.where('at', '>=', from))
    .$if(to !== null, (query) => query.where('at', '<', to))
    .$if(environment !== null, (query) => query.where('environment', '=', environment))
    .$if(service !== null, (query) => query.where(sql<SqlBool>`(changes.services && array[${service}]::text[])`))
    .$if(after !== null, (query) =>
      query.where(sql<SqlBool>`(changes.at, changes.id) > (${after?.at}::timestamptz, ${after?.id}::bigint)`),
    )
    .orderBy('at')
    .orderBy('id')
    .limit(page)
    .execute();
}

async function completed(
  { db, catalog, releases }: ExportDependencies,
  plain: readonly Change[],
): Promise<readonly ExportedChange[]> {
  if (plain.length === 0) return [];
  const ids = plain.map(({ id }) => id);
  const changes = await withRisks({ db, catalog, releases }, plain, []);
  const merged = await approvalsOfMerges(db, plain, catalog);
  const decisions = await decisionsAbout(db, plain);
  const events = await eventsOf(db, ids);
  return changes.map((change) => ({
    change,
    approvals: [...approvalsOf(change), ...pullRequestsOf(change).flatMap((name) => merged.get(name) ?? [])],
    decisions: decisions.get(change.id) ?? [],
    events: events.get(change.id) ?? [],
  }));
}

/** Those that a deploy carried. */
function pullRequestsOf({ carried }: Change): readonly string[] {
  return carried?.pullRequests.map(({ repository, number }) => `${repository}#${number}`) ?? [];
}

/** By pull request: a deploy is approved by whoever approved what it carries. */
async function approvalsOfMerges(
  db: Kysely<Schema>,
  changes: readonly Change[],
  catalog: Catalog,
): Promise<ReadonlyMap<string, readonly Approval[]>> {
  const wanted = [...new Set(changes.flatMap(pullRequestsOf))];
  if (wanted.length === 0) return new Map();
  const rows = await db
    .selectFrom('identities')
    .innerJoin('changes', 'changes.id', 'identities.change_id')
    .select([...changeColumns, 'identities.value'])
    .where('identities.type', '=', 'pull-request')
    .where(sql<SqlBool>`(identities.value = any(${wanted}::text[]))`)
    .where('changes.at', 'is not', null)
    .execute();
  return new Map(rows.map((row) => [row.value, approvalsOf(changeOfRow(row, catalog))]));
}

async function eventsOf(
  db: Kysely<Schema>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly SourceEvent[]>> {
  const { rows } = await sql<SourceEvent & { readonly change: string }>`
    select given.change::text, given.key, given.source, given."occurredAt", events.delivery_id as "deliveryId",
      seal.number::text as seal
    from (
      select changes.id as change, place, said -> 'statement' ->> 'key' as key, said -> 'statement' ->> 'source' as source,
        said -> 'statement' ->> 'occurredAt' as "occurredAt"
      from changes
      cross join lateral jsonb_array_elements(changes.events || coalesce(changes.joined, '[]')) with ordinality
        as told (said, place)
      where changes.id = any(${[...ids]}::bigint[])
    ) as given
    left join events on events.occurred_at = given."occurredAt"::timestamptz and events.key = given.key
    left join lateral (
      select number, to_position from ledger_seals
      where stream = 'events' and events.txid > 0 and from_position <= events.txid
        and day = (events.recorded_at at time zone 'UTC')::date
      order by from_position desc limit 1
    ) as seal on seal.to_position > events.txid
    order by given.change, given.place
  `.execute(db);
  return Map.groupBy(rows, ({ change }) => change);
}
