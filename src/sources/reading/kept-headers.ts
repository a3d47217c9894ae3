const always = ['content-type', 'user-agent'];

/** The headers that reading a delivery again may need, by name: no other could be a credential that we keep. */
export function keptHeaders(
  headers: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const list of [always, names]) {
    for (const name of list) {
      const value = headers[name];
      if (value !== undefined) kept[name] = value.slice(0, 500).replaceAll('\0', '');
    }
  }
  return kept;
}
