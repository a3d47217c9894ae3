import { type CauseKind } from './delays.ts';
import { type Random, pick, pickShare, pickWeighted, sample } from './random.ts';
import { callersOf } from './team.ts';
import { type World, brokenService } from './world.ts';

/**
 * Where a cause is, seen from what suffers. Of 152 severe incidents of Microsoft Teams 16.4 % were failures of a
 * dependency and 15.8 % of infrastructure (Ghosh et al., SoCC 2022); most of the rest was in the service itself.
 */
const ofCode = {
  own: 0.6,
  /** In what it calls, over one to three calls. */
  dependency: 0.22,
  /** In what calls it: more calls than it can serve. */
  caller: 0.08,
  /** In what everything stands on; such changes seldom name a service. */
  shared: 0.06,
  /** In something that nobody knew to be connected. */
  unconnected: 0.04,
} as const;
const ofInfrastructure = { own: 0.15, dependency: 0.1, caller: 0, shared: 0.75, unconnected: 0 } as const;
export type Location = keyof typeof ofCode;

const byCalls: Readonly<Record<number, number>> = { 1: 0.65, 2: 0.25, 3: 0.1 };

export interface Place {
  readonly location: Location;
  /** Of the change; null: it names none. */
  readonly service: string | null;
  readonly affected: string;
}

export function placeOf(random: Random, world: World, kind: CauseKind): Place {
  const low = kind === 'infrastructure' || kind === 'drift' || kind === 'maintenance';
  const location = pickShare<Location>(random, low ? ofInfrastructure : ofCode);
  const own = brokenService(random, world, world.services);
  const calls = world.dependsOn.get(own) ?? [];
  if (location === 'shared') {
    const shared = world.topology === 'star' ? pick(random, ['postgres', 'gateway', null]) : null;
    return { location, service: shared, affected: anyAffected(random, world) };
  }
  if (location === 'dependency') {
    const callers = [...callersOf(world, own)];
    if (callers.length > 0) {
      const [affected] = pickWeighted(random, callers, ([, hops]) => byCalls[hops] ?? 0);
      return { location, service: own, affected };
    }
  }
  if (location === 'caller' && calls.length > 0) return { location, service: own, affected: pick(random, calls) };
  if (location === 'unconnected') {
    const near = new Set([own, ...calls, ...callersOf(world, own).keys()]);
    const far = world.services.filter((service) => !near.has(service));
    if (far.length > 0) return { location, service: own, affected: pick(random, far) };
  }
  return { location: 'own', service: own, affected: own };
}

/** Trouble is seen where customers are, and else anywhere. */
export function anyAffected(random: Random, { fronts, services }: World): string {
  return random() < 0.4 ? pick(random, fronts) : pick(random, services);
}

/** What is known to suffer when the incident is opened. */
export const sightings = { exact: 0.6, front: 0.16, several: 0.12, unknown: 0.12 } as const;
export type Sighting = keyof typeof sightings;

export function seenServices(random: Random, world: World, affected: string, sighting: Sighting): readonly string[] {
  if (sighting === 'unknown') return [];
  if (sighting === 'exact') return [affected];
  const callers = [...callersOf(world, affected).keys()];
  if (sighting === 'several') return [affected, ...sample(random, callers, 3)];
  const front = callers.find((caller) => world.fronts.includes(caller));
  return [front ?? affected];
}
