import { type Place, isUnder, shortName } from './place.ts';

/** What systems write into their objects at every touch, and what numbers one object of an environment. */
export const everChanging = {
  infrastructure: [
    'creationtimestamp',
    'controller-uid',
    'etag',
    'label_fingerprint',
    'last-applied-configuration',
    'last_modified',
    'last_updated',
    'lastheartbeattime',
    'lastmodified',
    'lastprobetime',
    'lasttransitiontime',
    'lastupdated',
    'lastupdatetime',
    'latest_restorable_time',
    'latestrestorabletime',
    'managedfields',
    'metadata_fingerprint',
    'observedgeneration',
    'pod-template-hash',
    'resourceversion',
    'restartedat',
    'self_link',
    'selflink',
    'tags_fingerprint',
    'update_time',
    'updated_at',
  ],
  /** Under `metadata` only: elsewhere they may be a user's number or a machine's generation. */
  metadata: ['generation', 'uid'],
  /** Of an HTTP answer. */
  headers: [
    'age',
    'cf-ray',
    'date',
    'etag',
    'expires',
    'last-modified',
    'set-cookie',
    'traceparent',
    'x-amz-cf-id',
    'x-amz-id-2',
    'x-amz-request-id',
    'x-amzn-trace-id',
    'x-correlation-id',
    'x-request-id',
    'x-runtime',
    'x-timer',
    'x-trace-id',
  ],
} as const;

const infrastructure: ReadonlySet<string> = new Set(everChanging.infrastructure);
const underMetadata: ReadonlySet<string> = new Set(everChanging.metadata);
const headers: ReadonlySet<string> = new Set(everChanging.headers);
const metadata = new Set(['metadata']);

export function isEverChanging(place: Place): boolean {
  const name = shortName(place);
  if (place.facet === 'network')
    return headers.has(name) && place.names.some((each) => /^(?:https?|(?:response-?)?headers?)$/i.test(each));
  if (infrastructure.has(name) || place.key.endsWith('deployment.kubernetes.io/revision')) return true;
  return underMetadata.has(name) && isUnder(place, metadata);
}
