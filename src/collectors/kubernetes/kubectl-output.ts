import { type JsonObject, at, isObject, listAt, textAt } from '../json-shape.ts';
import { parseJson } from '../parse-structured.ts';

export type KubectlOutput =
  | { readonly outcome: 'read'; readonly items: readonly JsonObject[]; readonly notSeen: readonly string[] }
  | { readonly outcome: 'unreadable'; readonly line: number | null; readonly reason: string };

/**
 * What `kubectl get … -o json` writes: a list, lists in lists, one object, or the error in place of one. With `2>&1` also
 * what it complains of around the JSON: that something may not be looked at is no proof that it is not
 * there. `unnamed`: the kind of objects that do not say theirs.
 */
export function readKubectl(text: string, unnamed: string | null = null): KubectlOutput {
  const lines = text.split('\n');
  const begin = lines.findIndex((line) => /^\s*[{[]/.test(line));
  const last = lines.findLastIndex((line) => /^[}\]]|[}\]]\s*$/.test(line));
  const end = last < begin ? lines.length - 1 : last;
  const around = begin < 0 ? lines : [...lines.slice(0, begin), ...lines.slice(end + 1)];
  const complaints = around
    .filter((line) => /^(?:Error|error|Unable to connect)\b/.test(line))
    .map((line) => complaintOf(line));
  if (begin < 0) {
    if (complaints.length > 0) return { outcome: 'read', items: [], notSeen: complaints };
    return { outcome: 'unreadable', line: null, reason: 'this is not what `kubectl get -o json` writes' };
  }
  const read = parseJson(lines.slice(begin, end + 1).join('\n'));
  if (read.outcome === 'unreadable') return { ...read, line: read.line === null ? null : read.line + begin };
  const items: JsonObject[] = [];
  const notSeen = [...complaints];
  if (!gather(read.value, unnamed, { items, notSeen })) {
    return { outcome: 'unreadable', line: begin + 1, reason: 'this is not what `kubectl get -o json` writes' };
  }
  return { outcome: 'read', items, notSeen };
}

interface Gathered {
  readonly items: JsonObject[];
  readonly notSeen: string[];
}

/** False: something in it is no object of Kubernetes. */
function gather(value: unknown, unnamed: string | null, gathered: Gathered, depth = 0): boolean {
  if (depth > 20) return false;
  if (Array.isArray(value)) return value.every((item) => gather(item, unnamed, gathered, depth + 1));
  const kind = textAt(value, 'kind') ?? (isObject(at(value, 'metadata')) ? unnamed : null);
  if (!isObject(value) || kind === null) return false;
  if (kind === 'Status') {
    const message = textAt(value, 'message') ?? textAt(value, 'reason');
    gathered.notSeen.push(complaintOf(message ?? 'an error in place of an object'));
    return true;
  }
  // `SecretList` and the like are what the API itself answers: their items do not say what they are.
  if (kind.endsWith('List') && Array.isArray(at(value, 'items'))) {
    const each = kind === 'List' ? unnamed : kind.slice(0, -'List'.length);
    return listAt(value, 'items').every((item) => gather(item, each, gathered, depth + 1));
  }
  gathered.items.push({ ...value, kind });
  return true;
}

/** `secrets in namespace payments: forbidden` */
function complaintOf(line: string): string {
  const [, resource] = /([\w.-]+) (?:"[^"]*" )?is forbidden/.exec(line) ?? [];
  const [, namespace] = /in the namespace "([^"]*)"/.exec(line) ?? [];
  if (resource !== undefined)
    return `${resource}${namespace === undefined ? '' : ` of namespace ${namespace}`}: forbidden`;
  return line.slice(0, 200);
}
