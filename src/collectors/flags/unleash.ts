import { z } from 'zod';
import type { FactValue } from '../../domain/facts/fact.ts';
import type { FlagSeen } from './exports.ts';

const Strategy = z.object({
  name: z.string(),
  disabled: z.boolean().nullish(),
  parameters: z.record(z.string(), z.coerce.string()).nullish(),
  constraints: z
    .array(
      z.object({
        contextName: z.string(),
        operator: z.string(),
        values: z.array(z.unknown()).nullish(),
        value: z.unknown().optional(),
        inverted: z.boolean().nullish(),
      }),
    )
    .nullish(),
  segments: z.array(z.unknown()).nullish(),
});
type Strategy = z.output<typeof Strategy>;

const Feature = z.object({
  name: z.string(),
  archived: z.boolean().nullish(),
  enabled: z.boolean().nullish(),
  strategies: z.array(Strategy).nullish(),
  environments: z
    .array(z.object({ name: z.string(), enabled: z.boolean(), strategies: z.array(Strategy).nullish() }))
    .nullish(),
});
type Feature = z.output<typeof Feature>;

const Answer = z.object({ features: z.array(Feature) });

/**
 * `GET /api/admin/projects/:id/features`, which tells of every environment, or `/api/client/features`, of the one whose
 * token asks. Undefined: it is something else; a text says what is missing. https://docs.getunleash.io/api
 */
export function unleashFlags(json: unknown, environment: string | null): readonly FlagSeen[] | string | undefined {
  const features = Answer.safeParse(json).data?.features;
  if (features === undefined) return undefined;
  const names = [...new Set(features.flatMap(({ environments }) => (environments ?? []).map(({ name }) => name)))];
  const name = environment ?? (names.length === 1 ? (names[0] ?? null) : null);
  if (names.length > 0 && (name === null || !names.includes(name))) {
    return `which of its environments? --set flag-environment=${names.slice(0, 10).join(', ')}`;
  }
  return features.flatMap((feature) => flagOf(feature, name));
}

function flagOf(feature: Feature, environment: string | null): readonly FlagSeen[] {
  if (feature.archived === true) return [];
  const state = feature.environments?.find(({ name }) => name === environment) ?? feature;
  if (typeof state.enabled !== 'boolean') return [];
  const strategies = (state.strategies ?? []).filter(({ disabled }) => disabled !== true);
  // One that holds for everybody makes the others say nothing.
  const [only] = strategies;
  const isPlain = strategies.length === 1 && only !== undefined && isOpen(only);
  return [
    {
      name: feature.name,
      on: state.enabled,
      rollout: isPlain ? shareOf(only) : undefined,
      rules: isPlain ? [] : strategies.map((each) => ruleOf(each)),
    },
  ];
}

function isOpen({ constraints, segments, parameters, name }: Strategy): boolean {
  const isNamed = Object.keys(parameters ?? {}).some((parameter) => people.has(parameter));
  return (constraints ?? []).length === 0 && (segments ?? []).length === 0 && !isNamed && rollouts.has(name);
}

const rollouts = new Set(['default', 'flexibleRollout', 'gradualRolloutRandom', 'gradualRolloutUserId']);

function shareOf({ parameters }: Strategy): string {
  return `${parameters?.['rollout'] ?? parameters?.['percentage'] ?? '100'} %`;
}

/** Parameters that list people. */
const people = new Set(['userIds', 'IPs', 'hostNames', 'emails']);

function ruleOf(strategy: Strategy): FactValue {
  const parameters = Object.entries(strategy.parameters ?? {})
    .filter(([name]) => name !== 'groupId' && name !== 'stickiness')
    .map(([name, value]): [string, FactValue] => [
      name,
      people.has(name) ? `${value.split(',').filter(Boolean).length} named` : value,
    ]);
  const when = (strategy.constraints ?? []).map(({ contextName, operator, values, value, inverted }) => {
    const all = [...(values ?? []), ...(value === undefined || value === null ? [] : [value])];
    const isPerson = /^(?:userId|email|remoteAddress|sessionId)$/.test(contextName);
    const listed = isPerson
      ? `${all.length} named`
      : all
          .map((each) => String(each))
          .toSorted()
          .join(', ');
    return `${contextName} ${inverted === true ? 'not ' : ''}${operator} ${listed}`;
  });
  return {
    strategy: strategy.name,
    ...(parameters.length === 0 ? {} : { parameters: Object.fromEntries(parameters) }),
    ...(when.length === 0 ? {} : { when: when.toSorted() }),
    ...((strategy.segments ?? []).length === 0
      ? {}
      : { segments: (strategy.segments ?? []).map((each) => String(each)) }),
  };
}
