import { z } from 'zod';
import type { FactValue } from '../../domain/facts/fact.ts';
import { launchDarklyFlags } from './launchdarkly.ts';
import { unleashFlags } from './unleash.ts';

export interface FlagSeen {
  readonly name: string;
  readonly on: boolean;
  /** For whom no rule holds: `20 % true, 80 % false`. */
  readonly rollout?: string | undefined;
  readonly value?: string | undefined;
  /** Whom else it serves with what, without ids that its system gave. */
  readonly rules: readonly FactValue[];
}

const Flagsmith = z.array(
  z.object({
    enabled: z.boolean(),
    feature: z.object({ name: z.string() }),
    feature_state_value: z.union([z.string(), z.number(), z.boolean()]).nullish(),
    multivariate_feature_state_values: z
      .array(
        z.object({
          percentage_allocation: z.number(),
          multivariate_feature_option: z.object({ string_value: z.string().nullish() }).partial().nullish(),
        }),
      )
      .nullish(),
  }),
);

/** By the shape of the answer. A text says why it is none. */
export function flagsIn(json: unknown, environment: string | null): readonly FlagSeen[] | string {
  const flagsmith = Flagsmith.safeParse(json).data;
  if (flagsmith !== undefined) return flagsmith.map((each) => flagsmithFlag(each));
  return (
    launchDarklyFlags(json, environment) ??
    unleashFlags(json, environment) ??
    'it is no list of flags as Unleash, LaunchDarkly or Flagsmith answer it'
  );
}

/** https://docs.flagsmith.com/edge-api: what the SDK of one environment gets. */
function flagsmithFlag(flag: z.output<typeof Flagsmith>[number]): FlagSeen {
  const shares = (flag.multivariate_feature_state_values ?? []).map(
    ({ percentage_allocation: share, multivariate_feature_option: option }) =>
      `${share} % ${option?.string_value ?? '?'}`,
  );
  const value = flag.feature_state_value ?? '';
  return {
    name: flag.feature.name,
    on: flag.enabled,
    value: value === '' ? undefined : String(value),
    rollout: shares.length === 0 ? undefined : shares.toSorted().join(', '),
    rules: [],
  };
}
