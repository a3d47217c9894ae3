import { createHash } from 'node:crypto';

/** Parts whose entries are told one by one: `services.checkout`. */
const named: ReadonlySet<string> = new Set(['services', 'environments']);

/**
 * A digest of each part of the settings, by its name. What means the same has the same digest, however it is written:
 * comments, order of keys and line breaks make no difference.
 */
export function settingsParts(settings: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const parts = Object.entries(settings).flatMap(([name, value]) =>
    named.has(name) && isRecord(value)
      ? Object.entries(value).map(([entry, each]) => [`${name}.${entry}`, digest(each)] as const)
      : value === undefined
        ? []
        : [[name, digest(value)] as const],
  );
  return Object.fromEntries(parts.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** One digest for all. */
export function settingsHash(parts: Readonly<Record<string, string>>): string {
  return digest(parts);
}

/** The names of parts that are not as they were, came, or went. */
export function changedParts(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).toSorted();
}

function digest(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(inOrder(value)))
    .digest('hex');
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, inOrder(each)]),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
