import { outsideJson, outsideText } from '../../domain/outside-text.ts';

/** One variation for all, or shares in percent by variation. Of what is only on or off: by `true` and `false`. */
export type Serves = { readonly variation: string } | { readonly shares: ReadonlyMap<string, number> };

/** What some get and others do not: a targeting rule, a strategy, an override. */
export interface FlagRule {
  /** Tells it from its flag's other rules, before and after. */
  readonly key: string;
  /** What its source calls such a thing: `targeting rule`. */
  readonly noun: string;
  readonly name?: string | undefined;
  /** For whom: `country is one of DE, AT`. */
  readonly when?: string | undefined;
  readonly serves?: Serves | undefined;
  readonly on?: boolean | undefined;
  /** What else it is set to, by name. */
  readonly settings?: ReadonlyMap<string, string> | undefined;
}

/** What a flag (or segment) is in one environment. A field left out is not known, and says nothing. */
export interface FlagState {
  readonly on?: boolean | undefined;
  readonly archived?: boolean | undefined;
  readonly value?: string | undefined;
  /** Of a segment: whom it takes in. */
  readonly constraints?: string | undefined;
  /** For whom no rule holds. */
  readonly serves?: Serves | undefined;
  readonly offVariation?: string | undefined;
  readonly rules?: readonly FlagRule[] | undefined;
  /** Who gets a variation by name. They are counted, never named: they are people. */
  readonly targets?: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  readonly prerequisites?: readonly string[] | undefined;
  /** What the variations are, by name. */
  readonly variations?: ReadonlyMap<string, string> | undefined;
}

export interface FlagChange {
  /** What changed, the most telling first: `rollout 20 % → 50 %`. */
  readonly words: readonly string[];
  /** Of what changed only. */
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
}

