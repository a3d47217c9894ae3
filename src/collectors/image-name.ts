import type { Fact } from '../domain/facts/fact.ts';

interface ImageName {
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** `registry.example.com:5000/acme/checkout:1.42.0@sha256:…` */
export function imageName(text: string): ImageName {
  const [named = '', digest = null] = text.replace(/^docker-pullable:\/\//, '').split('@', 2);
  const found = /^(.*?):([^:/]+)$/.exec(named);
  const repository = found?.[1] ?? named;
  return { repository, tag: found?.[2] ?? (digest === null ? 'latest' : null), digest };
}

/** What an image says about the version that runs: `app:image`, `app:tag` and, where it is pinned, `app:digest`. */
export function imageFacts(service: string | null, prefix: string, text: string): readonly Fact[] {
  const { repository, tag, digest } = imageName(text);
  const parts = [
    ['image', repository],
    ['tag', tag],
    ['digest', digest],
  ] as const;
  return parts.flatMap(([part, value]) =>
    value === null ? [] : [{ service, facet: 'version' as const, key: `${prefix}:${part}`, value }],
  );
}
