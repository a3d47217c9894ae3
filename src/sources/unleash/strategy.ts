import { z } from 'zod';
import { outsideText } from '../../domain/outside-text.ts';
import { text } from '../reading/fields.ts';
import { type FlagRule, type FlagState, conditionWords, valueWords } from '../reading/flag-words.ts';
import { lookUp } from '../reading/look-up.ts';

const Constraint = z.object({
  contextName: text(100),
  operator: text(50),
  values: z.array(z.unknown()).nullish(),
  value: z.unknown().optional(),
  inverted: z.boolean().nullish(),
});
const Constraints = z.array(Constraint);

const Variant = z.object({ name: text(100), weight: z.number(), payload: z.unknown().optional() });
const Variants = z.array(Variant);

const Strategy = z.object({
  id: text(100),
  name: text(100),
  title: text(100),
  disabled: z.boolean().nullish(),
  constraints: Constraints.nullish(),
  segments: z.array(z.unknown()).nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
  variants: Variants.nullish(),
});
type Strategy = z.output<typeof Strategy>;

/** An activation strategy, by which a flag is on for some: https://docs.getunleash.io/reference/activation-strategies */
export function strategyIn(data: unknown): FlagRule | undefined {
  const read = Strategy.safeParse(data);
  if (!read.success) return undefined;
  const { id, name, title, disabled, constraints, segments, parameters, variants } = read.data;
  const among = (segments ?? []).map((segment) => `in segment ${outsideText(segment, 60) ?? '?'}`);
  const when = [...(constraints ?? []).map(constraintWords), ...among].join(' and ');
  return {
    key: id ?? '1',
    noun: 'strategy',
    name: title ?? (isCustom(name) ? name : undefined),
    when: when === '' ? undefined : when,
    serves: rolloutOf(read.data),
    on: disabled !== true,
    settings: settingsOf(parameters ?? {}, variants ?? []),
  };
}

/** Ours to name by what they do. */
const builtIn = new Set([
  'default',
  'flexibleRollout',
  'gradualRolloutUserId',
  'gradualRolloutSessionId',
  'gradualRolloutRandom',
]);

function isCustom(name: string | undefined): boolean {
  return name !== undefined && !builtIn.has(name);
}

function rolloutOf({ name, parameters }: Strategy): FlagRule['serves'] {
  const told = parameters?.['rollout'] ?? parameters?.['percentage'];
  const percent = name === 'default' ? 100 : told === undefined || told === '' ? Number.NaN : Number(told);
  if (!(percent >= 0 && percent <= 100)) return undefined;
  return {
    shares: new Map([
      ['true', percent],
      ['false', 100 - percent],
    ]),
  };
}

/** Whoever is let in by name is counted. */
function settingsOf(
  parameters: Readonly<Record<string, unknown>>,
  variants: z.output<typeof Variants>,
): ReadonlyMap<string, string> {
  const settings = Object.entries(parameters)
    .filter(([name]) => name !== 'rollout' && name !== 'percentage' && name !== 'groupId')
    .slice(0, 50)
    .map(([name, value]): [string, string] => {
      const line = outsideText(value, 500) ?? '';
      return name === 'userIds'
        ? ['users', `${line.split(',').filter((each) => each.trim() !== '').length}`]
        : [outsideText(name, 60) ?? '?', line];
    });
  const weights = variants.map(({ name, weight }) => `${name ?? '?'} ${weight / 10} %`).join(', ');
  return new Map([...settings, ['variants', weights]]);
}

/** Whom a segment takes in. */
export function segmentStateIn(data: unknown): FlagState | undefined {
  const read = z.object({ constraints: Constraints }).safeParse(data);
  if (!read.success) return undefined;
  const words = read.data.constraints.map(constraintWords).join(' and ');
  return { constraints: words === '' ? 'everybody' : words };
}

/** The variants that a flag gives to those for whom it is on. Weights are in thousandths. */
export function variantsStateIn(data: unknown): FlagState | undefined {
  const read = z.object({ variants: Variants }).safeParse(Array.isArray(data) ? { variants: data } : data);
  if (!read.success) return undefined;
  const { variants } = read.data;
  const named = variants.map(({ name, ...variant }) => ({ ...variant, name: name ?? '?' }));
  return {
    serves: named.length === 0 ? undefined : { shares: new Map(named.map(({ name, weight }) => [name, weight / 10])) },
    variations: new Map(named.map(({ name, payload }) => [name, payloadWords(payload)])),
  };
}

function payloadWords(payload: unknown): string {
  const read = z.object({ value: z.unknown() }).safeParse(payload);
  return read.success ? valueWords(read.data.value) : '';
}

/** https://docs.getunleash.io/reference/strategy-constraints#constraint-operators */
const operators: Readonly<Record<string, string>> = {
  IN: 'is one of',
  NOT_IN: 'is none of',
  STR_CONTAINS: 'contains',
  STR_STARTS_WITH: 'starts with',
  STR_ENDS_WITH: 'ends with',
  NUM_EQ: '=',
  NUM_GT: '>',
  NUM_GTE: '≥',
  NUM_LT: '<',
  NUM_LTE: '≤',
  DATE_BEFORE: 'before',
  DATE_AFTER: 'after',
  SEMVER_EQ: '=',
  SEMVER_GT: '>',
  SEMVER_GTE: '≥',
  SEMVER_LT: '<',
  SEMVER_LTE: '≤',
  REGEX: 'matches',
};

function constraintWords({
  contextName = '',
  operator = '',
  values,
  value,
  inverted,
}: z.output<typeof Constraint>): string {
  const words = lookUp(operators, operator) ?? operator;
  const listed = values && values.length > 0 ? values : [value];
  const shown = listed.flatMap((each) => outsideText(each, 60) ?? []);
  return conditionWords(contextName, inverted === true ? `not ${words}` : words, shown);
}
