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
