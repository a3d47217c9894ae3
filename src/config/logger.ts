import pino from 'pino';
import type { Environment } from './environment.ts';

export type Logger = pino.Logger;

/** JSON lines on standard output. */
export function createLogger(level: Environment['logLevel'], destination?: pino.DestinationStream): Logger {
  const options = {
    level,
    serializers: { err: described },
    redact: { paths: hiddenKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[hidden]' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

const hiddenKeys = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'botToken',
  'appToken',
  'signingSecret',
  'privateKey',
  'databaseUrl',
  '["x-hub-signature-256"]',
  '["x-slack-signature"]',
];

interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly code?: unknown;
  readonly stack?: string;
  readonly cause?: DescribedError;
}

/**
 * Only these fields: the errors of HTTP clients carry their whole request, with the credentials it was sent with. Texts
 * lose what looks like a credential.
 */
function described(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: withoutCredentials(String(error)) };
  return {
    type: error.name,
    message: withoutCredentials(error.message),
    ...('code' in error ? { code: error.code } : {}),
    ...(error.stack === undefined ? {} : { stack: withoutCredentials(error.stack) }),
    ...(error.cause === undefined || depth > 3 ? {} : { cause: described(error.cause, depth + 1) }),
  };
}

function withoutCredentials(text: string): string {
  return text
    .replaceAll(/\b(?:xox[a-z]|xapp|gh[a-z]|github_pat|swn)[-_][\w-]{8,}/g, '[hidden]')
    .replaceAll(/(\w+:\/\/[^\s:/@]*:)[^\s/@]+@/g, '$1[hidden]@')
    .replaceAll(/(hooks\.slack\.com\/)[\w/-]+/g, '$1[hidden]')
    .replaceAll(/(\/ingest\/[\w-]+\/)[^\s?]+/g, '$1[hidden]');
}
