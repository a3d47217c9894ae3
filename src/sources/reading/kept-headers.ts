const always = new Set(['content-type', 'user-agent']);

/** The headers that reading a delivery again may need, by name: no other could be a credential that we keep. */
export function keptHeaders(
  headers: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value !== undefined && (always.has(name) || names.includes(name))
      ? [[name, value.slice(0, 500).replaceAll('\0', '')] as const]
      : [],
  );
  return Object.fromEntries(entries);
}
