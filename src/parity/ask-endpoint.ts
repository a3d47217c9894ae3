/** What an address of a service said of it. `problem`: as a predicate, `answers 503`. */
export type EndpointAnswer =
  | { readonly outcome: 'answered'; readonly text: string }
  | { readonly outcome: 'problem'; readonly problem: string };

export interface EndpointLimits {
  /** Milliseconds, for all of it. */
  readonly patience: number;
  readonly bytes: number;
}

const usual: EndpointLimits = { patience: 5000, bytes: 64 << 10 };
const mostRedirects = 3;

/** One GET; a redirect is followed on the same host only. Never rejects. */
export async function askEndpoint(
  url: string,
  signal: AbortSignal,
  { patience, bytes }: EndpointLimits = usual,
): Promise<EndpointAnswer> {
  const ended = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  let address = new URL(url);
  try {
    for (let hop = 0; hop <= mostRedirects; hop += 1) {
      const response = await fetch(address, {
        redirect: 'manual',
        signal: ended,
        headers: { 'user-agent': 'sincewhen', accept: 'application/json, text/plain, */*' },
      });
      const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
      if (location === null) return await answerOf(response, bytes);
      await response.body?.cancel();
      const next = URL.parse(location, address);
      if (next === null || next.host !== address.host || (address.protocol === 'https:' && next.protocol !== 'https:'))
        return { outcome: 'problem', problem: 'redirects to another host' };
      address = next;
    }
    return { outcome: 'problem', problem: 'redirects without end' };
  } catch {
    const late = ended.aborted && !signal.aborted;
    return { outcome: 'problem', problem: late ? `gave no answer within ${patience / 1000} s` : 'does not answer' };
  }
}

async function answerOf(response: Response, most: number): Promise<EndpointAnswer> {
  if (!response.ok) {
    await response.body?.cancel();
    return { outcome: 'problem', problem: `answers ${response.status}` };
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > most) return { outcome: 'problem', problem: `answers more than ${most / 1024} kB` };
    parts.push(part);
  }
  return { outcome: 'answered', text: Buffer.concat(parts).toString('utf8') };
}

/** What stands at `$.build.version` of a JSON text, or all of a text without a path. Null: nothing that is a version. */
export function versionIn(text: string, path: string | null): string | null {
  if (path === null) return versionText(text.trim());
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  for (const [, name, index] of path.matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)) {
    if (typeof value !== 'object' || value === null) return null;
    const step = name ?? index ?? '';
    value = Object.hasOwn(value, step) ? Reflect.get(value, step) : null;
  }
  return typeof value === 'string' || typeof value === 'number' ? versionText(String(value)) : null;
}

function versionText(text: string): string | null {
  return text === '' || text.length > 200 || /[\n<]/.test(text) ? null : text;
}
