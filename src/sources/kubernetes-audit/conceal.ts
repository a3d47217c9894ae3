import { type Conceal, allConcealed } from '../../domain/secrets.ts';
import { isObject, parseJson } from '../reading/json.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * What a request about Secrets says or is answered, without their values. A patch does not say what it is about, so
 * that only the request around it shows; everybody's rules conceal whole Secrets wherever they stand.
 */
export function concealAudit(body: unknown, conceal: Conceal): unknown {
  return within(body, conceal, 0);
}

/** A list of records, each with a text, in which is an event, is half of it. */
const deepest = 10;

function within(value: unknown, conceal: Conceal, depth: number): unknown {
  if (depth > deepest) return value;
  if (Array.isArray(value)) return mapped(value, (item) => within(item, conceal, depth + 1));
  if (typeof value === 'string') return textOf(value, conceal, depth);
  if (!isObject(value)) return value;
  if (isAboutSecrets(value)) {
    return changed(value, ['requestObject', 'responseObject', 'request', 'response'], (held) =>
      object(held, conceal, 0),
    );
  }
  return changed(value, ['items', 'records', 'properties', 'log', 'logEvents', 'message', 'protoPayload'], (held) =>
    within(held, conceal, depth + 1),
  );
}

function textOf(text: string, conceal: Conceal, depth: number): string {
  if (!text.startsWith('{') || !/secrets/i.test(text)) return text;
  const held = parseJson(text);
  if (held === undefined) return text;
  const left = within(held, conceal, depth + 1);
  return left === held ? text : JSON.stringify(left);
}

function isAboutSecrets(event: Fields): boolean {
  const { objectRef, methodName } = event;
  if (isObject(objectRef)) return typeof objectRef['resource'] === 'string' && /^secrets$/i.test(objectRef['resource']);
  return typeof methodName === 'string' && /\.secrets\./i.test(methodName);
}

/** What names a Secret and says nothing of what it holds. */
const plain = new Set(['kind', 'apiVersion', 'type', '@type', 'op', 'path', 'from', 'immutable']);
const plainMetadata = new Set(['name', 'namespace', 'uid', 'labels', 'creationTimestamp', 'resourceVersion']);

/** A Secret, a list of them, a patch of one in any of its forms, or what is answered instead. */
function object(value: unknown, conceal: Conceal, depth: number): unknown {
  if (Array.isArray(value)) return value.map((item) => object(item, conceal, depth + 1));
  if (depth > deepest) return null;
  if (!isObject(value)) return allConcealed(value, conceal);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]): [string, unknown][] => {
      if (plain.has(name) && typeof field !== 'object') return [[name, field]];
      if (name === 'items' && Array.isArray(field)) return [[name, object(field, conceal, depth + 1)]];
      if (name === 'metadata' && isObject(field)) {
        return [[name, Object.fromEntries(Object.entries(field).filter(([key]) => plainMetadata.has(key)))]];
      }
      return [[name, isShallow(field, 10) ? allConcealed(field, conceal) : null]];
    }),
  );
}

/** What is deeper than any Secret is left out. */
function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((each) => isShallow(each, levels - 1));
}

/** The same object when nothing was changed. */
function changed(value: Fields, names: readonly string[], change: (held: unknown) => unknown): Fields {
  const fields = names.flatMap((name): [string, unknown][] => {
    if (!(name in value)) return [];
    const left = change(value[name]);
    return left === value[name] ? [] : [[name, left]];
  });
  return fields.length === 0 ? value : { ...value, ...Object.fromEntries(fields) };
}

function mapped(values: readonly unknown[], change: (held: unknown) => unknown): readonly unknown[] {
  const left = values.map(change);
  return left.some((each, index) => each !== values[index]) ? left : values;
}
