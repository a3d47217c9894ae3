import { z } from 'zod';
import type { FactValue } from '../../domain/facts/fact.ts';
import type { FlagSeen } from './exports.ts';

const Rollout = z.object({ variations: z.array(z.object({ variation: z.number(), weight: z.number() })) });
const Serves = { variation: z.number().nullish(), rollout: Rollout.nullish() };
const Clause = z.object({
  attribute: z.string().nullish(),
  op: z.string().nullish(),
  values: z.array(z.unknown()).nullish(),
  negate: z.boolean().nullish(),
  contextKind: z.string().nullish(),
});
const Targets = z.array(z.object({ variation: z.number(), values: z.array(z.unknown()) })).nullish();

const State = z.object({
  on: z.boolean(),
  archived: z.boolean().nullish(),
  rules: z.array(z.object({ ...Serves, clauses: z.array(Clause) })).nullish(),
  targets: Targets,
  contextTargets: Targets,
  fallthrough: z.object(Serves).nullish(),
  prerequisites: z.array(z.object({ key: z.string(), variation: z.number() })).nullish(),
});
type State = z.output<typeof State>;

const Answer = z.object({
  items: z.array(
    z.object({
      key: z.string(),
      variations: z.array(z.object({ value: z.unknown().optional(), name: z.string().nullish() })).nullish(),
      environments: z.record(z.string(), State),
    }),
  ),
});
type Flag = z.output<typeof Answer>['items'][number];

/**
 * `GET /api/v2/flags/:project?env=…&summary=0`. Undefined: it is something else; a text says what is missing.
 * https://launchdarkly.com/docs/api/feature-flags/get-feature-flags
 */
export function launchDarklyFlags(json: unknown, environment: string | null): readonly FlagSeen[] | string | undefined {
  const flags = Answer.safeParse(json).data?.items;
  if (flags === undefined) return undefined;
  const names = [...new Set(flags.flatMap(({ environments }) => Object.keys(environments)))];
  const name = environment ?? (names.length === 1 ? (names[0] ?? null) : null);
  if (flags.length === 0) return [];
  if (name === null || !names.includes(name)) {
    return `which of its environments? --set flag-environment=${names.slice(0, 10).join(', ') || '…'}`;
  }
  return flags.flatMap((flag) => {
    const state = flag.environments[name];
    return state === undefined || state.archived === true ? [] : [flagOf(flag, state)];
  });
}

function flagOf(flag: Flag, state: State): FlagSeen {
  const named = (index: number) => {
    const variation = flag.variations?.[index];
    return variation?.name ?? (variation === undefined ? `variation ${index}` : JSON.stringify(variation.value));
  };
  const served = ({ variation, rollout }: Pick<NonNullable<State['fallthrough']>, 'variation' | 'rollout'>) => {
    if (typeof variation === 'number') return named(variation);
    const shares = (rollout?.variations ?? []).filter(({ weight }) => weight > 0);
    return shares.map((share) => `${share.weight / 1000} % ${named(share.variation)}`).join(', ');
  };
  const targets = [...(state.targets ?? []), ...(state.contextTargets ?? [])].filter(({ values }) => values.length > 0);
  return {
    name: flag.key,
    on: state.on,
    rollout: state.fallthrough ? served(state.fallthrough) : undefined,
    rules: [
      ...(state.prerequisites ?? []).map((each): FactValue => ({ needs: each.key, variation: each.variation })),
      ...targets.map((each): FactValue => ({ targets: each.values.length, serves: named(each.variation) })),
      ...(state.rules ?? []).map((rule): FactValue => ({ when: rule.clauses.map(whenOf), serves: served(rule) })),
    ],
  };
}

/** `country in DE, AT`; of people by name how many. */
function whenOf({ attribute, op, values, negate, contextKind }: z.output<typeof Clause>): string {
  const isPerson = /^(?:key|email|name|ip|firstName|lastName)$/.test(attribute ?? '');
  const of = contextKind === null || contextKind === undefined || contextKind === 'user' ? '' : `${contextKind} `;
  const listed = isPerson
    ? `${values?.length ?? 0} named`
    : (values ?? [])
        .map((value) => String(value))
        .toSorted()
        .join(', ');
  return `${of}${attribute ?? '?'} ${negate === true ? 'not ' : ''}${op ?? '?'} ${listed}`;
}
