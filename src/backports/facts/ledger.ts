import { type Kysely, type Transaction, sql } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import type { FactProof } from '../../domain/backports/backport.ts';
import type { Change } from '../../domain/change.ts';
import type { Pair } from '../../domain/comparison/difference.ts';
import { keptFor } from '../../domain/backports/fact-backport.ts';
import { type OwedFacts, titleOwed } from '../../domain/backports/owed-facts.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { incidentOpenAt } from '../known-pulls.ts';
import type { TrackedValues } from './judge.ts';
import type { FactPlace } from './values.ts';

export interface TrackedFact extends FactPlace, TrackedValues {
  readonly proof: FactProof | null;
}

export type TrackedBackport = Awaited<ReturnType<typeof trackedBackports>>[number];

/** Of a fix that altered more than this, the others are looked at when these are home. */
export const mostFacts = 5000;

/** Those of a pair of which something may still become, with their facts. */
export async function trackedBackports(db: Kysely<Schema>, { reference, mirror }: Pair, now: Date) {
  const rows = await db
    .selectFrom('backports')
    .selectAll()
    .where('reference', '=', reference)
    .where('mirror', '=', mirror)
    .where('fact_group', 'is not', null)
    .where(
      sql<boolean>`(state not in ('live', 'lapsed') or (state = 'live' and live_at >= ${new Date(now.getTime() - keptFor)}))`,
    )
    .orderBy('id')
    .execute();
  const ids = rows.map(({ id }) => id);
  const facts = Map.groupBy(
    await db
      .selectFrom('backport_facts')
      .select(['backport_id', 'service', 'facet', 'key', 'proved_at', 'collector', 'snapshot_id', 'change_id'])
      .select([
        sql<string | null>`encode(wanted, 'hex')`.as('wanted'),
        sql<string | null>`encode(former, 'hex')`.as('former'),
      ])
      .where(sql<boolean>`backport_id = any(${ids}::bigint[])`)
      .execute(),
    ({ backport_id: id }) => id,
  );
  return rows.map(({ waived_by: by, waived_reason: reason, waived_until: until, ...row }) => ({
    id: row.id,
    state: row.state,
    note: row.note,
    reference: row.reference,
    mirror: row.mirror,
    liveAt: row.live_at,
    waived: by === null || reason === null || until === null ? null : { by, reason, until, second: row.waived_second },
    facts: (facts.get(row.id) ?? []).map((fact): TrackedFact => ({
      service: fact.service === '' ? null : fact.service,
      facet: fact.facet,
      key: fact.key,
      wanted: fact.wanted,
      former: fact.former,
      proof:
        fact.proved_at === null || fact.collector === null
          ? null
          : {
              at: fact.proved_at,
              collector: fact.collector,
              snapshotId: fact.snapshot_id,
              changeId: fact.change_id,
            },
    })),
  }));
}

export interface NewFacts {
  readonly owed: OwedFacts;
  readonly change: Change;
  readonly why: string;
  readonly imported: boolean;
  readonly facts: readonly TrackedFact[];
}

/**
 * Opens it, or what it was before again: of one change and one service there is one. What is added to one that is open
 * alters nothing else of it.
 */
export async function openFacts(
  trx: Transaction<Schema>,
  pair: Pair,
  { owed, change, why, imported, facts }: NewFacts,
  now: Date,
): Promise<void> {
  const { group, service, rule, maker } = owed;
  const [lead] = facts;
  if (lead === undefined) return;
  const before = await trx
    .selectFrom('backports')
    .select(['id', 'state'])
    .where('reference', '=', pair.reference)
    .where('mirror', '=', pair.mirror)
    .where('service', 'is not distinct from', service)
    .where('fact_group', '=', group)
    .executeTakeFirst();
  if (before !== undefined) {
    await keepFacts(trx, before.id, facts);
    if (before.state !== 'live' && before.state !== 'lapsed') return;
    const note =
      before.state === 'live' ? `${pair.mirror} lacks more of it` : 'what allowed the difference holds no longer';
    await trx
      .updateTable('backports')
      .set({ state: 'open', note, landed_at: null, live_at: null, live_id: null, judged_at: now })
      .where('id', '=', before.id)
      .execute();
    return;
  }
  const { actor } = change;
  const { id } = await trx
    .insertInto('backports')
    .values({
      state: 'open',
      rule,
      service,
      ...pair,
      repository: null,
      pull_request: null,
      title: outsideText(titleOwed(owed, change.title), 300) ?? '(no title)',
      url: change.url,
      why: outsideText(why, 1000) ?? 'is missing',
      note: null,
      owner: outsideText(actor?.login ?? actor?.name ?? actor?.email ?? '', 320) ?? null,
      imported,
      opened_at: maker.at,
      recorded_at: now,
      change_id: maker.id,
      incident_id: imported ? null : await incidentOpenAt(trx, { service, environment: pair.reference, at: maker.at }),
      judged_at: now,
      fact_facet: lead.facet,
      fact_key: lead.key,
      fact_same: lead.wanted === null ? null : Buffer.from(lead.wanted, 'hex'),
      fact_group: group,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await keepFacts(trx, id, facts);
}

/** What each has and what proves it, as it is known now. */
export async function keepFacts(db: Kysely<Schema>, id: string, facts: readonly TrackedFact[]): Promise<void> {
  if (facts.length === 0) return;
  const rows = facts.map(({ service, facet, key, wanted, former, proof }) => ({
    service: service ?? '',
    facet,
    key,
    wanted,
    former,
    proved_at: proof?.at ?? null,
    collector: proof?.collector ?? null,
    snapshot_id: proof?.snapshotId ?? null,
    change_id: proof?.changeId ?? null,
  }));
  await sql`
    insert into backport_facts (backport_id, service, facet, key, wanted, former, proved_at, collector, snapshot_id,
      change_id)
    select ${id}, service, facet, key, decode(wanted, 'hex'), decode(former, 'hex'), proved_at, collector, snapshot_id,
      change_id
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (service text, facet text, key text, wanted text,
      former text, proved_at timestamptz, collector text, snapshot_id bigint, change_id bigint)
    on conflict (backport_id, service, facet, key) do update set wanted = excluded.wanted, former = excluded.former,
      proved_at = excluded.proved_at, collector = excluded.collector, snapshot_id = excluded.snapshot_id,
      change_id = excluded.change_id
  `.execute(db);
}

/** Collectors of a pair whose differences have been looked at before. */
export async function lookedAt(db: Kysely<Schema>, { reference, mirror }: Pair): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('backport_fact_looks')
    .select('collector')
    .where('reference', '=', reference)
    .where('mirror', '=', mirror)
    .execute();
  return new Set(rows.map(({ collector }) => collector));
}

export async function keepLooks(
  db: Kysely<Schema>,
  pair: Pair,
  collectors: readonly string[],
  now: Date,
): Promise<void> {
  if (collectors.length === 0) return;
  await db
    .insertInto('backport_fact_looks')
    .values(collectors.map((collector) => ({ ...pair, collector, looked_at: now })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
