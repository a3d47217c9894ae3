import { outsideText } from '../../domain/outside-text.ts';
import { isObject } from '../reading/json.ts';

type Fields = Readonly<Record<string, unknown>>;

const mostContainers = 30;

/** The container images that a workload, or a patch of one in any of its forms, names. */
export function imagesIn(sent: unknown): readonly string[] {
  if (Array.isArray(sent)) {
    return sent.slice(0, 200).flatMap((operation) => {
      if (!isObject(operation) || typeof operation['path'] !== 'string' || operation['op'] === 'test') return [];
      const { path, value } = operation;
      if (/\/containers\/[^/]+\/image$/.test(path)) return outsideText(value, 500) ?? [];
      if (/\/containers(?:\/[^/]+)?$/.test(path)) return containerImages(Array.isArray(value) ? value : [value]);
      return [];
    });
  }
  const spec = fieldOf(sent, 'spec');
  const template = fieldOf(fieldOf(spec, 'jobTemplate'), 'spec') ?? spec;
  const pod = fieldOf(fieldOf(template, 'template'), 'spec');
  return ['containers', 'initContainers'].flatMap((name) => containerImages(fieldOf(pod, name)));
}

function containerImages(containers: unknown): readonly string[] {
  if (!Array.isArray(containers)) return [];
  return containers.slice(0, mostContainers).flatMap((each) => outsideText(fieldOf(each, 'image'), 500) ?? []);
}

export function replicasIn(sent: unknown): number | undefined {
  if (Array.isArray(sent)) {
    const operation = sent.slice(0, 200).find((each) => fieldOf(each, 'path') === '/spec/replicas');
    return countOf(fieldOf(operation, 'value'));
  }
  return countOf(fieldOf(fieldOf(sent, 'spec'), 'replicas'));
}

/**
 * Whether what is answered shows that its specification is the one from before: a change of it raises `generation` at
 * once, and `observedGeneration` only after that.
 */
export function isUnchanged(answer: unknown): boolean {
  const generation = countOf(fieldOf(fieldOf(answer, 'metadata'), 'generation'));
  return generation !== undefined && generation === countOf(fieldOf(fieldOf(answer, 'status'), 'observedGeneration'));
}

/**
 * What a ConfigMap or Secret holds after this, or what a patch sets in it, by key; null where a key was taken away. Of a
 * Secret the values were concealed before.
 */
export function settingsIn(sent: unknown, secret: boolean): Fields | undefined {
  if (Array.isArray(sent)) return ofOperations(sent, secret);
  const held = ['data', 'stringData', 'binaryData'].flatMap((name) => {
    const fields = fieldOf(sent, name);
    return isObject(fields) ? Object.entries(fields) : [];
  });
  return held.length === 0 ? undefined : Object.fromEntries(held.map(([key, value]) => [key, shown(value, secret)]));
}

function ofOperations(operations: readonly unknown[], secret: boolean): Fields | undefined {
  const held = operations.slice(0, 200).flatMap((operation) => {
    if (!isObject(operation) || typeof operation['path'] !== 'string' || operation['op'] === 'test') return [];
    const [, key] = /^\/(?:data|stringData|binaryData)\/([^/]+)$/.exec(operation['path']) ?? [];
    if (key === undefined) return [];
    const value = operation['op'] === 'remove' ? null : shown(operation['value'], secret);
    return [[key.replaceAll('~1', '/').replaceAll('~0', '~'), value] as const];
  });
  return held.length === 0 ? undefined : Object.fromEntries(held);
}

/** Whole files are in ConfigMaps: the beginning is enough to know them. */
function shown(value: unknown, secret: boolean): unknown {
  if (value === null) return null;
  if (typeof value !== 'string') return '…';
  return secret && !value.startsWith('‹secret') ? '‹secret›' : value.slice(0, 500);
}

function fieldOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