/** One aspect of a flag that differs. */
interface Difference {
  readonly words: readonly string[];
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What is different between two states of a flag, in words for people. */
export function flagChange(before: FlagState, after: FlagState): FlagChange {
  const differences = [
    onOff(before.on, after.on),
    archiving(before.archived, after.archived),
    simple('value', before.value, after.value),
    simple('constraints', before.constraints, after.constraints),
    serving(before.serves, after.serves),
    rules(before.rules, after.rules),
    targets(before.targets, after.targets),
    simple('off variation', before.offVariation, after.offVariation),
    listed('prerequisite', before.prerequisites, after.prerequisites),
    variations(before.variations, after.variations),
  ].filter((each) => each !== undefined);
  const side = (of: 'before' | 'after') => Object.fromEntries(differences.map((each) => [each.field, each[of]]));
  return { words: differences.flatMap((each) => each.words), before: side('before'), after: side('after') };
}

const longestTitle = 200;

/** `new-checkout: turned on, rollout 20 % → 50 %`; as much of it as a person reads, and how much more there is. */
export function flagTitle(flag: string, words: readonly string[]): string {
  const first = `${flag}: ${words[0] ?? 'changed'}`;
  const told = words.slice(1).reduce(
    (sum, word) => {
      const line = `${sum.line}, ${word}`;
      return sum.left > 0 || line.length > longestTitle ? { ...sum, left: sum.left + 1 } : { line, left: 0 };
    },
    { line: first, left: 0 },
  );
  const line = outsideText(told.line, 280) ?? flag;
  return told.left === 0 ? line : `${line} and ${told.left} more`;
}

/** `serves true`, `rollout 20 %`, `rollout A 80 %, B 20 %` */
export function servesWords(serves: Serves): string {
  return 'variation' in serves
    ? `serves ${serves.variation}`
    : `rollout ${sharesWords(serves.shares, isOnOff(serves))}`;
}

/** `country is one of DE, AT`: with several values only the first few. */
export function conditionWords(attribute: string, operator: string, values: readonly string[]): string {
  const shown = values.slice(0, 3).join(', ');
  const more = values.length > 3 ? ` and ${values.length - 3} more` : '';
  return [attribute, operator, `${shown}${more}`].filter((part) => part !== '').join(' ');
}

/** A value as it is shown: text as it stands, all else as JSON; empty when there is none. */
export function valueWords(value: unknown): string {
  const { held } = outsideJson({ held: value ?? '' });
  return outsideText(typeof held === 'string' ? held : JSON.stringify(held), 500) ?? '';
}

function onOff(before: boolean | undefined, after: boolean | undefined): Difference | undefined {
  if (before === undefined || after === undefined || before === after) return undefined;
  return { words: [after ? 'turned on' : 'turned off'], field: 'on', before, after };
}

function archiving(before: boolean | undefined, after: boolean | undefined): Difference | undefined {
  if (before === undefined || after === undefined || before === after) return undefined;
  return { words: [after ? 'archived' : 'restored from the archive'], field: 'archived', before, after };
}

function simple(field: string, before: string | undefined, after: string | undefined): Difference | undefined {
  if (before === undefined || after === undefined || before === after) return undefined;
  return { words: [`${field} ${fromTo(before, after)}`], field, before, after };
}

/** Of long texts that begin alike, what is shown would look the same. */
function fromTo(before: string, after: string): string {
  const [from, to] = [short(before), short(after)];
  return from === to ? 'changed' : `${from} → ${to}`;
}

function short(value: string): string {
  const line = outsideText(value, 61);
  if (line === undefined) return '(empty)';
  return line.length > 60 ? `${line.slice(0, 59).toWellFormed()}…` : line;
}

function serving(before: Serves | undefined, after: Serves | undefined): Difference | undefined {
  if (before === undefined || after === undefined) return undefined;
  const words = servesChange(before, after, 'default variation');
  if (words === undefined) return undefined;
  return { words: [words], field: 'default', before: servesWords(before), after: servesWords(after) };
}

/** `default variation A → B`, `rollout 20 % → 50 %`; undefined when both serve the same. */
function servesChange(before: Serves, after: Serves, noun: string): string | undefined {
  if ('variation' in before && 'variation' in after) {
    return before.variation === after.variation ? undefined : `${noun} ${before.variation} → ${after.variation}`;
  }
  const onOff = isOnOff(before) && isOnOff(after);
  const [from, to] = [sharesWords(sharesOf(before), onOff), sharesWords(sharesOf(after), onOff)];
  return from === to ? undefined : `rollout ${from} → ${to}`;
}

function sharesOf(serves: Serves): ReadonlyMap<string, number> {
  return 'variation' in serves ? new Map([[serves.variation, 100]]) : serves.shares;
}

function isOnOff(serves: Serves): boolean {
  return [...sharesOf(serves).keys()].every((name) => name === 'true' || name === 'false');
}

function sharesWords(shares: ReadonlyMap<string, number>, onOff: boolean): string {
  if (onOff) return percent(shares.get('true') ?? 0);
  const served = [...shares].filter(([, share]) => share > 0).slice(0, 6);
  return served.length === 0 ? '0 %' : served.map(([name, share]) => `${name} ${percent(share)}`).join(', ');
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 1000} %`;
}

function rules(before: FlagState['rules'], after: FlagState['rules']): Difference | undefined {
  if (before === undefined || after === undefined) return undefined;
  const [had, has] = [byKey(before), byKey(after)];
  const words = [
    ...after.flatMap((rule) => {
      const was = had.get(rule.key);
      return was === undefined ? [`${rule.noun} added${sketched(rule)}`] : ruleChange(was, rule);
    }),
    ...before.filter((rule) => !has.has(rule.key)).map((rule) => `${rule.noun} removed${sketched(rule)}`),
  ];
  const [first] = after;
  if (words.length === 0 && first !== undefined && !isSameOrder(before, after)) words.push(`${first.noun}s reordered`);
  if (words.length === 0) return undefined;
  return { words, field: 'rules', before: before.map(ruleWords), after: after.map(ruleWords) };
}

function byKey(list: readonly FlagRule[]): ReadonlyMap<string, FlagRule> {
  return new Map(list.map((rule) => [rule.key, rule]));
}

function isSameOrder(before: readonly FlagRule[], after: readonly FlagRule[]): boolean {
  return before.length === after.length && before.every((rule, index) => rule.key === after[index]?.key);
}

function ruleChange(before: FlagRule, after: FlagRule): readonly string[] {
  const about = labelOf({ ...after, when: before.when });
  const served = before.serves && after.serves ? servesChange(before.serves, after.serves, 'serves') : undefined;
  const words = [
    onOff(before.on, after.on)?.words[0],
    before.when === after.when ? undefined : `now for ${after.when ?? 'everybody'}`,
    served,
    ...settingsChange(before.settings, after.settings),
  ].filter((word) => word !== undefined);
  return words.map((word) => (about === '' ? word : `${about}: ${word}`));
}

function settingsChange(before: FlagRule['settings'], after: FlagRule['settings']): readonly string[] {
  if (before === undefined || after === undefined) return [];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [from, to] = [before.get(name) ?? '', after.get(name) ?? ''];
    return from === to ? [] : [`${short(name)} ${fromTo(from, to)}`];
  });
}

function labelOf({ noun, name, when }: FlagRule): string {
  if (name !== undefined) return `${noun} “${short(name)}”`;
  return when === undefined ? '' : `${noun} for ${short(when)}`;
}

function sketched(rule: FlagRule): string {
  const sketch = ruleWords(rule);
  return sketch === '' ? '' : ` (${sketch})`;
}

/** `“Beta”, country is one of DE, serves true` */
function ruleWords({ name, when, serves, on }: FlagRule): string {
  const parts = [
    name === undefined ? undefined : `“${short(name)}”`,
    when === undefined ? undefined : (outsideText(when, 120) ?? ''),
    serves === undefined ? undefined : servesWords(serves),
    on === false ? 'turned off' : undefined,
  ];
  return parts.filter((part) => part !== undefined && part !== '').join(', ');
}

function targets(before: FlagState['targets'], after: FlagState['targets']): Difference | undefined {
  if (before === undefined || after === undefined) return undefined;
  const none: ReadonlySet<string> = new Set();
  const words = [...new Set([...after.keys(), ...before.keys()])].flatMap((variation) => {
    const [had, has] = [before.get(variation) ?? none, after.get(variation) ?? none];
    return [
      ...counted(missing(has, had), `added to ${variation}`),
      ...counted(missing(had, has), `removed from ${variation}`),
    ];
  });
  if (words.length === 0) return undefined;
  return { words, field: 'targets', before: sizesOf(before), after: sizesOf(after) };
}

function missing(from: ReadonlySet<string>, other: ReadonlySet<string>): number {
  return [...from].filter((each) => !other.has(each)).length;
}

function counted(count: number, what: string): readonly string[] {
  if (count === 0) return [];
  return [`${count} ${count === 1 ? 'target' : 'targets'} ${what}`];
}

function sizesOf(map: ReadonlyMap<string, ReadonlySet<string>>): Readonly<Record<string, number>> {
  return Object.fromEntries([...map].map(([name, values]) => [name, values.size]));
}

function listed(
  noun: string,
  before: readonly string[] | undefined,
  after: readonly string[] | undefined,
): Difference | undefined {
  if (before === undefined || after === undefined) return undefined;
  const [had, has] = [new Set(before), new Set(after)];
  const words = [
    ...after.filter((each) => !had.has(each)).map((each) => `${noun} ${short(each)} added`),
    ...before.filter((each) => !has.has(each)).map((each) => `${noun} ${short(each)} removed`),
  ];
  return words.length === 0 ? undefined : { words, field: `${noun}s`, before, after };
}

function variations(before: FlagState['variations'], after: FlagState['variations']): Difference | undefined {
  if (before === undefined || after === undefined) return undefined;
  const words = [
    ...[...after].flatMap(([name, value]) => {
      const was = before.get(name);
      if (was === undefined) return [`variation ${short(name)} added`];
      return was === value ? [] : [`variation ${short(name)} ${fromTo(was, value)}`];
    }),
    ...[...before.keys()].filter((name) => !after.has(name)).map((name) => `variation ${short(name)} removed`),
  ];
  if (words.length === 0) return undefined;
  return { words, field: 'variations', before: Object.fromEntries(before), after: Object.fromEntries(after) };
}
