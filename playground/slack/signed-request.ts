import { createHmac } from 'node:crypto';

export interface Reply {
  /** Null when there was none in time or the app could not be reached. */
  readonly status: number | null;
  readonly body: string;
  readonly ms: number;
  /** Slack's own word for what went wrong. */
  readonly error: 'operation_timeout' | 'dispatch_failed' | null;
}

export interface SignedRequest {
  readonly url: string;
  readonly signingSecret: string;
  readonly contentType: 'application/json' | 'application/x-www-form-urlencoded';
  readonly body: string;
  /** Milliseconds after which Slack tells the person that the app is not responding. */
  readonly patience: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Posts as Slack does: signed (v0). Never throws. */
export async function sendSigned(request: SignedRequest): Promise<Reply> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const mac = createHmac('sha256', request.signingSecret).update(`v0:${timestamp}:${request.body}`).digest('hex');
  const began = performance.now();
  try {
    const response = await fetch(request.url, {
      method: 'POST',
      headers: {
        'content-type': request.contentType,
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${mac}`,
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        ...request.headers,
      },
      body: request.body,
      signal: AbortSignal.timeout(request.patience),
    });
    const body = await response.text();
    const ms = performance.now() - began;
    return { status: response.status, body, ms, error: response.ok ? null : 'dispatch_failed' };
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    const ms = performance.now() - began;
    return { status: null, body: '', ms, error: timedOut ? 'operation_timeout' : 'dispatch_failed' };
  }
}
