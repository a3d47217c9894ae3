import { createHash } from 'node:crypto';
import type { Kind } from '../../domain/change.ts';
import type { Actor, Statement, TimelineEvent } from '../../domain/event.ts';
import { outsideJson, outsideText } from '../../domain/outside-text.ts';
import { repetitionOf } from '../../domain/repetition.ts';
import { environmentNamed, environmentTold, serviceIn } from '../reading/cluster-place.ts';
import { defined } from '../reading/defined.ts';
import { imageMentions, versionOfImages } from '../reading/image.ts';
import { isObject } from '../reading/json.ts';
import type { ReaderContext } from '../reading/reader.ts';
import { actorName, isByHand, noiseIn } from './noise.ts';
import { imagesIn, isUnchanged, replicasIn, settingsIn } from './object.ts';
import { type Request, ways } from './request.ts';

export type Said =
  | { readonly outcome: 'event'; readonly event: TimelineEvent }
  | { readonly outcome: 'ignored'; readonly reason: string };

const workloads = new Set(['deployments', 'statefulsets', 'daemonsets', 'cronjobs', 'rollouts', 'deploymentconfigs']);

/** Names of kinds by resource, where adding an `s` does not make one of the other. */
const kinds: ReadonlyMap<string, string> = new Map(
  (
    'Deployment StatefulSet DaemonSet CronJob Job Pod Service Ingress ConfigMap Secret Namespace Node Role RoleBinding ' +
    'ClusterRole ClusterRoleBinding ServiceAccount NetworkPolicy HorizontalPodAutoscaler PodDisruptionBudget ' +
    'PersistentVolumeClaim PersistentVolume StorageClass ResourceQuota LimitRange PriorityClass CustomResourceDefinition ' +
    'ValidatingWebhookConfiguration MutatingWebhookConfiguration APIService Rollout Application'
  )
    .split(' ')
    .map((kind) => [plural(kind), kind]),
);

function plural(kind: string): string {
  const word = kind.toLowerCase();
  if (word.endsWith('y')) return `${word.slice(0, -1)}ies`;
  return word.endsWith('s') ? `${word}es` : `${word}s`;
}

const verbs: ReadonlyMap<string, string> = new Map([
  ['create', 'created'],
  ['update', 'changed'],
  ['patch', 'changed'],
  ['delete', 'deleted'],
]);

interface What {
  readonly kind: Kind;
  readonly title?: string;
  readonly more?: Partial<Statement>;
  readonly images?: readonly string[];
}

/** A request that somebody made, as a change. Its answer was already looked at: it was granted. */
export function changeOf(request: Request, { receivedAt, catalog }: ReaderContext): Said {
  const noise = noiseIn(request);
  if (noise !== undefined) return { outcome: 'ignored', reason: noise };
  const what = whatOf(request);
  if (what === undefined) return { outcome: 'ignored', reason: 'what changes nothing that runs' };
  const at = request.at ?? receivedAt;
  const occurredAt = at.toISOString();
  const who = actorName(request);
  const metadata = metadataIn(request);
  const object = [request.group, request.resource, request.subresource, request.namespace, request.name];
  const content = digestOf([what.more ?? null, what.images ?? null]);
  const statement: Statement = {
    key: `kubernetes-audit:${request.id ?? digestOf([object, request.verb, who ?? '', content, occurredAt])}`,
    source: 'kubernetes-audit',
    occurredAt,
    clock: request.at === undefined ? 'received' : 'source',
    phase: 'happened',
    kind: what.kind,
    ...defined({
      title: outsideText(what.title, 300),
      environmentName:
        request.environment ??
        environmentTold(metadata) ??
        environmentNamed([request.cluster, request.namespace, request.name], catalog),
      serviceName: serviceOf(request, metadata, catalog),
      actor: who === undefined ? undefined : actorOf(who),
      traits: isByHand(request) ? (['by-hand'] as const) : undefined,
    }),
    ...what.more,
    ...detailsOf(request, what),
  };
  // Whoever changes the same all day, as tools do, has changed one thing, whatever it was set to. Another image is
  // another deploy.
  const same = digestOf([
    request.cluster ?? '',
    statement.environmentName ?? '',
    object,
    request.verb,
    what.kind,
    who ?? '',
    what.images ?? null,
  ]);
  const identity = repetitionOf('kubernetes-audit', [same, labelOf(request)], occurredAt);
  return { outcome: 'event', event: { statement, identities: [identity], mentions: imageMentions(what.images ?? []) } };
}

