import { isUtf8 } from 'node:buffer';
import type { Fact } from '../../domain/facts/fact.ts';
import { formatOf, parseConfig } from '../config.ts';
import { type JsonObject, at, fieldsAt, textAt } from '../json-shape.ts';
import { factValue, secretValue } from '../secret-facts.ts';
import { type Scope, objectName, serviceOf } from './object.ts';

/** What a cluster makes for itself: of each cluster another. */
const ofTheCluster = new Set(['kube-root-ca.crt', 'istio-ca-root-cert', 'openshift-service-ca.crt']);
const ofTheClusterTypes = new Set([
  'kubernetes.io/service-account-token',
  'bootstrap.kubernetes.io/token',
  'helm.sh/release.v1',
]);

/** Entries that are files of a known format are flattened, others are one fact: `configmap/checkout:LOG_LEVEL`. */
export function configMapFacts(items: readonly JsonObject[], scope: Scope): readonly Fact[] {
  const maps = items.filter((item) => textAt(item, 'kind') === 'ConfigMap');
  return newestEach(maps, 'configmap', scope)
    .filter((map) => !ofTheCluster.has(textAt(map, 'metadata', 'name') ?? ''))
    .flatMap((map) => {
      const name = objectName('configmap', map, scope);
      const service = ownerOf(map, scope);
      return [
        ...fieldsAt(map, 'data').flatMap(([entry, value]) =>
          typeof value === 'string' ? entryFacts(`${name}/${entry}`, `${name}:${entry}`, value, service, scope) : [],
        ),
        ...fieldsAt(map, 'binaryData').map(([entry, value]): Fact => {
          const digest = secretValue(String(value), scope.digest);
          return { service, facet: 'config', key: `${name}:${entry}`, value: digest };
        }),
      ];
    });
}

function entryFacts(file: string, key: string, text: string, service: string | null, scope: Scope): readonly Fact[] {
  const format = /\.\w+$/.test(file) ? formatOf(file, '') : null;
  if (format !== null) {
    const read = parseConfig({ name: file, text }, format, { service, digest: scope.digest });
    if (read.outcome === 'parsed' && read.facts.length > 0) return read.facts;
  }
  return [{ service, facet: 'config', key, value: factValue(key, text, scope.digest) }];
}

/** Of each entry a digest, whatever it is called. `stringData` is what was applied, `data` what is there. */
export function secretFacts(items: readonly JsonObject[], scope: Scope): readonly Fact[] {
  const secrets = items.filter((item) => textAt(item, 'kind') === 'Secret');
  return newestEach(secrets, 'secret', scope)
    .filter((secret) => !ofTheClusterTypes.has(textAt(secret, 'type') ?? ''))
    .flatMap((secret) => {
      const name = objectName('secret', secret, scope);
      const entries = new Map([
        ...fieldsAt(secret, 'data').map(([entry, value]) => [entry, decoded(String(value))] as const),
        ...fieldsAt(secret, 'stringData').map(([entry, value]) => [entry, String(value)] as const),
      ]);
      return [...entries].map(([entry, value]): Fact => ({
        service: ownerOf(secret, scope),
        facet: 'config',
        key: `${name}:${entry}`,
        value: secretValue(value, scope.digest),
      }));
    });
}

/** What is no text stays in base64, in which no two are the same. */
function decoded(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  return isUtf8(bytes) ? bytes.toString() : base64;
}

/** Only a label says whose it is: by its own name it would be of a service that does not exist. */
function ownerOf(object: JsonObject, scope: Scope): string | null {
  const labelled = at(object, 'metadata', 'labels');
  const named = textAt(labelled, 'app.kubernetes.io/name') ?? textAt(labelled, 'app');
  return named === null ? scope.service : serviceOf(object, scope);
}

/** Of those that Kustomize made one after the other the newest: the older are no longer used. */
function newestEach(objects: readonly JsonObject[], kind: string, scope: Scope): readonly JsonObject[] {
  const created = (object: JsonObject): string => textAt(object, 'metadata', 'creationTimestamp') ?? '';
  const newest = new Map<string, JsonObject>();
  for (const object of objects) {
    const name = objectName(kind, object, scope);
    const known = newest.get(name);
    if (known === undefined || created(known) <= created(object)) newest.set(name, object);
  }
  return [...newest.values()];
}
