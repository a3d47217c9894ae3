import { mirrorsOf } from './release-rules.ts';
import { defaultEnvironmentOf, environmentNames } from './settings-names.ts';
import type { SettingsFile } from './settings-schema.ts';

/** Where a service in one environment says of itself that it is well, and which version it is. */
export interface Endpoints {
  readonly health: readonly string[];
  /** `json`: where in the answer; null: all of it. */
  readonly versions: readonly { readonly url: string; readonly json: string | null }[];
}

/** Of the settings, by service and environment; null: nothing is said. */
export function endpointsOf(settings: SettingsFile): (service: string, environment: string) => Endpoints | null {
  const names = environmentNames(settings);
  const usual = defaultEnvironmentOf(settings);
  return (service, environment) => {
    const all = settings.services[service]?.verify ?? [];
    const own = all.filter(({ environment: named = usual }) => {
      return (names.get(named.toLowerCase()) ?? named.toLowerCase()) === environment;
    });
    if (own.length === 0) return null;
    return {
      health: own.flatMap(({ health }) => health),
      versions: own.flatMap(({ version }) =>
        version === undefined ? [] : [{ url: version.url, json: version.json ?? null }],
      ),
    };
  };
}

/** Which deploys are looked at by themselves: those to environments that others are compared with. */
export interface VerifyRules {
  readonly references: ReadonlySet<string>;
  readonly endpoints: (service: string, environment: string) => Endpoints | null;
}

export function verifyRulesOf(settings: SettingsFile): VerifyRules {
  const mirrored = [...mirrorsOf(settings).keys()];
  const references = new Set(mirrored.length === 0 ? [defaultEnvironmentOf(settings)] : mirrored);
  return { references, endpoints: endpointsOf(settings) };
}
