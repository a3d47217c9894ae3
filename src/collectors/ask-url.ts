import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { rootCertificates } from 'node:tls';

export type UrlAnswer =
  | {
      readonly outcome: 'answered';
      readonly status: number;
      readonly headers: IncomingMessage['headers'];
      readonly body: Buffer;
      /** There was more than 1 MB of it. */
      readonly cut: boolean;
    }
  /** `code` as Node gives it, `LATE` when 10 s were not enough, `STOPPED`. */
  | { readonly outcome: 'failed'; readonly code: string; readonly reason: string };

interface Asked {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Certificates in PEM that are trusted besides those that Node knows. */
  readonly trusted: readonly string[];
  readonly signal: AbortSignal;
}

const patience = 10_000;
const mostBytes = 1 << 20;

/** One GET, no redirect followed: a token would go where nobody said. Never rejects. */
export function askUrl({ url, headers = {}, trusted, signal }: Asked): Promise<UrlAnswer> {
  return new Promise((resolve) => {
    const ask = url.protocol === 'https:' ? secureRequest : plainRequest;
    const request = ask(url, {
      headers: { 'user-agent': 'sincewhen', accept: '*/*', ...headers },
      agent: false,
      ...(trusted.length === 0 ? {} : { ca: [...rootCertificates, ...trusted] }),
    });
    const late = setTimeout(() => fail('LATE', 'no answer within 10 s'), patience);
    const stop = () => fail('STOPPED', 'stopped');
    signal.addEventListener('abort', stop);
    function end(answer: UrlAnswer): void {
      clearTimeout(late);
      signal.removeEventListener('abort', stop);
      resolve(answer);
      request.destroy();
    }
    function fail(code: string, reason: string): void {
      end({ outcome: 'failed', code, reason });
    }
    const failWith = (error: NodeJS.ErrnoException) => {
      const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
      fail(error.code ?? 'FAILED', (first instanceof Error ? first.message : String(first)).slice(0, 200));
    };
    request.on('error', failWith);
    request.once('response', (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      const answered = (cut: boolean) =>
        end({
          outcome: 'answered',
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts),
          cut,
        });
      response.on('error', failWith);
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > mostBytes) answered(true);
        else parts.push(part);
      });
      response.once('end', () => answered(false));
    });
    request.end();
  });
}

/** Undefined: no address of the web. */
export function webUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) ? url : undefined;
}
