import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Difference, Pair, ParityReport } from '../domain/comparison/difference.ts';
import { type Ungrouped, groupsOf } from '../domain/comparison/group.ts';
import { meantBy } from '../domain/comparison/judge.ts';
import { inOrder } from '../domain/comparison/order.ts';
import { hasExpired, liveRules } from '../domain/comparison/rules.ts';
import { countVerdicts, scoreOf } from '../domain/comparison/score.ts';
import { type Told, type ToldFlag, type ToldVersions, toldFlags, toldVersion } from '../domain/comparison/told.ts';
import type { Facet } from '../domain/facts/fact.ts';
import { acceptances, acceptedRules } from './acceptances.ts';
import type { CauseSources } from './causes.ts';
import { type KnownCollector, collectorStates } from './collector-states.ts';
import type { ParityContext } from './context.ts';
import { differenceId } from './difference-id.ts';
import { collectorKey } from './doubt.ts';
import { explanationsOf, placeKey } from './explanations.ts';
import { type FoundPlaces, findPlaces } from './find-places.ts';
import { type KeptFault, keepComparison, keptFaults, lostSight } from './keep-comparison.ts';
import { judgePlaces } from './judge-places.ts';
import { placeHistories } from './place-history.ts';
import { deploysUnderWay } from './under-way.ts';

/** What is known elsewhere than from snapshots. */
export interface ToldSources extends CauseSources {
  readonly versions: (pair: Pair, services: readonly string[] | null, at: Date) => Promise<readonly ToldVersions[]>;
  readonly flags: (environment: string, at: Date) => Promise<readonly ToldFlag[]>;
  /** When the data of an environment were refreshed last; null: nobody said. */
  readonly dataRefreshedAt: (environment: string) => Promise<Date | null>;
}

export interface ParityQuestion {
  readonly pair: Pair;
  /** Null: all. */
  readonly service: string | null;
  readonly at: Date;
}

/**
 * How alike two environments are now: each difference with its verdict. A comparison of all services is kept for the trend, and
 * for what is lost sight of afterwards.
 */
export async function compareEnvironments(
  context: Pick<ParityContext, 'db' | 'catalog' | 'rules' | 'ignored'>,
  asked: ParityQuestion,
  sources: ToldSources,
): Promise<ParityReport> {
  const { db, catalog, ignored } = context;
  const { pair, service, at } = asked;
  const rules = [...context.rules, ...acceptedRules(await acceptances(db))];
  const live = liveRules(rules, ignored, { pair, at });
  const environments = [pair.reference, pair.mirror];
  const [collectors, said, underWay, before, told, dataRefreshedAt] = await Promise.all([
    collectorStates(db, environments, at),
    explanationsOf(db, pair, catalog),
    deploysUnderWay(db, environments, at),
    keptFaults(db, pair, { service, at }),
    toldBy(sources, asked),
    sources.dataRefreshedAt(pair.mirror),
  ]);
  const { found, places } = await read(db, { pair, service, collectors, rules: live });
  const known = new Map(collectors.map((each) => [collectorKey(each.environment, each.collector), each]));
  const judged = await judgePlaces(places, { pair, rules: live, collectors: known, found, said, underWay, sources });
  const matched = new Map(judged.matched);
  const hasFlags = (['equal', 'unsure'] as const).some((counts) => (found[counts].get('flag') ?? 0) > 0);
  const more = told
    .filter((each) => !(each.facet === 'flag' && hasFlags) && !live.isIgnored(each))
    .flatMap((each) => toldDifference(pair, each, found.equal, { live, matched }));
  const ungrouped = inOrder([...judged.differences, ...more]);
  const groups = groupsOf(ungrouped);
  const differences = ungrouped.map((each, index) => inGroup(each, groups[index] ?? each.id));
  const lost = await lostOf(db, { pair, before, told, collectors: known, differences, isIgnored: live.isIgnored });
  const unknown = new Set(differences.filter(({ verdict }) => verdict === 'unknown').map(({ id }) => id));
  const kept = [...lost, ...before.filter(({ id }) => unknown.has(id))];
  const equal = total(found.equal);
  const report: ParityReport = {
    pair,
    at,
    service,
    score: scoreOf({ differences, equal: found.equal, unsure: found.unsure, kept }),
    facts: equal + total(found.unsure) + differences.length,
    equal,
    counts: countVerdicts(differences),
    differences,
    collectors: collectors.filter(({ gone }) => !gone),
    rules: rules
      .filter(
        (rule) => rule.pair === null || (rule.pair.reference === pair.reference && rule.pair.mirror === pair.mirror),
      )
      .map((rule) => ({ rule, matched: matched.get(rule) ?? 0, expired: hasExpired(rule, at) })),
    dataRefreshedAt,
  };
  if (service === null && collectors.length > 0) await keepComparison(db, report, { before, lost });
  return report;
}

