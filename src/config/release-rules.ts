import type { ReleaseRules } from '../domain/release-rules.ts';
import type { Settings } from './settings.ts';
import { environmentNames } from './settings-names.ts';

/** How the settings say that releases are made, with every environment by our name. */
export function releaseRulesOf(settings: Settings): ReleaseRules {
  const names = environmentNames(settings);
  const named = (name: string) => names.get(name.toLowerCase()) ?? name.toLowerCase();
  const pairs = settings.parity ?? [];
  return {
    window: settings.release_window ?? null,
    freezes: settings.freezes.map((freeze) => ({ ...freeze, environments: freeze.environments.map(named) })),
    mirrors: new Map(
      [...Map.groupBy(pairs, ({ reference }) => named(reference))].map(([reference, mirrored]) => [
        reference,
        mirrored.map(({ mirror }) => named(mirror)),
      ]),
    ),
  };
}
