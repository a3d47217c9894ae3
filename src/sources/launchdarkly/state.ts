import { z } from 'zod';
import { outsideText } from '../../domain/outside-text.ts';
import { text } from '../reading/fields.ts';
import { type FlagRule, type FlagState, type Serves, conditionWords, valueWords } from '../reading/flag-words.ts';
import { lookUp } from '../reading/look-up.ts';

const Clause = z.object({
  attribute: text(100),
  op: text(50),
  values: z.array(z.unknown()).nullish(),
  negate: z.boolean().nullish(),
});
type Clause = z.output<typeof Clause>;

/** One variation by its place in the list, or weights in thousandths of a percent. */
const served = {
  variation: z.number().nullish(),
  rollout: z.object({ variations: z.array(z.object({ variation: z.number(), weight: z.number() })) }).nullish(),
};
const Served = z.object(served);
type Served = z.output<typeof Served>;

const Rule = z.object({
  _id: text(100),
  description: text(100),
  clauses: z.array(Clause).nullish(),
  disabled: z.boolean().nullish(),
  ...served,
});

const Target = z.object({ variation: z.number(), contextKind: text(50), values: z.array(z.string()) });

const Environment = z.object({
  on: z.boolean().nullish(),
  archived: z.boolean().nullish(),
  fallthrough: Served.nullish(),
  offVariation: z.number().nullish(),
  rules: z.array(Rule).nullish(),
  targets: z.array(Target).nullish(),
  contextTargets: z.array(Target).nullish(),
  prerequisites: z.array(z.object({ key: text(200), variation: z.number().nullish() })).nullish(),
});

const Variation = z.object({ name: text(100), value: z.unknown() });

const Flag = z.object({
  archived: z.boolean().nullish(),
  variations: z.array(Variation).nullish(),
  environments: z.record(z.string(), z.unknown()).nullish(),
});

/** A version of a flag as it is in one environment. Undefined: there is none to be read. */
export function flagStateIn(version: unknown, environment: string | undefined): FlagState | undefined {
  const read = Flag.safeParse(version);
  if (!read.success) return undefined;
  const { variations, environments, archived } = read.data;
  const nameOf = (index: number) => variationName(variations?.[index], index);
  const all = {
    archived: archived ?? undefined,
    variations: variations ? variationsOf(variations) : undefined,
  };
  const held = Environment.safeParse(lookUp(environments ?? {}, environment));
  if (!held.success) return all;
  const { on, fallthrough, offVariation, rules, targets, contextTargets, prerequisites } = held.data;
  return {
    ...all,
    archived: all.archived ?? held.data.archived ?? undefined,
    on: on ?? undefined,
    serves: fallthrough ? servesOf(fallthrough, nameOf) : undefined,
    offVariation: typeof offVariation === 'number' ? nameOf(offVariation) : undefined,
    rules: rules?.map((rule, index) => ruleOf(rule, index, nameOf)),
    targets: targets || contextTargets ? targetsOf([...(targets ?? []), ...(contextTargets ?? [])], nameOf) : undefined,
    prerequisites: prerequisites?.flatMap(({ key }) => key ?? []),
  };
}

const Segment = z.object({
  archived: z.boolean().nullish(),
  included: z.array(z.string()).nullish(),
  excluded: z.array(z.string()).nullish(),
  rules: z.array(Rule).nullish(),
});

/** A segment is of one environment; its targets are whom it takes in and whom it leaves out. */
export function segmentStateIn(version: unknown): FlagState | undefined {
  const read = Segment.safeParse(version);
  if (!read.success) return undefined;
  const { archived, included, excluded, rules } = read.data;
  return {
    archived: archived ?? undefined,
    rules: rules?.map((rule, index) => ruleOf(rule, index, String)),
    targets: new Map([
      ...(included ? [['included', new Set(included)] as const] : []),
      ...(excluded ? [['excluded', new Set(excluded)] as const] : []),
    ]),
  };
}

type NameOf = (index: number) => string;

function variationName(variation: z.output<typeof Variation> | undefined, index: number): string {
  const value = variation?.value;
  if (typeof value === 'boolean') return String(value);
  return variation?.name ?? outsideText(typeof value === 'object' ? undefined : value, 60) ?? `variation ${index + 1}`;
}

function variationsOf(list: readonly z.output<typeof Variation>[]): ReadonlyMap<string, string> {
  return new Map(list.map((each, index) => [variationName(each, index), valueWords(each.value)]));
}

function servesOf({ variation, rollout }: Served, nameOf: NameOf): Serves | undefined {
  if (rollout) {
    const shares = new Map<string, number>();
    for (const each of rollout.variations.slice(0, 100)) {
      const name = nameOf(each.variation);
      shares.set(name, (shares.get(name) ?? 0) + each.weight / 1000);
    }
    return { shares };
  }
  return typeof variation === 'number' ? { variation: nameOf(variation) } : undefined;
}

function ruleOf(rule: z.output<typeof Rule>, index: number, nameOf: NameOf): FlagRule {
  const { _id: id } = rule;
  const when = rule.clauses?.map((clause) => clauseWords(clause)).join(' and ');
  return {
    key: id ?? `${index}`,
    noun: 'targeting rule',
    name: rule.description,
    when: when === '' ? undefined : when,
    serves: servesOf(rule, nameOf),
    on: rule.disabled === true ? false : undefined,
  };
}

const operators: Readonly<Record<string, string>> = {
  in: 'is one of',
  startsWith: 'starts with',
  endsWith: 'ends with',
  contains: 'contains',
  matches: 'matches',
  lessThan: '<',
  lessThanOrEqual: '≤',
  greaterThan: '>',
  greaterThanOrEqual: '≥',
  before: 'before',
  after: 'after',
  segmentMatch: 'in segment',
  semVerEqual: '=',
  semVerLessThan: '<',
  semVerGreaterThan: '>',
};

function clauseWords({ attribute = '', op = '', values, negate }: Clause): string {
  const operator = lookUp(operators, op) ?? op;
  const shown = (values ?? []).map((value) => valueWords(value));
  const about = op === 'segmentMatch' ? '' : attribute;
  return conditionWords(about, negate === true ? `not ${operator}` : operator, shown);
}

function targetsOf(list: readonly z.output<typeof Target>[], nameOf: NameOf): ReadonlyMap<string, ReadonlySet<string>> {
  const targets = new Map<string, Set<string>>();
  for (const { variation, contextKind, values } of list) {
    const name = nameOf(variation);
    const among = targets.get(name) ?? new Set();
    for (const value of values) among.add(`${contextKind ?? 'user'} ${value}`);
    targets.set(name, among);
  }
  return targets;
}
