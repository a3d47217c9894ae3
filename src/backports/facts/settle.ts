import type { Transaction } from 'kysely';
import { sql } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import { isIgnored } from '../../domain/comparison/ignored-facts.ts';
import type { Pair, ParityReport } from '../../domain/comparison/difference.ts';
import { settleFacts } from '../../domain/backports/fact-backport.ts';
import { factPlace, isImported, owedFacts, whyOwed } from '../../domain/backports/owed-facts.ts';
import { catalogWith } from '../../timeline/aliases.ts';
import { judgeFact } from './judge.ts';
import {
  type TrackedBackport,
  type TrackedFact,
  keepFacts,
  keepLooks,
  lookedAt,
  mostFacts,
  openFacts,
  trackedBackports,
} from './ledger.ts';
import { makersOf } from './makers.ts';
import type { FactDependencies } from './place.ts';
import { type FactValues, factValuesByPlace } from './values.ts';

/** Flags of which only changes tell. */
const timeline = 'timeline';

/**
 * Judges what has become of a pair's backports of facts, and opens those of what the reference alone was changed to. By a
 * comparison of all services. May run any number of times; one at a time for a pair.
 */
export async function settleFactBackports(dependencies: FactDependencies, report: ParityReport): Promise<void> {
  const { db, now, ignored } = dependencies;
  const catalog = await catalogWith(db, dependencies.catalog);
  const makers = await makersOf(db, catalog, report);
  const owed = owedFacts(report, makers);
  const at = now();
  await db.transaction().execute(async (trx) => {
    await lockPair(trx, report.pair);
    const tracked = await trackedBackports(trx, report.pair, at);
    const places = [...tracked.flatMap(({ facts }) => facts), ...owed.flatMap(({ facts }) => facts)];
    const values = await factValuesByPlace({ ...dependencies, db: trx }, report, places);
    const differences = new Map(report.differences.map((each) => [factPlace(each), each]));
    const held = new Set<string>();
    for (const backport of tracked) {
      const judged = backport.facts.map((fact) => {
        const both = values.get(factPlace(fact)) ?? nobodyKnows;
        const difference = differences.get(factPlace(fact));
        return judgeFact(fact, both, { difference, ignored: isIgnored(ignored, fact) });
      });
      const proofs = backport.facts.map(({ proof }) => proof);
      const settled = settleFacts({ ...backport, proofs }, judged, at);
      const facts = backport.facts.map((fact, index): TrackedFact => {
        const proof = settled.proofs[index] ?? null;
        const seen = values.get(factPlace(fact))?.reference;
        return { ...fact, proof, wanted: proof === null && seen?.known === true ? seen.same : fact.wanted };
      });
      await write(trx, backport, { ...settled, facts }, at);
      if (settled.state !== 'live' && settled.state !== 'lapsed') for (const each of facts) held.add(factPlace(each));
    }
    const looked = await lookedAt(trx, report.pair);
    for (const each of owed) {
      const change = makers.whole.get(each.maker.id);
      // What is awaited already is not awaited twice, whatever changed it since.
      const news = each.facts.filter((fact) => !held.has(factPlace(fact))).slice(0, mostFacts);
      if (change === undefined || news.length === 0) continue;
      const facts = news.flatMap((fact) => startOf(fact, values.get(factPlace(fact))));
      const group = { ...each, facts: news };
      const imported = isImported(group, looked, at);
      await openFacts(trx, report.pair, { owed: group, change, why: whyOwed(group, report), imported, facts }, at);
    }
    const collectors = [...new Set([timeline, ...report.collectors.map(({ collector }) => collector)])];
    await keepLooks(
      trx,
      report.pair,
      collectors.filter((each) => !looked.has(each)),
      at,
    );
  });
}

const nobodyKnows: FactValues = { reference: { known: false }, mirror: { known: false } };

function startOf(
  { service, facet, key }: Pick<TrackedFact, 'service' | 'facet' | 'key'>,
  values: FactValues | undefined,
): readonly TrackedFact[] {
  const { reference, mirror } = values ?? nobodyKnows;
  if (!reference.known || !mirror.known) return [];
  return [{ service, facet, key, wanted: reference.same, former: mirror.same, proof: null }];
}

async function lockPair(trx: Transaction<Schema>, { reference, mirror }: Pair): Promise<void> {
  const name = JSON.stringify(['backports of facts', reference, mirror]);
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(trx);
}

/** Unless somebody has altered it meanwhile. */
async function write(
  trx: Transaction<Schema>,
  backport: TrackedBackport,
  {
    state,
    note,
    facts,
  }: Pick<ReturnType<typeof settleFacts>, 'state' | 'note'> & { readonly facts: readonly TrackedFact[] },
  at: Date,
): Promise<void> {
  const isNew = state !== backport.state;
  const isLive = state === 'live';
  const updated = await trx
    .updateTable('backports')
    .set({
      state,
      note,
      judged_at: at,
      // Whoever has a fact runs it.
      ...(isNew ? { landed_at: isLive ? at : null, live_at: isLive ? at : null } : {}),
    })
    .where('id', '=', backport.id)
    .where('state', '=', backport.state)
    .executeTakeFirst();
  if (updated.numUpdatedRows === 0n) return;
  await keepFacts(
    trx,
    backport.id,
    facts.filter((fact, index) => {
      const before = backport.facts[index];
      return before?.wanted !== fact.wanted || before.proof !== fact.proof;
    }),
  );
}
