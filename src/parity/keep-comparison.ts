import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Pair, ParityReport } from '../domain/comparison/difference.ts';
import type { Place } from '../domain/comparison/rules.ts';
import { fine } from '../domain/comparison/score.ts';
import type { Facet } from '../domain/facts/fact.ts';
import { differenceId } from './difference-id.ts';
import { placeKey } from './explanations.ts';

/** What was not fine when it could be compared last. */
export interface KeptFault extends Place {
  readonly id: string;
  readonly judgedOn: string;
}

const forgotten = 90;

export async function keptFaults(
  db: Kysely<Schema>,
  pair: Pair,
  { service, at }: { readonly service: string | null; readonly at: Date },
): Promise<readonly KeptFault[]> {
  const oldest = new Date(at.getTime() - forgotten * 86_400_000).toISOString().slice(0, 10);
  const { rows } = await sql<{ service: string; facet: Facet; key: string; judged_on: string }>`
    select service, facet, key, judged_on::text as judged_on from parity_faults
    where reference = ${pair.reference} and mirror = ${pair.mirror} and judged_on >= ${oldest}::date
      ${service === null ? sql`` : sql`and service = ${service}`}
  `.execute(db);
  return rows.map((row) => {
    const place = { service: row.service === '' ? null : row.service, facet: row.facet, key: row.key };
    return { ...place, id: differenceId(pair, place), judgedOn: row.judged_on };
  });
}

/**
 * Of what was not fine and is not among the differences now, that of which it cannot be said that it is fine: nobody
 * looks at it any more. `relied`: collectors that can be relied on, as `environment\ncollector`.
 */
export async function lostSight(
  db: Kysely<Schema>,
  pair: Pair,
  faults: readonly KeptFault[],
  relied: readonly string[],
): Promise<readonly KeptFault[]> {
  if (faults.length === 0) return [];
  const asked = faults.map(({ service, facet, key }, index) => ({ index, service: service ?? '', facet, key }));
  // A fact that a collector which still looks has, or has seen go, is as it should be: else it would differ.
  const { rows } = await sql<{ index: number }>`
    select asked.index from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
      as asked (index int, service text, facet text, key text)
    where not exists (
      select from facts where environment = any(${[pair.reference, pair.mirror]}::text[])
        and facts.service = asked.service and facts.facet = asked.facet and facts.key = asked.key
        and unseen_since is null and digest is distinct from 'present'
        and environment || E'\n' || collector = any(${[...relied]}::text[])
      having count(distinct environment) = 2 or bool_and(valid_to is not null)
    )
  `.execute(db);
  return rows.flatMap(({ index }) => faults[index] ?? []);
}

/** Keeps the score of the day and what is not fine. What is as it was is not written again. */
export async function keepComparison(
  db: Kysely<Schema>,
  report: ParityReport,
  { before, lost }: { readonly before: readonly KeptFault[]; readonly lost: readonly KeptFault[] },
): Promise<void> {
  const { pair, at, score, facts, equal, counts } = report;
  const day = at.toISOString().slice(0, 10);
  const known = new Map(before.map((fault) => [placeKey(fault), fault.judgedOn]));
  const bad = report.differences.filter(({ verdict }) => verdict !== 'unknown' && !fine(verdict));
  const fresh = bad.filter((each) => known.get(placeKey(each)) !== day);
  const still = new Set(
    [...bad, ...lost, ...report.differences.filter(({ verdict }) => verdict === 'unknown')].map(placeKey),
  );
  const over = before.filter((fault) => !still.has(placeKey(fault)));
  await db.transaction().execute(async (trx) => {
    await sql`
      insert into parity_scores (reference, mirror, day, compared_at, score, coverage, facts, equal, counts)
      values (${pair.reference}, ${pair.mirror}, ${day}, ${at}, ${score.score}, ${score.coverage}, ${facts}, ${equal},
        ${JSON.stringify(counts)}::jsonb)
      on conflict (reference, mirror, day) do update set compared_at = excluded.compared_at, score = excluded.score,
        coverage = excluded.coverage, facts = excluded.facts, equal = excluded.equal, counts = excluded.counts
      where parity_scores.compared_at <= excluded.compared_at
    `.execute(trx);
    if (fresh.length > 0) {
      const rows = fresh.map(({ service, facet, key, verdict }) => ({ service: service ?? '', facet, key, verdict }));
      await sql`
        insert into parity_faults (reference, mirror, service, facet, key, verdict, judged_on)
        select ${pair.reference}, ${pair.mirror}, service, facet, key, verdict, ${day}::date
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as fresh (service text, facet text, key text, verdict text)
        order by service, facet, key
        on conflict (reference, mirror, service, facet, key)
          do update set verdict = excluded.verdict, judged_on = excluded.judged_on
      `.execute(trx);
    }
    if (over.length > 0) {
      const rows = over.map(({ service, facet, key }) => ({ service: service ?? '', facet, key }));
      await sql`
        delete from parity_faults as fault
        using jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as over (service text, facet text, key text)
        where fault.reference = ${pair.reference} and fault.mirror = ${pair.mirror} and fault.service = over.service
          and fault.facet = over.facet and fault.key = over.key
      `.execute(trx);
    }
  });
}

/** Scores of the last days, oldest first. */
export async function scoreHistory(
  db: Kysely<Schema>,
  pair: Pair,
  { days, at }: { readonly days: number; readonly at: Date },
): Promise<readonly { readonly day: string; readonly score: number | null; readonly coverage: number }[]> {
  const from = new Date(at.getTime() - days * 86_400_000).toISOString().slice(0, 10);
  return db
    .selectFrom('parity_scores')
    .select([sql<string>`day::text`.as('day'), 'score', 'coverage'])
    .where('reference', '=', pair.reference)
    .where('mirror', '=', pair.mirror)
    .where('day', '>', sql<Date>`${from}::date`)
    .where('day', '<=', sql<Date>`${at.toISOString().slice(0, 10)}::date`)
    .orderBy('day')
    .execute();
}
