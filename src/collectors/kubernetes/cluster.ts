import type { Fact } from '../../domain/facts/fact.ts';
import { type JsonObject, listAt, textAt } from '../json-shape.ts';
import { type Scope, factOf, objectName, serviceOf } from './object.ts';

/** What nodes are compared by. Two clusters never have the same nodes: told is what they are like, each way once. */
const ofNodes: readonly (readonly [Fact['facet'], string, (node: JsonObject) => string | null])[] = [
  ['infrastructure', 'architecture', (node) => textAt(node, 'status', 'nodeInfo', 'architecture')],
  ['infrastructure', 'cpu', (node) => textAt(node, 'status', 'capacity', 'cpu')],
  ['infrastructure', 'memory', (node) => gibibytes(textAt(node, 'status', 'capacity', 'memory'))],
  ['infrastructure', 'storage', (node) => gibibytes(textAt(node, 'status', 'capacity', 'ephemeral-storage'))],
  ['infrastructure', 'instance-type', (node) => textAt(node, 'metadata', 'labels', 'node.kubernetes.io/instance-type')],
  ['infrastructure', 'os', (node) => textAt(node, 'status', 'nodeInfo', 'operatingSystem')],
  ['runtime', 'os-image', (node) => textAt(node, 'status', 'nodeInfo', 'osImage')],
  ['runtime', 'kernel', (node) => textAt(node, 'status', 'nodeInfo', 'kernelVersion')],
  ['runtime', 'kubelet', (node) => textAt(node, 'status', 'nodeInfo', 'kubeletVersion')],
  ['runtime', 'container-runtime', (node) => textAt(node, 'status', 'nodeInfo', 'containerRuntimeVersion')],
];

export function nodeFacts(items: readonly JsonObject[]): readonly Fact[] {
  const nodes = items.filter((item) => textAt(item, 'kind') === 'Node');
  if (nodes.length === 0) return [];
  const kinds = ofNodes.flatMap(([facet, name, read]) => {
    const values = [...new Set(nodes.map(read).filter((value) => value !== null))].toSorted();
    const [only] = values;
    return only === undefined ? [] : factOf(null, facet, `nodes:${name}`, values.length === 1 ? only : values);
  });
  return [...factOf(null, 'infrastructure', 'nodes:count', nodes.length), ...kinds];
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  K: 1e3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
};

/** Rounded to half a GiB: machines of one type differ by some kilobytes. Unknown units stay as they are. */
function gibibytes(text: string | null): string | null {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text ?? '') ?? [];
  const factor = units[unit];
  if (digits === undefined || factor === undefined) return text;
  return `${Math.round((Number(digits) * factor * 2) / 2 ** 30) / 2}Gi`;
}

/** Claims by their names; volumes by the claim that has them, for their own names are made up. */
export function storageFacts(items: readonly JsonObject[], scope: Scope): readonly Fact[] {
  return items.flatMap((item) => {
    const kind = textAt(item, 'kind');
    if (kind === 'PersistentVolumeClaim') {
      const name = objectName('pvc', item, scope);
      const size =
        textAt(item, 'status', 'capacity', 'storage') ?? textAt(item, 'spec', 'resources', 'requests', 'storage');
      return [
        ...factOf(scope.service, 'infrastructure', `${name}:storage`, size),
        ...factOf(scope.service, 'infrastructure', `${name}:storage-class`, textAt(item, 'spec', 'storageClassName')),
        ...factOf(scope.service, 'infrastructure', `${name}:access`, texts(item, 'spec', 'accessModes')),
      ];
    }
    const claim = textAt(item, 'spec', 'claimRef', 'name');
    if (kind !== 'PersistentVolume' || claim === null) return [];
    const namespace = scope.manyNamespaces ? textAt(item, 'spec', 'claimRef', 'namespace') : null;
    const name = ['pv', ...(namespace === null ? [] : [namespace]), claim].join('/');
    return [
      ...factOf(scope.service, 'infrastructure', `${name}:storage`, textAt(item, 'spec', 'capacity', 'storage')),
      ...factOf(
        scope.service,
        'infrastructure',
        `${name}:reclaim`,
        textAt(item, 'spec', 'persistentVolumeReclaimPolicy'),
      ),
    ];
  });
}

/** Type and ports; the addresses are each cluster's own. */
export function serviceObjectFacts(items: readonly JsonObject[], scope: Scope): readonly Fact[] {
  return items
    .filter((item) => textAt(item, 'kind') === 'Service')
    .flatMap((item) => {
      const name = objectName('service', item, scope);
      const service = serviceOf(item, scope);
      const ports = listAt(item, 'spec', 'ports').map((port) => {
        const [number, target] = [textAt(port, 'port'), textAt(port, 'targetPort')];
        return `${number ?? '?'}→${target ?? number ?? '?'}/${textAt(port, 'protocol') ?? 'TCP'}`;
      });
      return [
        ...factOf(service, 'network', `${name}:type`, textAt(item, 'spec', 'type')),
        ...factOf(service, 'network', `${name}:ports`, ports.toSorted()),
      ];
    });
}

function texts(item: JsonObject, ...path: readonly string[]): readonly string[] {
  return listAt(item, ...path)
    .filter((each) => typeof each === 'string')
    .toSorted();
}
