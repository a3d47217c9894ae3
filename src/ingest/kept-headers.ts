const kept = /^(?:content-type|user-agent|webhook-(?:id|timestamp)|ce-[a-z]+|x-github-[a-z-]+|x-sincewhen-sender)$/;

/** The headers that reading a delivery again may need, by name: no other could be a credential that we keep. */
export function keptHeaders(headers: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value !== undefined && kept.test(name) ? [[name, value.slice(0, 500).replaceAll('\0', '')] as const] : [],
  );
  return Object.fromEntries(entries.slice(0, 40));
}
