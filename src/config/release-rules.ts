import type { ReleaseRules } from '../domain/release-rules.ts';
import { environmentNames } from './settings-names.ts';
import type { SettingsFile } from './settings-schema.ts';

/** What the settings say of how releases are made. With no `parity`, staging mirrors production where there are both. */
export function releaseRulesOf(settings: SettingsFile): ReleaseRules {
  const names = environmentNames(settings);
  const named = (name: string) => names.get(name.toLowerCase()) ?? name.toLowerCase();
  const usual = names.has('production') && names.has('staging') ? [{ reference: 'production', mirror: 'staging' }] : [];
  const mirrors = new Map<string, readonly string[]>();
  for (const { reference, mirror } of settings.parity ?? usual) {
    mirrors.set(named(reference), [...(mirrors.get(named(reference)) ?? []), named(mirror)]);
  }
  return {
    window: settings.release_window ?? null,
    freezes: settings.freezes.map((freeze) => ({ ...freeze, environments: freeze.environments.map(named) })),
    mirrors,
  };
}
