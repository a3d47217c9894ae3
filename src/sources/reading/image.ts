import type { Identity } from '../../domain/identity.ts';

export interface Image {
  /** The last part of its path: `checkout`. */
  readonly name: string;
  readonly tag: string | undefined;
  /** `sha256:<64 hex>` */
  readonly digest: string | undefined;
}

/** `registry.example.com:5000/acme/checkout:v1.42.0@sha256:…` */
export function imageOf(reference: string): Image {
  const [path = '', digest] = reference.split('@');
  const last = path.slice(path.lastIndexOf('/') + 1);
  const [name = '', tag] = last.split(':');
  return {
    name,
    tag: tag !== undefined && /^\w[\w.-]{0,127}$/.test(tag) ? tag : undefined,
    digest: digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest) ? digest : undefined,
  };
}

/**
 * What people call the version that runs these images: the tag of the only one, or of the one that is named like the
 * service. A tag that moves is no version.
 */
export function versionOfImages(references: readonly string[], service: string): string | undefined {
  const images = references.map(imageOf);
  const named = images.filter(({ name }) => name.toLowerCase() === service.toLowerCase());
  const [only, ...more] = named.length > 0 ? named : images;
  return more.length > 0 || only?.tag === 'latest' ? undefined : only?.tag;
}

/** By which a deploy of the image is found. */
export function imageMentions(references: readonly string[]): readonly Identity[] {
  const digests = references.flatMap((each) => imageOf(each).digest ?? []);
  return [...new Set(digests)].map((value) => ({ type: 'image', value }));
}
