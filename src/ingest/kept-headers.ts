const kept = /^(?:content-type|user-agent|webhook-(?:id|timestamp)|ce-[a-z]+|x-[a-z0-9-]+)$/;
const credential = /auth|token|secret|signature|key|cookie|password/;

/** The headers that reading a delivery again may need. Whatever could be a credential is left out. */
export function keptHeaders(headers: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value !== undefined && kept.test(name) && !credential.test(name)
      ? [[name, value.slice(0, 500).replaceAll('\0', '')] as const]
      : [],
  );
  return Object.fromEntries(entries.slice(0, 40));
}
