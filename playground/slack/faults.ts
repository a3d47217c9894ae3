import { type JsonObject, objectsOf } from '../json.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly response: JsonObject;
}

/** `closed`: the connection closes without an answer. */
export type Failure = ApiAnswer | 'closed';

export const serverError: ApiAnswer = { status: 500, headers: {}, response: { ok: false, error: 'internal_error' } };

export function rateLimited(seconds: number): ApiAnswer {
  return {
    status: 429,
    headers: { 'retry-after': String(seconds) },
    response: { ok: false, error: 'ratelimited' },
  };
}

export type Faults = ReturnType<typeof createFaults>;

/** What goes wrong on purpose. A method may also be `response_url` or `upload`: addresses that Slack hands out. */
export function createFaults() {
  const once = new Map<string, Failure[]>();
  const outages = new Set<{ readonly method: string; readonly failure: Failure }>();
  const lost: string[] = [];
  const refused = new Set<string>();

  return {
    /** The failure of this call, which then does nothing; undefined when it goes well. */
    next: (method: string): Failure | undefined =>
      once.get(method)?.shift() ??
      [...outages].findLast((outage) => outage.method === 'all' || outage.method === method)?.failure,
    /** Whether the answer of this call, which has taken effect, is not delivered. */
    losesAnswer: (method: string): boolean => {
      const at = lost.indexOf(method);
      if (at !== -1) lost.splice(at, 1);
      return at !== -1;
    },
    failNext: (method: string, failure: Failure): void => {
      once.set(method, [...(once.get(method) ?? []), failure]);
    },
    /** What is wrong with a payload, by the types of block that this Slack does not take. */
    refusedIn: (payload: JsonObject): readonly string[] =>
      objectsOf(payload['blocks']).flatMap(({ type }, index) =>
        typeof type === 'string' && refused.has(type) ? [`/blocks/${index}/type is not supported: ${type}.`] : [],
      ),
    refuseBlocks: (type: string): (() => void) => {
      refused.add(type);
      return () => void refused.delete(type);
    },
    loseNextAnswer: (method: string): void => void lost.push(method),
    outage: (method: string, failure: Failure): (() => void) => {
      const outage = { method, failure };
      outages.add(outage);
      return () => void outages.delete(outage);
    },
  };
}
