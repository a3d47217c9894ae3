import type { IntendedRule, Pair } from '../domain/comparison/difference.ts';
import { environmentNames } from './settings-names.ts';
import type { SettingsFile } from './settings-schema.ts';

/** Environments that are compared, by our names. With no `parity`, production with staging where there are both. */
export function pairsOf(settings: SettingsFile): readonly Pair[] {
  const names = environmentNames(settings);
  const named = (name: string) => names.get(name.toLowerCase()) ?? name.toLowerCase();
  if (settings.parity === undefined) {
    const hasBoth = names.has('production') && names.has('staging');
    return hasBoth ? [{ reference: named('production'), mirror: named('staging') }] : [];
  }
  return settings.parity.map(({ reference, mirror }) => ({ reference: named(reference), mirror: named(mirror) }));
}

/** Of every pair, in the order in which they are written. */
export function intendedRulesOf(settings: SettingsFile): readonly IntendedRule[] {
  const services = new Map(
    Object.entries(settings.services).flatMap(([name, { aliases }]) =>
      [name, ...aliases].map((each) => [each.toLowerCase(), name] as const),
    ),
  );
  return settings.intended.map((rule, index) => ({
    id: `settings:${index + 1}`,
    service: rule.service === undefined ? null : (services.get(rule.service.toLowerCase()) ?? rule.service),
    facet: rule.facet,
    key: rule.key,
    must: rule.must ?? null,
    reason: rule.reason,
    impact: rule.impact ?? null,
    owner: rule.owner ?? null,
    expires: rule.expires ?? null,
    pair: null,
  }));
}
