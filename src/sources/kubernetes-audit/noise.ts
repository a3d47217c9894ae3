import { type Request, ways } from './request.ts';

/** What the machinery keeps for itself. */
const bookkeeping = new Set([
  'bindings',
  'componentstatuses',
  'controllerrevisions',
  'endpoints',
  'endpointslices',
  'events',
  'leases',
  'localsubjectaccessreviews',
  'replicasets',
  'replicationcontrollers',
  'selfsubjectaccessreviews',
  'selfsubjectreviews',
  'selfsubjectrulesreviews',
  'subjectaccessreviews',
  'tokenreviews',
  'certificatesigningrequests',
  'csinodes',
  'volumeattachments',
  'verticalpodautoscalercheckpoints',
]);

/** Of subresources, those by which a person changes something; `status` and the rest say how things are. */
const told = new Set(['scale', 'ephemeralcontainers', 'eviction', ...ways]);

/**
 * Users that are parts of Kubernetes or of what runs on it: their writes carry out what somebody else has changed. A
 * service account of another namespace may well be what deploys.
 */
const machines = [
  /^system:(?!serviceaccount:|admin$|masters$)/,
  /^system:serviceaccount:(?:kube-[^:]*|[^:]*-system|argocd|argo-rollouts|cert-manager|external-secrets|openshift-[^:]*|gke-[^:]*|gmp-[^:]*):/,
  /^system:serviceaccount:[^:]+:[^:]*(?:controller|operator|autoscaler|provisioner|scheduler|agent|webhook)/,
  /^(?:eks:|aks|gke-|masterclient$|acsService$|hcpService$|nodeclient$)/,
  /@(?:container-engine-robot|security-center-api)\.iam\.gserviceaccount\.com$/,
];

/** Kept by programs for themselves, under whatever account. */
const ownRecords =
  /^(?:kube-root-ca\.crt|istio-ca-root-cert|openshift-service-ca\.crt|sh\.helm\.release\.v\d+\..+)$|leader(?:-|$)|-lock$/;

/** Why nobody wants to read of this request. Undefined: it is a change. */
export function noiseIn({ resource, subresource, username, impersonated, namespace, name, uri, verb }: Request) {
  if (bookkeeping.has(resource)) return 'what Kubernetes keeps for itself';
  if (subresource !== undefined && !told.has(subresource)) return 'only how things are';
  const who = actorName({ username, impersonated });
  if (who !== undefined && machines.some((machine) => machine.test(who))) return 'what controllers do';
  if (/[?&]dryRun=/.test(uri)) return 'what was only tried';
  if (resource === 'pods' && subresource === undefined && who?.startsWith('system:serviceaccount:') === true) {
    return 'pods that programs make';
  }
  const isRecord = (resource === 'configmaps' || resource === 'secrets') && ownRecords.test(name ?? '');
  if (isRecord || (resource === 'configmaps' && namespace === 'kube-system' && verb === 'update')) {
    return 'what programs keep for themselves';
  }
  return undefined;
}

/** Who it was: a proxy makes requests as the person that it serves. */
export function actorName({ username, impersonated }: Pick<Request, 'username' | 'impersonated'>): string | undefined {
  return username?.startsWith('system:serviceaccount:') === true ? (impersonated ?? username) : username;
}

const servants = /^system:serviceaccount:|^system:node|\.gserviceaccount\.com$/;
/** Programs that people sit in front of. */
const handTools = /^(?:kubectl|oc|k9s|lens|openlens|freelens|headlamp|rancher|mozilla)\b/i;

/** A person did it, not what they told a pipeline to do: pipelines have accounts of their own, whatever they run. */
export function isByHand({
  username,
  impersonated,
  agent,
}: Pick<Request, 'username' | 'impersonated' | 'agent'>): boolean {
  const who = actorName({ username, impersonated });
  return who !== undefined && !servants.test(who) && agent !== undefined && handTools.test(agent);
}
