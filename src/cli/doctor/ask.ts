/** What a request was answered. `clock`: of the other side, in milliseconds ahead of ours; null where it did not say. */
export type Answered =
  | {
      readonly outcome: 'answered';
      readonly status: number;
      readonly headers: Headers;
      readonly body: string;
      readonly clock: number | null;
    }
  /** `why`: a code; a message may hold what was sent. */
  | { readonly outcome: 'failed'; readonly why: string };

/** Whoever waits for all of it waits no longer than a few of these. */
const patience = 5000;
const longestBody = 100_000;

/** Goes nowhere but to the address itself, and never longer than five seconds. */
export async function ask(url: string, init: RequestInit, now: () => Date): Promise<Answered> {
  const began = now().getTime();
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(patience) });
    const ended = now().getTime();
    const body = (await response.text()).slice(0, longestBody);
    const date = Date.parse(response.headers.get('date') ?? '');
    // It tells whole seconds: on the average half of one more.
    const clock = Number.isNaN(date) ? null : date + 500 - (began + ended) / 2;
    return { outcome: 'answered', status: response.status, headers: response.headers, body, clock };
  } catch (error) {
    return { outcome: 'failed', why: codeOf(error) };
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError') return `no answer within ${patience / 1000} s`;
  const cause: unknown = error.cause;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : null;
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : 'the connection failed';
}
