import type { Catalog } from './catalog.ts';
import { knownNames, meaningOf } from './known-names.ts';

/** By service, those that it depends on. */
export type Dependencies = ReadonlyMap<string, readonly string[]>;

/** How a fault can come from one service to an affected one. */
export interface Reach {
  /** `upstream`: the affected service depends on it. `caller`: it depends on the affected service and can flood it. */
  readonly by: 'itself' | 'upstream' | 'caller';
  /** Dependencies in between and the last one: 0 for itself. */
  readonly distance: number;
  /** The affected service that is nearest. */
  readonly to: string;
  /** How many of the affected services it reaches. */
  readonly affected: number;
}

/** What the settings declare, with every name as we write it. */
export function dependenciesOf(catalog: Catalog): Dependencies {
  const { services } = knownNames(catalog);
  return new Map(
    catalog.services.map(({ name, dependsOn }) => [
      name,
      [...new Set(dependsOn.map((each) => meaningOf(each, services) ?? each))].filter((each) => each !== name),
    ]),
  );
}

/** Every service from which a fault can come to one of `affected`, which themselves are among them. Cycles do no harm. */
export function reachesOf(affected: readonly string[], dependsOn: Dependencies): ReadonlyMap<string, Reach> {
  const reaches = new Map<string, Reach>();
  const callers = callersOf(dependsOn);
  for (const to of new Set(affected)) {
    const upstream = upstreamOf(to, dependsOn);
    for (const [service, distance] of upstream) {
      note(reaches, service, { by: distance === 0 ? 'itself' : 'upstream', distance, to, affected: 1 });
    }
    for (const caller of callers.get(to) ?? []) {
      if (!upstream.has(caller)) note(reaches, caller, { by: 'caller', distance: 1, to, affected: 1 });
    }
  }
  return reaches;
}

/** Whether the settings say anything about what this service depends on, or what depends on it. */
export function isDeclared(service: string, dependsOn: Dependencies): boolean {
  if ((dependsOn.get(service) ?? []).length > 0) return true;
  return [...dependsOn.values()].some((each) => each.includes(service));
}

function upstreamOf(service: string, dependsOn: Dependencies): ReadonlyMap<string, number> {
  const distances = new Map([[service, 0]]);
  for (const [name, distance] of distances) {
    // A map is walked through in the order in which it grows, so the nearest way is the first.
    for (const each of dependsOn.get(name) ?? []) if (!distances.has(each)) distances.set(each, distance + 1);
  }
  return distances;
}

function callersOf(dependsOn: Dependencies): ReadonlyMap<string, readonly string[]> {
  const callers = new Map<string, string[]>();
  for (const [caller, services] of dependsOn) {
    for (const service of services) {
      const known = callers.get(service) ?? [];
      callers.set(service, known);
      known.push(caller);
    }
  }
  return callers;
}

const order: readonly Reach['by'][] = ['itself', 'upstream', 'caller'];

/** The nearest way counts. Called once for each affected service that is reached. */
function note(reaches: Map<string, Reach>, service: string, reach: Reach): void {
  const known = reaches.get(service);
  const affected = (known?.affected ?? 0) + 1;
  reaches.set(service, { ...(known === undefined || isNearer(reach, known) ? reach : known), affected });
}

/** The same whatever the order in which the affected services are given. */
function isNearer(a: Reach, b: Reach): boolean {
  return (order.indexOf(a.by) - order.indexOf(b.by) || a.distance - b.distance || (a.to < b.to ? -1 : 1)) < 0;
}