function inGroup(ungrouped: Ungrouped, group: string): Difference {
  const { serviceAbsent: _, ...difference } = ungrouped;
  return { ...difference, group };
}

/** As of one moment, with memory enough to join in. */
async function read(db: Kysely<Schema>, compared: Parameters<typeof findPlaces>[1]) {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx) => {
      await sql`set local work_mem = '64MB'; set local jit = off`.execute(trx);
      const found = await findPlaces(trx, compared);
      const ids = [...found.ids, ...found.lonely.flatMap((each) => each.ids)];
      return { found, places: await placeHistories(trx, ids, compared.pair) };
    });
}

async function toldBy(sources: ToldSources, { pair, service, at }: ParityQuestion): Promise<readonly Told[]> {
  const [versions, here, there] = await Promise.all([
    sources.versions(pair, service === null ? null : [service], at),
    service === null ? sources.flags(pair.reference, at) : [],
    service === null ? sources.flags(pair.mirror, at) : [],
  ]);
  return [...versions.map(toldVersion), ...toldFlags(pair, here, there)];
}

function toldDifference(
  pair: Pair,
  { verdict, ...told }: Told,
  equal: FoundPlaces['equal'],
  {
    live,
    matched,
  }: { live: ReturnType<typeof liveRules>; matched: Map<ParityReport['rules'][number]['rule'], number> },
): readonly Ungrouped[] {
  if (verdict === 'equal') {
    equal.set(told.facet, (equal.get(told.facet) ?? 0) + 1);
    return [];
  }
  const rules = live.matching(told);
  for (const rule of rules) matched.set(rule, (matched.get(rule) ?? 0) + 1);
  const meant = verdict === 'unknown' ? undefined : meantBy({ ...told, rules });
  const difference = { ...told, id: differenceId(pair, told), rule: meant ?? null, moved: null, serviceAbsent: false };
  return meant === undefined
    ? [{ ...difference, verdict }]
    : [{ ...difference, verdict: 'intended', cause: null, why: `Meant: ${meant.reason}` }];
}

async function lostOf(
  db: Kysely<Schema>,
  given: {
    readonly pair: Pair;
    readonly before: readonly KeptFault[];
    readonly told: readonly Told[];
    readonly collectors: ReadonlyMap<string, KnownCollector>;
    readonly differences: readonly Parameters<typeof placeKey>[0][];
    readonly isIgnored: (place: KeptFault) => boolean;
  },
): Promise<readonly KeptFault[]> {
  const seen = new Set(
    [...given.differences, ...given.told.filter(({ verdict }) => verdict === 'equal')].map(placeKey),
  );
  const unseen = given.before.filter((fault) => !seen.has(placeKey(fault)) && !given.isIgnored(fault));
  const relied = [...given.collectors].filter(([, { stale, gone }]) => !stale && !gone).map(([key]) => key);
  return lostSight(db, given.pair, unseen, relied);
}

function total(counts: ReadonlyMap<Facet, number>): number {
  return [...counts.values()].reduce((all, count) => all + count, 0);
}
