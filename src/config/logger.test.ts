import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger('debug', { write: (line) => void lines.push(line) }));
  return lines.join('');
}

describe('createLogger', () => {
  it.each([
    { authorization: 'Bearer hush-hush' },
    { headers: { authorization: 'Bearer hush-hush' } },
    { request: { headers: { 'x-hub-signature-256': 'hush-hush' } } },
    { environment: { databaseUrl: 'postgres://hush-hush' } },
    { slack: { botToken: 'hush-hush' } },
    { err: new Error('refused xoxb-hush-hush-123') },
    { err: new Error('cannot reach postgres://ada:hush-hush@db/sincewhen') },
    { err: new Error('outer', { cause: new Error('POST /ingest/sentry/hush-hush failed') }) },
    { err: new Error('POST https://hooks.slack.com/commands/hush-hush/1') },
    { err: Object.assign(new Error('request failed'), { config: { headers: { 'x-any': 'hush-hush' } } }) },
  ])('hides credentials in %o', (fields) => {
    const line = logged((logger) => logger.info(fields, 'message'));

    expect(line).toContain('"msg":"message"');
    expect(line).not.toContain('hush');
  });

  it('keeps what explains an error', () => {
    const error = Object.assign(new Error('outer', { cause: new Error('inner') }), { code: 'ECONNREFUSED' });

    const line: unknown = JSON.parse(logged((logger) => logger.error({ err: error }, 'failed')));

    expect(line).toMatchObject({
      level: 50,
      err: { type: 'Error', message: 'outer', code: 'ECONNREFUSED', cause: { message: 'inner' } },
    });
  });
});
