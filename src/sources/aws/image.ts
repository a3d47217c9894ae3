/** Tag and digest of `<registry>/<name>:<tag>@sha256:<64 hex>`, of which any part may be missing. */
export function imageOf(image: string | undefined): {
  readonly tag: string | undefined;
  readonly digest: string | undefined;
} {
  const [, name = '', digest] = /^(.*?)@?(sha256:[0-9a-f]{64})?$/.exec(image ?? '') ?? [];
  return { tag: /\/[^/]*:([\w.-]{1,128})$/.exec(`/${name}`)?.[1], digest };
}
