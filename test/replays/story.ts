import { type CauseKind, type Reporting, delayOf, reportedAfter, reportings } from './delays.ts';
import { rolloutOf } from './deploys.ts';
import { durationOf, topicOf } from './edits.ts';
import type { Plan } from './made.ts';
import { type Location, anyAffected, placeOf } from './place.ts';
import { type Random, between, chance, logNormal, pick, pickShare, sample, whole } from './random.ts';
import { outsideTroubles } from './topics.ts';
import { trafficTime, workTime } from './week.ts';
import type { World } from './world.ts';

const minute = 60_000;
const hour = 60 * minute;
/** Changes are looked for in the day before: the default of `incidents: lookback`. */
export const lookback = 24 * hour;
/** When suspects are asked for, after the incident is said to have begun. */
export const askedAfter = 10 * minute;

/**
 * What causes incidents. Binary pushes 37 % and configuration pushes 31 % of thousands of postmortems at Google, 2010 to
 * 2017; user behaviour, other companies and hardware 16 % (Site Reliability Workbook, appendix C). The rest there is
 * processing pipelines, performance decay and capacity; here it is what teams of today change besides.
 */
export const causeShares = {
  deploy: 0.37,
  config: 0.31,
  none: 0.15,
  infrastructure: 0.05,
  flag: 0.04,
  migration: 0.04,
  drift: 0.03,
  maintenance: 0.01,
} as const;

export const trainShare = 0.15;
export const severalShare = 0.04;

export interface Cause {
  readonly kind: CauseKind;
  readonly service: string | null;
  readonly plan: Plan;
}

/** What happened, before it is known which changes there were besides. Times in milliseconds. */
export interface Story {
  readonly causes: readonly Cause[];
  readonly location: Location | 'outside';
  readonly affected: string;
  /** As somebody who knows would put it. */
  readonly hurts: string;
  readonly harmAt: number;
  readonly startedAt: number;
  readonly reporting: Reporting;
  /** Services that deploy in one batch. */
  readonly train: readonly (readonly [service: string, at: number])[];
}

export function storyOf(random: Random, world: World): Story {
  const kind = pickShare(random, causeShares);
  return kind === 'none' ? outsideStory(random, world) : causedStory(random, world, kind);
}

function outsideStory(random: Random, world: World): Story {
  const reporting = pickShare(random, reportings);
  const harmAt = trafficTime(random);
  const startedAt = harmAt + reportedAfter(random, reporting);
  return {
    causes: [],
    location: 'outside',
    affected: anyAffected(random, world),
    hurts: pick(random, outsideTroubles),
    harmAt,
    startedAt,
    reporting,
    train: chance(random, trainShare) ? trainBefore(random, world, startedAt) : [],
  };
}

function causedStory(random: Random, world: World, kind: CauseKind): Story {
  const { location, service, affected } = placeOf(random, world, kind);
  const { plan, harmAt, startedAt, reporting } = course(random, kind);
  const cause = { kind, service, plan };
  const train = chance(random, trainShare) ? trainOf(random, world, cause, startedAt) : [];
  return {
    causes: chance(random, severalShare) ? [cause, accomplice(random, service, plan)] : [cause],
    location,
    affected,
    hurts: plan.topic.hurts,
    harmAt,
    startedAt,
    reporting,
    train,
  };
}

/** Drawn anew until the cause is within the look-back, and known when suspects are asked for. */
function course(random: Random, kind: CauseKind) {
  for (;;) {
    const happened = kind === 'drift' ? trafficTime(random) : workTime(random);
    // A drift is told when it is found: tools look every half hour.
    const at = kind === 'drift' ? happened + between(random, 0, 30 * minute) : happened;
    const duration = kind === 'deploy' ? rolloutOf(random) : durationOf(random, kind);
    // A rollout does harm as soon as enough of it is there; a migration locks at once.
    const effectAt = happened + (kind === 'migration' ? 0 : between(random, 0.3, 1) * duration);
    const harmAt = effectAt + delayOf(random, kind);
    const reporting = pickShare(random, reportings);
    const startedAt = harmAt + reportedAfter(random, reporting);
    if (startedAt - at > lookback - hour || at > startedAt + askedAfter - 2 * minute) continue;
    return { plan: { at, duration, topic: topicOf(random, kind), cause: true }, harmAt, startedAt, reporting };
  }
}

/** A second change without which the first would have done no harm: a setting of the same service, shortly before. */
function accomplice(random: Random, service: string | null, { at }: Plan): Cause {
  const plan = {
    at: at - between(random, 2, 60) * minute,
    duration: 0,
    topic: topicOf(random, 'config'),
    cause: true,
  };
  return { kind: 'config', service, plan };
}

/** The cause is one of the batch where it is a deploy, in two of three cases; else the batch comes in between. */
function trainOf(random: Random, world: World, { kind, service, plan }: Cause, startedAt: number): Story['train'] {
  if (kind !== 'deploy' || !chance(random, 0.67)) return trainBefore(random, world, startedAt);
  return members(random, world, service).map((each) => [each, plan.at + between(random, -8, 8) * minute]);
}

function trainBefore(random: Random, world: World, startedAt: number): Story['train'] {
  const at = startedAt - logNormal(random, 20 * minute, 0.8);
  return members(random, world, null).map((each) => [each, at - between(random, 0, 10) * minute]);
}

function members(random: Random, { services }: World, without: string | null): readonly string[] {
  const most = Math.min(25, Math.ceil(services.length * 0.8));
  return sample(
    random,
    services.filter((service) => service !== without),
    whole(random, Math.ceil(most / 3), most),
  );
}
