import type { CatalogService } from '../catalog.ts';

export interface Team {
  readonly team: string;
  readonly services: readonly string[];
}

const memberId = /^[UW][A-Z0-9]{2,}$/;

/**
 * The teams that own services, in the order of the alphabet. Owners who are people are left out: there are no figures of
 * people. `people`: every name of somebody, lower-case, as far as is known.
 */
export function teamsOf(
  services: readonly Pick<CatalogService, 'name' | 'owners'>[],
  people: ReadonlySet<string>,
): readonly Team[] {
  const teams = new Map<string, Set<string>>();
  for (const { name, owners } of services) {
    for (const owner of owners) {
      const team = owner.trim().replace(/^@/, '');
      if (team === '' || isPerson(team, people)) continue;
      teams.set(team, (teams.get(team) ?? new Set()).add(name));
    }
  }
  return [...teams]
    .map(([team, owned]) => ({ team, services: [...owned].toSorted() }))
    .toSorted((a, b) => (a.team < b.team ? -1 : 1));
}

function isPerson(owner: string, people: ReadonlySet<string>): boolean {
  return memberId.test(owner) || owner.includes('@') || people.has(owner.toLowerCase());
}
