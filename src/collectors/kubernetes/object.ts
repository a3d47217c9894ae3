import type { Fact, FactValue } from '../../domain/facts/fact.ts';
import { type JsonObject, textAt } from '../json-shape.ts';

/** What is needed to tell of an object. */
export interface Scope {
  readonly service: string | null;
  readonly digest: ((secret: string) => string) | null;
  /** Whether objects of several namespaces are told of: only then are they named, for each environment has its own. */
  readonly manyNamespaces: boolean;
}

/** What is the same thing in another cluster has the same name: `configmap/checkout` or `configmap/payments/checkout`. */
export function objectName(kind: string, object: JsonObject, { manyNamespaces }: Scope): string {
  const name = withoutHash(textAt(object, 'metadata', 'name') ?? '');
  const namespace = manyNamespaces ? textAt(object, 'metadata', 'namespace') : null;
  return [kind, ...(namespace === null ? [] : [namespace]), name].join('/');
}

/** Kustomize ends the names of what it generates with a hash of what is in it, in these letters only. */
export function withoutHash(name: string): string {
  return name.replace(/-[24-9bcdfghkmt]{10}$/, '');
}

/** The service that an object is of: as asked, else by the labels that say so, else by its own name. */
export function serviceOf(object: JsonObject, { service }: Pick<Scope, 'service'>): string | null {
  return (
    service ??
    textAt(object, 'metadata', 'labels', 'app.kubernetes.io/name') ??
    textAt(object, 'metadata', 'labels', 'app') ??
    textAt(object, 'metadata', 'name')
  );
}

/** No fact where there is no value. */
export function factOf(
  service: string | null,
  facet: Fact['facet'],
  key: string,
  value: FactValue | undefined,
): readonly Fact[] {
  return value === null || value === undefined ? [] : [{ service, facet, key, value }];
}
