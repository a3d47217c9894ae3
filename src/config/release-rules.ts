import type { ReleaseRules } from '../domain/release-rules.ts';
import { type RuleSettings, changeRules } from '../domain/change-rules/registry.ts';
import type { RuleName, RuleSetting } from '../domain/change-rules/rule.ts';
import { viewerOf } from '../domain/viewer.ts';
import { restrictedServices } from './restricted-services.ts';
import { defaultEnvironmentOf, environmentNames } from './settings-names.ts';
import type { SettingsFile } from './settings-schema.ts';

/** By environment, those that mirror it. With no `parity`, staging mirrors production where there are both. */
export function mirrorsOf(settings: SettingsFile): ReadonlyMap<string, readonly string[]> {
  const names = environmentNames(settings);
  const named = namer(names);
  const usual = names.has('production') && names.has('staging') ? [{ reference: 'production', mirror: 'staging' }] : [];
  const mirrors = new Map<string, readonly string[]>();
  for (const { reference, mirror } of settings.parity ?? usual) {
    mirrors.set(named(reference), [...(mirrors.get(named(reference)) ?? []), named(mirror)]);
  }
  return mirrors;
}

/** What the settings say of how releases are made: nothing of what a rule that is off would say. */
export function releaseRulesOf(settings: SettingsFile): ReleaseRules {
  const named = namer(environmentNames(settings));
  const { freeze, window, 'skipped-staging': skippedStaging } = rulesOf(settings);
  // A risk is read wherever its change is: nothing is told here to owners alone.
  const { hidden } = viewerOf(restrictedServices(settings), { type: 'anybody' });
  const severity = freeze.on ? settings.incidents.freeze_at : undefined;
  return {
    window: window.on ? (settings.release_window ?? null) : null,
    freezes: freeze.on ? settings.freezes.map((each) => ({ ...each, environments: each.environments.map(named) })) : [],
    mirrors: skippedStaging.on ? mirrorsOf(settings) : new Map(),
    freezeAt: severity === undefined ? null : { severity, environment: defaultEnvironmentOf(settings), hidden },
  };
}

/** Of these, where the settings say nothing else, only what happens in an environment that others are compared with. */
const whereItCounts: ReadonlySet<RuleName> = new Set(['window', 'manual-change', 'flag-without-reason']);

/** How each rule on changes is meant. */
export function rulesOf(settings: SettingsFile): RuleSettings {
  const named = namer(environmentNames(settings));
  const references = [...mirrorsOf(settings).keys()];
  const set = changeRules.map(({ name, default: usual }): [RuleName, RuleSetting] => {
    const said = settings.rules[name];
    const environments = whereItCounts.has(name) ? references : [];
    if (said === undefined || said === 'on') return [name, { ...usual, on: true, environments }];
    if (said === 'off') return [name, { ...usual, on: false, environments }];
    const { gate = usual.gate, environments: there, except_services: exceptServices, ...tuning } = said;
    return [
      name,
      {
        on: true,
        gate,
        environments: there?.map(named) ?? environments,
        exceptServices,
        tuning: { ...usual.tuning, ...tuning },
      },
    ];
  });
  return Object.fromEntries(set) as RuleSettings;
}

function namer(names: ReadonlyMap<string, string>): (name: string) => string {
  return (name) => names.get(name.toLowerCase()) ?? name.toLowerCase();
}
