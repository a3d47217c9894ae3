import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Pair, ParityReport } from '../domain/comparison/difference.ts';
import type {
  BackportFacts,
  DigestFacts,
  DigestScope,
  EndedAlarm,
  EndedDrift,
  PairFacts,
  RisksFound,
} from '../domain/digest/facts.ts';
import type { Viewer } from '../domain/viewer.ts';
import { backportWeeks, dayScores } from './history.ts';
import { settledServices } from './home.ts';
import { runningVersions } from './versions.ts';

/** What the digest needs of other features. */
export interface DigestSources {
  readonly pairs: readonly Pair[];
  readonly compare: (asked: {
    readonly pair: Pair;
    readonly service: null;
    readonly at: Date;
  }) => Promise<ParityReport>;
  /** Those that are not home, the oldest first, as many as are told. */
  readonly openBackports: () => Promise<readonly BackportFacts[]>;
  readonly homeSince: (since: Date) => Promise<readonly BackportFacts[]>;
  /** Who looks after what. */
  readonly owners: () => Promise<DigestFacts['ownerOf']>;
  /** What these are called, whatever their sources call them. */
  readonly actors: (named: readonly string[]) => Promise<(actor: string) => string>;
  /** One line about delivery; null: it is not measured. */
  readonly measures: (since: Date, at: Date) => Promise<string | null>;
  readonly risks: (since: Date, at: Date) => Promise<RisksFound>;
  /** Who reads it where that is told. */
  readonly viewerIn: (scope: DigestScope) => Viewer;
  /** The same comparison without what they may not see. */
  readonly visible: (report: ParityReport, viewer: Viewer) => Promise<ParityReport>;
}

export interface DigestDependencies {
  readonly db: Kysely<Schema>;
  readonly sources: DigestSources;
}

const week = 7 * 86_400_000;
/** Of what ended in a week: more are counted nowhere and told nowhere. */
const mostEnded = 500;

/** Everything that the digests of one moment tell, read once for all channels. */
export async function gatherFacts({ db, sources }: DigestDependencies, at: Date): Promise<DigestFacts> {
  const since = new Date(at.getTime() - week);
  const pairs: PairFacts[] = [];
  for (const pair of sources.pairs) {
    const report = await sources.compare({ pair, service: null, at });
    const [scores, versions] = await Promise.all([dayScores(db, pair, at), runningVersions(db, pair, at)]);
    pairs.push({ report, scores, versions });
  }
  const [backports, home, settled, weeks, drifts, alarms, ownerOf, measures, risks] = await Promise.all([
    sources.openBackports(),
    sources.homeSince(since),
    settledServices(db, at),
    backportWeeks(db, at),
    endedDrifts(db, sources, since, at),
    endedAlarms(db, since, at),
    sources.owners(),
    sources.measures(since, at),
    sources.risks(since, at),
  ]);
  return { at, since, pairs, backports, home, settled, weeks, drifts, alarms, ownerOf, measures, risks };
}

async function endedDrifts(
  db: Kysely<Schema>,
  { actors }: DigestSources,
  since: Date,
  at: Date,
): Promise<readonly EndedDrift[]> {
  const { rows } = await sql<{
    environment: string;
    service: string;
    key: string;
    state: 'explained' | 'cleared';
    ended_at: Date;
    title: string | null;
    actor: string | null;
    services: string[] | null;
  }>`
    select drifts.environment, drifts.service, drifts.key, drifts.state, drifts.ended_at, changes.title,
      changes.actors[1] as actor, changes.services
    from drifts left join changes on changes.id = drifts.explained_by
    where drifts.ended_at > ${since} and drifts.ended_at <= ${at} and drifts.report is not null
    order by drifts.ended_at desc, drifts.id limit ${mostEnded}
  `.execute(db);
  const actorOf = await actors(rows.flatMap(({ actor }) => actor ?? []));
  return rows.map(({ environment, service, key, state, ended_at: endedAt, title, actor, services }) => ({
    environment,
    service: service === '' ? null : service,
    key,
    ended: state,
    at: endedAt,
    change: title === null ? null : { title, actor: actor === null ? null : actorOf(actor), services: services ?? [] },
  }));
}

async function endedAlarms(db: Kysely<Schema>, since: Date, at: Date): Promise<readonly EndedAlarm[]> {
  const rows = await db
    .selectFrom('parity_alarms')
    .select(['said', 'ended_at'])
    .where('ended', '=', 'equal')
    .where('ended_at', '>', since)
    .where('ended_at', '<=', at)
    .orderBy('ended_at', 'desc')
    .orderBy('id')
    .limit(mostEnded)
    .execute();
  return rows.flatMap(({ said, ended_at: endedAt }) =>
    endedAt === null ? [] : [{ title: said.title, services: said.services, at: endedAt }],
  );
}
