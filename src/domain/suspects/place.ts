import type { Change } from '../change.ts';
import { type Dependencies, type Reach, isDeclared, reachesOf } from '../dependencies.ts';
import { wordsOf } from '../words.ts';
import { isTelling } from './plain-words.ts';
import { type Reason, hundredths, weights } from './weights.ts';

/** Where the fault is, and from where it can come. */
export interface Place {
  readonly environment: string | null;
  readonly services: readonly string[];
  /** `named`: nobody said which services; the symptom's words name these. */
  readonly by: 'told' | 'named';
  readonly reaches: ReadonlyMap<string, Reach>;
  /** Finds an affected service by its name in a title; null: none has a name that tells. */
  readonly inTitle: RegExp | null;
  readonly isKnown: (service: string) => boolean;
  /** The settings tell what these services depend on, or what depends on them: other services cannot be the cause. */
  readonly closed: boolean;
}

export interface Where {
  readonly environment: string | null;
  readonly services: readonly string[];
  readonly dependsOn: Dependencies;
  readonly symptom: string;
}

export function placeOf({ environment, services, dependsOn, symptom }: Where, changes: readonly Change[]): Place {
  const told = services.length > 0;
  const affected = told ? services : servicesIn(symptom, dependsOn, changes);
  const known = new Set([...dependsOn].flatMap(([name, each]) => [name, ...each]));
  return {
    environment,
    services: affected,
    by: told ? 'told' : 'named',
    reaches: reachesOf(affected, dependsOn),
    inTitle: namesIn(affected),
    isKnown: (service) => known.has(service),
    closed: told && services.some((service) => isDeclared(service, dependsOn)),
  };
}

/** Names of places that are part of every other. */
const everywhere = new Set(['all', 'common', 'global', 'shared']);

export function isElsewhere({ environment }: Change, place: Place): boolean {
  if (environment === null || place.environment === null || everywhere.has(environment)) return false;
  return environment !== place.environment;
}

/** The nearest way from what was changed to what is affected; null when none is known. */
export function reachOf({ services }: Change, { reaches }: Place): Reach | null {
  let best: Reach | null = null;
  for (const service of services) {
    const reach = reaches.get(service);
    if (reach !== undefined && (best === null || proximity(reach) > proximity(best))) best = reach;
  }
  return best;
}

/** A service of its own which nothing leads from to what is affected. */
export function isUnlinked(change: Change, place: Place): boolean {
  if (place.services.length === 0 || change.services.length === 0) return false;
  if (reachOf(change, place) !== null) return false;
  return isProgram(change) || change.services.some(place.isKnown);
}

function isProgram({ kind }: Change): boolean {
  return kind === 'deploy' || kind === 'rollback';
}

export function reachReason(change: Change, place: Place): Reason | null {
  if (place.services.length === 0) return null;
  const reach = reachOf(change, place);
  const reason = reach === null ? shared(change, place) : { text: reachWords(change, reach), weight: proximity(reach) };
  return place.by === 'told' ? reason : { ...reason, weight: hundredths(reason.weight * weights.named) };
}

function proximity({ by, distance }: Reach): number {
  if (by === 'itself') return weights.itself;
  if (by === 'caller') return weights.caller;
  return weights.upstream[distance - 1] ?? weights.upstream[3];
}

function reachWords(change: Change, { by, distance, to }: Reach): string {
  if (by === 'itself') return change.services.length > 1 ? `concerns ${to} too` : 'the same service';
  if (by === 'caller') return `calls ${to}, which it can flood`;
  return distance === 1 ? `${to} depends on it` : `${to} depends on it, ${distance} steps away`;
}

function shared(change: Change, place: Place): Reason {
  const to = place.services.slice(0, 3).join(', ');
  if (change.services.length === 0) {
    if (place.inTitle?.test(change.title) === true)
      return { text: 'its title names the service', weight: weights.titled };
    return isProgram(change)
      ? { text: 'names no service', weight: weights.sharedDeploy }
      : { text: `names no service: it can reach ${to}`, weight: weights.shared };
  }
  if (isUnlinked(change, place)) return { text: `${to} is not known to depend on it`, weight: weights.unlinked };
  return { text: `in no declared dependency: it can reach ${to}`, weight: weights.maybeShared };
}

/** Of several affected services, a change that reaches all explains more than one that reaches some. */
export function spreadReason(change: Change, place: Place): Reason | null {
  const count = new Set(place.services).size;
  const reach = reachOf(change, place);
  if (reach === null || count < 2 || place.by === 'named') return null;
  return reach.affected >= count
    ? { text: `reaches all ${count} affected services`, weight: weights.reachesAll }
    : { text: `reaches ${reach.affected} of ${count} affected services`, weight: weights.reachesSome };
}

export function nowhereReason({ environment }: Change, place: Place): Reason | null {
  if (environment !== null || place.environment === null) return null;
  return { text: `names no environment; it may not concern ${place.environment}`, weight: weights.nowhere };
}

/** Whole names only, whatever stands between their words: `checkout-api` is in `deploy Checkout API`, not in `checkouts`. */
function namesIn(services: readonly string[]): RegExp | null {
  const patterns = services
    .map((service) => wordsOf(service))
    .filter((words) => words.some(isTelling))
    .map((words) => words.join('[\\s._/-]?'));
  if (patterns.length === 0) return null;
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${patterns.join('|')})(?![\\p{L}\\p{N}])`, 'iu');
}

/** The services whose whole names stand in the symptom, unless their words are those of any incident. */
function servicesIn(symptom: string, dependsOn: Dependencies, changes: readonly Change[]): readonly string[] {
  const said = ` ${wordsOf(symptom.slice(0, 10_000)).join(' ')} `;
  if (said.trim() === '') return [];
  const names = new Set([...dependsOn].flatMap(([name, each]) => [name, ...each]));
  for (const { services } of changes) for (const service of services) names.add(service);
  return [...names]
    .filter((name) => {
      const words = wordsOf(name);
      return words.some(isTelling) && said.includes(` ${words.join(' ')} `);
    })
    .toSorted();
}
