import { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { boltLogger } from './bolt-logger.ts';

export interface SlackAccess {
  readonly botToken: string;
  /** Null: Slack itself. */
  readonly apiUrl: string | null;
  readonly log: Logger;
}

/** Milliseconds: longer than Slack ever takes when it is well. */
const usualAnswer = 5000;

/**
 * A client for one feature alone, so that what Slack makes one wait for delays no other. It tries nothing again by
 * itself: a second try may be a second message, and the job comes back.
 */
export function ownClient({ botToken, apiUrl, log }: SlackAccess, longestAnswer = usualAnswer): WebClient {
  return new WebClient(botToken, {
    ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
    logger: boltLogger(log),
    timeout: longestAnswer,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
}
