import type { Catalog } from '../domain/catalog.ts';
import { dependenciesOf } from '../domain/dependencies.ts';
import type { AreNeighbours } from '../domain/incidents/ties.ts';

/** Whether one of two services depends on the other, as the settings say. */
export function neighboursIn(catalog: Catalog): AreNeighbours {
  const dependsOn = dependenciesOf(catalog);
  return (a, b) => (dependsOn.get(a)?.includes(b) ?? false) || (dependsOn.get(b)?.includes(a) ?? false);
}
