import { type JsonObject, isObject } from '../json-shape.ts';

/** A step into a value: the name of an attribute, or the index of a list. */
export type Step = string | number;

export interface Resource {
  /** `module.network.aws_instance.web["a"]` */
  readonly address: string;
  readonly type: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly isSensitive: (path: readonly Step[]) => boolean;
}

export interface Known {
  /** Of the program that wrote it. */
  readonly version: string | null;
  readonly resources: readonly Resource[];
  /** Null: of a plan, whose state before has them as they will be. */
  readonly outputs: readonly { readonly name: string; readonly value: unknown; readonly isSensitive: boolean }[] | null;
}

/**
 * What is managed, without data sources, which are what was looked up, and objects that wait to be destroyed. Of a plan
 * its state before. Undefined: neither of the formats.
 */
export function resourcesIn(json: JsonObject): Known | undefined {
  const version = typeof json['terraform_version'] === 'string' ? json['terraform_version'] : null;
  if (json['version'] === 4 && Array.isArray(json['resources'])) {
    return {
      version,
      resources: objectsIn(json['resources']).flatMap((resource) => instancesOf(resource)),
      outputs: outputsIn(json['outputs']),
    };
  }
  if (typeof json['format_version'] !== 'string') return undefined;
  const isPlan = 'resource_changes' in json || 'planned_values' in json;
  const state = isPlan ? json['prior_state'] : json;
  const values = isObject(state) ? state['values'] : undefined;
  // Of nothing applied yet: there is no prior state, and `show -json` has no values.
  if (!isObject(values)) return { version, resources: [], outputs: isPlan ? null : [] };
  return {
    version,
    resources: inModule(values['root_module'], 0),
    outputs: isPlan ? null : outputsIn(values['outputs']),
  };
}

function objectsIn(list: unknown): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter((item) => isObject(item)) : [];
}

function outputsIn(outputs: unknown): NonNullable<Known['outputs']> {
  return Object.entries(isObject(outputs) ? outputs : {}).flatMap(([name, output]) =>
    isObject(output) ? [{ name, value: output['value'], isSensitive: output['sensitive'] === true }] : [],
  );
}

/** Of a state: https://developer.hashicorp.com/terraform/internals/json-format says that it is nobody's interface. */
function instancesOf(resource: JsonObject): readonly Resource[] {
  const { mode, type, name, module, instances } = resource;
  if (mode !== 'managed' || typeof type !== 'string' || typeof name !== 'string') return [];
  const base = `${typeof module === 'string' ? `${module}.` : ''}${type}.${name}`;
  return objectsIn(instances)
    .filter((instance) => !('deposed' in instance))
    .map((instance) => {
      const index = instance['index_key'];
      const hidden = (Array.isArray(instance['sensitive_attributes']) ? instance['sensitive_attributes'] : []).map(
        (path) => objectsIn(path).map((step) => stepOf(step['value'])),
      );
      return {
        address: index === undefined || index === null ? base : `${base}[${JSON.stringify(index)}]`,
        type,
        values: Object.fromEntries(
          Object.entries(isObject(instance['attributes']) ? instance['attributes'] : {}).map(([attribute, value]) => [
            attribute,
            withoutType(value),
          ]),
        ),
        isSensitive: (path) => hidden.some((steps) => steps.every((step, at) => step === path[at])),
      };
    });
}

/** What may be of any type is written beside its type: `{"value": "10.0.0.0/24", "type": "string"}`. */
function withoutType(value: unknown): unknown {
  if (!isObject(value) || Object.keys(value).length !== 2 || !('value' in value)) return value;
  const { type } = value;
  const isType =
    (typeof type === 'string' && plainTypes.has(type)) ||
    (Array.isArray(type) && type.length === 2 && composedTypes.has(String(type[0])));
  return isType ? value['value'] : value;
}

const plainTypes = new Set(['string', 'number', 'bool', 'dynamic']);
const composedTypes = new Set(['object', 'map', 'list', 'set', 'tuple']);

/** An index is written as `{"value": 0, "type": "number"}`. */
function stepOf(step: unknown): Step {
  const told = isObject(step) ? step['value'] : step;
  return typeof told === 'number' ? told : String(told);
}

const deepest = 50;

function inModule(module: unknown, depth: number): readonly Resource[] {
  if (!isObject(module) || depth > deepest) return [];
  const prefix = typeof module['address'] === 'string' && module['address'] !== '' ? `${module['address']}.` : '';
  const own = objectsIn(module['resources']).flatMap((resource): Resource[] => {
    const { mode, address, type, values, sensitive_values: hidden } = resource;
    if (mode !== 'managed' || typeof address !== 'string' || typeof type !== 'string') return [];
    if ('deposed_key' in resource) return [];
    // Terraform before 0.13 wrote the address without it, and without the module.
    const index = resource['index'];
    const isWhole = index === undefined || index === null || address.endsWith(']');
    const inside = prefix === '' || address.startsWith(prefix) ? address : `${prefix}${address}`;
    const place = isWhole ? inside : `${inside}[${JSON.stringify(index)}]`;
    return [
      { address: place, type, values: isObject(values) ? values : {}, isSensitive: (path) => isMarked(hidden, path) },
    ];
  });
  return [...own, ...objectsIn(module['child_modules']).flatMap((child) => inModule(child, depth + 1))];
}

/** The marks have the shape of the values, with true in place of all that is sensitive. */
function isMarked(marks: unknown, path: readonly Step[]): boolean {
  if (marks === true) return true;
  const [step, ...rest] = path;
  if (step === undefined || typeof marks !== 'object' || marks === null) return false;
  return Object.hasOwn(marks, step) && isMarked(Reflect.get(marks, step), rest);
}
