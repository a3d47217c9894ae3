/** Tells of one problem: a JSON pointer into the payload, and a sentence without its place. */
export type Report = (at: string, problem: string) => void;

/** Looks at one value and reports what Slack would refuse. */
export type Rule = (value: unknown, at: string, report: Report) => void;

export type Fields = Readonly<Record<string, unknown>>;

interface Optional {
  readonly optional: Rule;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** Lengths are UTF-16 code units: never fewer than Slack counts. */
export function text(max: number, min = 1): Rule {
  return (value, at, report) => {
    if (typeof value !== 'string') return report(at, 'must be text');
    if (value.length < min) return report(at, 'must not be empty');
    if (value.length > max)
      report(at, `has ${counted(value.length, 'character')}, at most ${max.toLocaleString('en')} are allowed`);
    if (!value.isWellFormed()) report(at, 'holds half a character (a lone surrogate)');
  };
}

export function url(max: number): Rule {
  const length = text(max);
  return (value, at, report) => {
    length(value, at, report);
    if (typeof value === 'string' && !URL.canParse(value)) report(at, 'is not a URL');
  };
}

export function number(min = -Infinity, max = Infinity): Rule {
  return (value, at, report) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return report(at, 'must be a number');
    if (value < min || value > max) report(at, `is ${value}, allowed is ${min} to ${max}`);
  };
}

export const flag: Rule = (value, at, report) => {
  if (typeof value !== 'boolean') report(at, 'must be true or false');
};

/** Where Slack documents a field and this validator has no limit to check. */
export const anything: Rule = () => {};

export function choice(...allowed: readonly string[]): Rule {
  return (value, at, report) => {
    if (typeof value !== 'string' || !allowed.includes(value)) report(at, `must be one of ${allowed.join(', ')}`);
  };
}

export function list(each: Rule, min: number, max: number): Rule {
  return (value, at, report) => {
    if (!Array.isArray(value)) return report(at, 'must be a list');
    if (value.length < min) report(at, `has ${counted(value.length, 'item')}, at least ${min} are needed`);
    if (value.length > max) report(at, `has ${counted(value.length, 'item')}, at most ${max} are allowed`);
    for (const [index, item] of value.entries()) each(item, `${at}/${index}`, report);
  };
}

export function optional(rule: Rule): Optional {
  return { optional: rule };
}

/** Unknown fields are refused, as Slack does. `also` sees only values that are objects. */
export function object(
  fields: Readonly<Record<string, Rule | Optional>>,
  also?: (value: Fields, at: string, report: Report) => void,
): Rule {
  return (value, at, report) => {
    if (!isFields(value)) return report(at, 'must be an object');
    for (const [name, field] of Object.entries(fields)) {
      const given = value[name];
      if (typeof field === 'function') {
        if (given === undefined) report(`${at}/${name}`, 'is missing');
        else field(given, `${at}/${name}`, report);
      } else if (given !== undefined) field.optional(given, `${at}/${name}`, report);
    }
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(fields, name)) report(`${at}/${pointerToken(name)}`, 'is not a field that Slack knows here');
    }
    also?.(value, at, report);
  };
}

/** Chooses the rule by the object's `type`. `what` names the family in the problem: `block`, `element`. */
export function byType(what: string, rules: Readonly<Record<string, Rule>>, allowed?: readonly string[]): Rule {
  return (value, at, report) => {
    if (!isFields(value)) return report(at, 'must be an object');
    const type = value['type'];
    const rule = typeof type === 'string' && Object.hasOwn(rules, type) ? rules[type] : undefined;
    if (rule === undefined)
      return report(`${at}/type`, `${JSON.stringify(type)} is not a ${what} type that Slack knows`);
    if (allowed !== undefined && !allowed.includes(String(type)))
      report(`${at}/type`, `${String(type)} is not allowed here`);
    rule(value, at, report);
  };
}

/** Exactly one of these fields must be there. */
export function exactlyOne(names: readonly string[]): (value: Fields, at: string, report: Report) => void {
  return (value, at, report) => {
    const given = names.filter((name) => value[name] !== undefined);
    if (given.length !== 1) report(at, `must have exactly one of ${names.join(', ')}`);
  };
}

export function pointerToken(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
