import type { Fact } from '../../domain/facts/fact.ts';
import { imageFacts, imageName } from '../image-name.ts';
import { type JsonObject, at, fieldsAt, listAt, textAt } from '../json-shape.ts';
import { factValue } from '../secret-facts.ts';
import { type Scope, factOf, objectName, serviceOf, withoutHash } from './object.ts';

const kinds: ReadonlyMap<string, string> = new Map([
  ['Deployment', 'deployment'],
  ['StatefulSet', 'statefulset'],
  ['DaemonSet', 'daemonset'],
  ['CronJob', 'cronjob'],
]);

/**
 * Deployments, stateful sets, daemon sets and cron jobs: images, variables, replicas, requests and limits. The variables
 * of a service's main container go by their own names, as in a dotenv file; those of others have its name in front.
 */
export function workloadFacts(items: readonly JsonObject[], scope: Scope): readonly Fact[] {
  const workloads = items.filter((item) => kinds.has(textAt(item, 'kind') ?? ''));
  const ofService = new Map<string | null, number>();
  for (const workload of workloads) {
    const service = serviceOf(workload, scope);
    ofService.set(service, (ofService.get(service) ?? 0) + 1);
  }
  return workloads.flatMap((workload) => {
    const service = serviceOf(workload, scope);
    const kind = kinds.get(textAt(workload, 'kind') ?? '') ?? '';
    const isMain = ofService.get(service) === 1 || textAt(workload, 'metadata', 'name') === service;
    const name = objectName(kind, workload, scope);
    return [
      ...factOf(service, 'infrastructure', `${name}:replicas`, textAt(workload, 'spec', 'replicas')),
      ...factOf(service, 'infrastructure', `${name}:schedule`, textAt(workload, 'spec', 'schedule')),
      ...containersOf(workload).flatMap(({ container, role }, index) => {
        const place = {
          name,
          container: `${role}${textAt(container, 'name') ?? index}`,
          isMain: isMain && index === 0,
        };
        return containerFacts(container, service, place, scope);
      }),
      ...claimFacts(workload, service, name),
    ];
  });
}

/** The main container first: the one named as the workload is, else the first. */
function containersOf(workload: JsonObject): readonly { readonly container: unknown; readonly role: string }[] {
  const path = textAt(workload, 'kind') === 'CronJob' ? ['spec', 'jobTemplate'] : [];
  const pod = at(workload, ...path, 'spec', 'template', 'spec');
  const names = [textAt(workload, 'metadata', 'name'), serviceOf(workload, { service: null })];
  const main = (container: unknown): number => (names.includes(textAt(container, 'name')) ? 0 : 1);
  return [
    ...listAt(pod, 'containers')
      .toSorted((a, b) => main(a) - main(b))
      .map((container) => ({ container, role: '' })),
    ...listAt(pod, 'initContainers').map((container) => ({ container, role: 'init-' })),
  ];
}

interface Place {
  readonly name: string;
  readonly container: string;
  readonly isMain: boolean;
}

function containerFacts(container: unknown, service: string | null, place: Place, scope: Scope): readonly Fact[] {
  const image = textAt(container, 'image');
  const path = `${place.name}/${place.container}`;
  const limits = (['requests', 'limits'] as const).flatMap((which) =>
    fieldsAt(container, 'resources', which).flatMap(([resource, amount]) =>
      factOf(service, 'infrastructure', `${path}:${which}.${resource}`, textAt({ amount }, 'amount')),
    ),
  );
  return [
    ...(image === null ? [] : imageFacts(service, path, image)),
    ...limits,
    ...variables(container).map(([variable, value]): Fact => ({
      service,
      facet: 'env',
      key: place.isMain ? variable : `${path}:${variable}`,
      value: typeof value === 'string' ? factValue(variable, value, scope.digest) : value.reference,
    })),
  ];
}

type Variable = readonly [string, string | { readonly reference: string }];

/** What comes from elsewhere is told by where it comes from. The last of a name counts. */
function variables(container: unknown): readonly Variable[] {
  const found = new Map<string, string | { readonly reference: string }>();
  for (const from of listAt(container, 'envFrom')) {
    const reference =
      referenceTo('configmap', at(from, 'configMapRef')) ?? referenceTo('secret', at(from, 'secretRef'));
    if (reference !== null) found.set(`${textAt(from, 'prefix') ?? ''}*(${reference})`, { reference });
  }
  for (const each of listAt(container, 'env')) {
    const name = textAt(each, 'name');
    if (name === null) continue;
    const from = at(each, 'valueFrom');
    found.set(name, from === undefined ? (textAt(each, 'value') ?? '') : { reference: sourceOf(from) });
  }
  return [...found];
}

function sourceOf(from: unknown): string {
  const field = textAt(from, 'fieldRef', 'fieldPath');
  const resource = textAt(from, 'resourceFieldRef', 'resource');
  return (
    referenceTo('secret', at(from, 'secretKeyRef')) ??
    referenceTo('configmap', at(from, 'configMapKeyRef')) ??
    (field !== null ? `field ${field}` : resource !== null ? `resource ${resource}` : 'from elsewhere')
  );
}

/** `secret/checkout:password` */
function referenceTo(kind: string, reference: unknown): string | null {
  const name = textAt(reference, 'name');
  if (name === null) return null;
  const key = textAt(reference, 'key');
  return `from ${kind}/${withoutHash(name)}${key === null ? '' : `:${key}`}`;
}

function claimFacts(workload: JsonObject, service: string | null, name: string): readonly Fact[] {
  return listAt(workload, 'spec', 'volumeClaimTemplates').flatMap((claim, index) => {
    const key = `${name}/${textAt(claim, 'metadata', 'name') ?? index}`;
    const storage = textAt(claim, 'spec', 'resources', 'requests', 'storage');
    return [
      ...factOf(service, 'infrastructure', `${key}:storage`, storage),
      ...factOf(service, 'infrastructure', `${key}:storage-class`, textAt(claim, 'spec', 'storageClassName')),
    ];
  });
}

/** What really runs: the images of running pods, told of all pods of a service together. */
export function podFacts(items: readonly JsonObject[], scope: Scope): readonly Fact[] {
  const running = items.filter(
    (item) => textAt(item, 'kind') === 'Pod' && textAt(item, 'status', 'phase') === 'Running',
  );
  return running.flatMap((pod) => {
    const owner = textAt(listAt(pod, 'metadata', 'ownerReferences')[0], 'name')?.replace(/-[a-z0-9]{8,10}$/, '');
    const labelled = serviceOf({ ...pod, metadata: { labels: at(pod, 'metadata', 'labels') } }, scope);
    const service = labelled ?? owner ?? textAt(pod, 'metadata', 'name');
    return listAt(pod, 'status', 'containerStatuses').flatMap((status) => {
      const [image, pulled] = [textAt(status, 'image'), textAt(status, 'imageID')];
      const digest = pulled === null ? null : imageName(pulled).digest;
      if (image === null) return [];
      const named = image.includes('@') || digest === null ? image : `${image}@${digest}`;
      return imageFacts(service, `pods/${textAt(status, 'name') ?? 'container'}`, named);
    });
  });
}
