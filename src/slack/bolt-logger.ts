import { LogLevel, type Logger as BoltLogger } from '@slack/bolt';
import type { Logger } from 'pino';

const longest = 1000;

/** Bolt and its clients write sentences with values inside; here they become fields of constant messages. */
export function boltLogger(log: Logger): BoltLogger {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (...parts: unknown[]): void => {
      if (!log.isLevelEnabled(level)) return;
      const err = parts.find((part) => part instanceof Error);
      const detail = parts.map(inWords).join(' ').slice(0, longest);
      log[level]({ detail, ...(err === undefined ? {} : { err }) }, 'the Slack library reports');
    };
  return {
    debug: write('debug'),
    // A library's "info" is about itself; it is not news to an operator.
    info: write('debug'),
    warn: write('warn'),
    error: write('error'),
    // Our own level decides.
    setLevel: () => undefined,
    getLevel: () => (log.isLevelEnabled('debug') ? LogLevel.DEBUG : LogLevel.INFO),
    setName: () => undefined,
  };
}

function inWords(part: unknown): string {
  if (typeof part === 'string') return part;
  if (part instanceof Error) return part.message;
  return JSON.stringify(part) ?? String(part);
}
