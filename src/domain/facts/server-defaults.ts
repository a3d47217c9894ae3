import type { FactValue } from './fact.ts';
import { type Place, lastName } from './place.ts';

/** What Kubernetes' API server fills in where a manifest says nothing. */
export const serverDefaults: Readonly<Record<string, string | number | boolean>> = {
  allocateLoadBalancerNodePorts: true,
  backoffLimit: 6,
  completionMode: 'NonIndexed',
  concurrencyPolicy: 'Allow',
  defaultMode: 420,
  dnsPolicy: 'ClusterFirst',
  enableServiceLinks: true,
  externalTrafficPolicy: 'Cluster',
  failedJobsHistoryLimit: 1,
  hostIPC: false,
  hostNetwork: false,
  hostPID: false,
  imagePullPolicy: 'IfNotPresent',
  internalTrafficPolicy: 'Cluster',
  ipFamilyPolicy: 'SingleStack',
  podManagementPolicy: 'OrderedReady',
  progressDeadlineSeconds: 600,
  publishNotReadyAddresses: false,
  restartPolicy: 'Always',
  revisionHistoryLimit: 10,
  schedulerName: 'default-scheduler',
  sessionAffinity: 'None',
  successfulJobsHistoryLimit: 3,
  terminationGracePeriodSeconds: 30,
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  volumeMode: 'Filesystem',
};

/** Names that others use too: only inside what is said. */
export const serverDefaultsInside: Readonly<
  Record<string, { readonly in: RegExp; readonly value: string | number | boolean }>
> = {
  failureThreshold: { in: /Probe$/, value: 3 },
  initialDelaySeconds: { in: /Probe$/, value: 0 },
  periodSeconds: { in: /Probe$/, value: 10 },
  protocol: { in: /^ports$/, value: 'TCP' },
  scheme: { in: /^httpGet$/, value: 'HTTP' },
  successThreshold: { in: /Probe$/, value: 1 },
  timeoutSeconds: { in: /Probe$/, value: 1 },
};

/** Undefined: none is known. `image`: of the same container, where it is known; one that moves is pulled always. */
export function serverDefaultOf(place: Place, image: FactValue | undefined): string | number | boolean | undefined {
  const name = lastName(place);
  if (name === 'imagePullPolicy' && typeof image === 'string' && moves(image)) return 'Always';
  if (Object.hasOwn(serverDefaults, name)) return serverDefaults[name];
  const some = Object.hasOwn(serverDefaultsInside, name) ? serverDefaultsInside[name] : undefined;
  return some !== undefined && place.names.slice(0, -1).some((each) => some.in.test(each)) ? some.value : undefined;
}

function moves(image: string): boolean {
  if (image.includes('@')) return false;
  const tag = /:([^/:]{1,128})$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest';
}