function whatOf(request: Request): What | undefined {
  const { resource, subresource, verb, sent, answer } = request;
  const label = labelOf(request);
  if (subresource !== undefined && ways.has(subresource))
    return { kind: 'maintenance', title: wayInto(subresource, label) };
  if (subresource === 'ephemeralcontainers') return { kind: 'maintenance', title: `debug container put into ${label}` };
  if (subresource === 'eviction') return { kind: 'maintenance', title: `${label} evicted` };
  if (subresource === 'scale') return scaled(request, label);
  const title = verb === 'deletecollection' ? `all ${plainOf(request)} deleted` : `${label} ${verbs.get(verb) ?? verb}`;
  if (workloads.has(resource) && verb !== 'delete' && verb !== 'deletecollection') {
    if (verb !== 'create' && isUnchanged(answer)) return undefined;
    return workload(request, label, title);
  }
  if (resource === 'configmaps' || resource === 'secrets') {
    return { kind: 'config', title, more: settings(settingsIn(sent, resource === 'secrets')) };
  }
  return { kind: resource === 'pods' || resource === 'jobs' ? 'maintenance' : 'infrastructure', title };
}

/** What names a container image in it deploys; what does not, changes how it runs. */
function workload({ verb, sent, answer, name }: Request, label: string, title: string): What {
  const images = imagesIn(sent);
  if (images.length > 0) {
    return { kind: 'deploy', images, more: defined({ to: versionOfImages(images, name ?? '') }) };
  }
  const replicas = replicasIn(sent);
  if (replicas !== undefined && verb === 'patch')
    return { kind: 'config', title: `${label} scaled to ${replicas}`, more: settings({ replicas }) };
  if (isRestart(sent)) return { kind: 'maintenance', title: `${label} restarted` };
  return { kind: verb === 'create' && answer === undefined ? 'infrastructure' : 'config', title };
}

function scaled({ sent, answer }: Request, label: string): What {
  const replicas = replicasIn(sent) ?? replicasIn(answer);
  if (replicas === undefined) return { kind: 'config', title: `${label} scaled` };
  return { kind: 'config', title: `${label} scaled to ${replicas}`, more: settings({ replicas }) };
}

function settings(after: Readonly<Record<string, unknown>> | undefined): Partial<Statement> {
  return after === undefined || Object.keys(after).length === 0 ? {} : { after: outsideJson(after) };
}

/** `kubectl rollout restart` only writes down the time. */
function isRestart(sent: unknown): boolean {
  return JSON.stringify(sent ?? null)
    .slice(0, 2000)
    .includes('kubectl.kubernetes.io/restartedAt');
}

function wayInto(subresource: string, label: string): string {
  if (subresource === 'portforward') return `port forwarded to ${label}`;
  return subresource === 'attach' ? `attached to ${label}` : `command run in ${label}`;
}

/** `Deployment checkout in shop` */
function labelOf({ resource, namespace, name, sent }: Request): string {
  const kind = kinds.get(resource) ?? kindIn(sent) ?? resource;
  return [kind, name, namespace === undefined ? undefined : `in ${namespace}`]
    .filter((part) => part !== undefined)
    .join(' ');
}

function plainOf({ resource, namespace }: Request): string {
  return namespace === undefined ? resource : `${resource} in ${namespace}`;
}

function kindIn(sent: unknown): string | undefined {
  const kind = isObject(sent) ? sent['kind'] : undefined;
  return typeof kind === 'string' && /^[A-Z]\w{1,60}$/.test(kind) && kind !== 'DeleteOptions' ? kind : undefined;
}

interface Metadata {
  readonly labels?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

function metadataIn({ sent, answer }: Request): Metadata {
  const found = [sent, answer].flatMap((each) =>
    isObject(each) && isObject(each['metadata']) ? [each['metadata']] : [],
  );
  const labels = found.map((each) => each['labels']).find(isObject);
  const annotations = found.map((each) => each['annotations']).find(isObject);
  return defined({ labels, annotations });
}

/** A pod is of a service where the settings know the workload that its name begins with. */
function serviceOf(
  { resource, name }: Request,
  metadata: Metadata,
  catalog: ReaderContext['catalog'],
): string | undefined {
  if (name === undefined) return undefined;
  if (workloads.has(resource)) return serviceIn(metadata, name, catalog);
  const workloadName = resource === 'pods' ? name.replace(/(?:-[a-f0-9]{6,10})?-[a-z0-9]{5}$|-\d{1,4}$/, '') : name;
  const service = serviceIn(metadata, workloadName, catalog);
  const isKnown = catalog.services.some((each) =>
    [each.name, ...each.aliases].some((own) => own.toLowerCase() === service.toLowerCase()),
  );
  return isKnown || service !== workloadName ? service : undefined;
}

function actorOf(who: string): Actor {
  return /^[^@\s:]+@[^@\s:]+\.[^@\s:]+$/.test(who) ? { email: who } : { login: who };
}

function detailsOf(request: Request, { kind, images = [] }: What) {
  const { username, impersonated, cluster } = request;
  const who = actorName(request);
  const details = defined({
    object: kind === 'deploy' ? labelOf(request) : undefined,
    cluster,
    images: images.length > 1 ? images.slice(0, 20) : undefined,
    as: impersonated === who ? undefined : impersonated,
    by: username === who ? undefined : username,
  });
  return Object.keys(details).length === 0 ? {} : { details };
}

function digestOf(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
