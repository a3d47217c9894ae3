import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from './environment.ts';
import type { Environment } from './environment.ts';
import { secretVariable, sourceNames } from './source-names.ts';

function read(env: Record<string, string | undefined>): Environment {
  const result = readEnvironment(env);
  if (result.outcome === 'invalid') throw new Error(result.problems.join('; '));
  return result.environment;
}

function problems(env: Record<string, string | undefined>): string[] {
  const result = readEnvironment(env);
  return result.outcome === 'invalid' ? result.problems : [];
}

const pem = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString();

describe('readEnvironment', () => {
  it('starts with no settings at all', () => {
    expect(read({})).toEqual({
      databaseUrl: null,
      host: '127.0.0.1',
      port: 3000,
      publicUrl: null,
      logLevel: 'info',
      settingsFile: './sincewhen.yml',
      settingsFileRequired: false,
      dataDirectory: '.data',
      slack: null,
      slackApiUrl: null,
      github: null,
      githubApiUrl: 'https://api.github.com',
      gitBaseUrl: 'https://github.com',
      webhookSecrets: new Map(),
      hmacKey: null,
    });
  });

  it.each(sourceNames)('reads the secret of %s', (name) => {
    const environment = read({ [secretVariable(name)]: 'first-secret, second-secret' });

    expect([...environment.webhookSecrets]).toEqual([[name, ['first-secret', 'second-secret']]]);
  });

  it('names the variable of a source with a dash', () => {
    expect(read({ ARGO_ROLLOUTS_WEBHOOK_SECRET: 'correct-horse' }).webhookSecrets.get('argo-rollouts')).toEqual([
      'correct-horse',
    ]);
  });

  it.each([
    ['DATABASE_URL', 'mysql://localhost/sincewhen'],
    ['DATABASE_URL', 'postgres://'],
    ['HOST', '127.0.0.1 example.com'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '3000.5'],
    ['PUBLIC_URL', 'example.com'],
    ['PUBLIC_URL', 'ftp://example.com'],
    ['LOG_LEVEL', 'loud'],
    ['SLACK_API_URL', 'slack.com/api'],
    ['GITHUB_TOKEN', 'two words'],
    ['GITHUB_API_URL', 'file:///srv'],
    ['GIT_BASE_URL', 'github.com'],
    ['GITHUB_WEBHOOK_SECRET', 'correct-horse,'],
    ['GITHUB_WEBHOOK_SECRET', 'correct-horse,,battery'],
    ['PAGERDUTY_WEBHOOK_SECRET', ','],
  ])('refuses a malformed %s (%s)', (variable, value) => {
    const found = problems({ [variable]: value });

    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${variable} `));
  });

  it.each([
    'DATABASE_URL',
    'HOST',
    'PORT',
    'PUBLIC_URL',
    'LOG_LEVEL',
    'SINCEWHEN_CONFIG',
    'DATA_DIR',
    'SLACK_API_URL',
    'GITHUB_TOKEN',
    'GITHUB_API_URL',
    'GIT_BASE_URL',
    'HMAC_KEY',
    'AWS_WEBHOOK_SECRET',
  ])('refuses an empty %s', (variable) => {
    for (const value of ['', '  \n']) expect(problems({ [variable]: value })[0]).toMatch(new RegExp(`^${variable} is`));
  });

  it('names every problem at once and shows no value', () => {
    const found = problems({
      PORT: 'eighty',
      SLACK_BOT_TOKEN: 'xapp-hushed',
      SLACK_SIGNING_SECRET: '',
      GITHUB_WEBHOOK_SECRET: 'tiny,',
      GITHUB_APP_ID: '12',
      GITHUB_APP_PRIVATE_KEY: 'no-pem',
    });

    expect(new Set(found.map((problem) => problem.split(' ')[0]))).toEqual(
      new Set(['GITHUB_APP_PRIVATE_KEY', 'GITHUB_WEBHOOK_SECRET', 'PORT', 'SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET']),
    );
    expect(found.join()).not.toMatch(/eighty|hushed|tiny|no-pem/);
  });

  it.each([
    [{ SLACK_BOT_TOKEN: 'xoxb-1' }, 'SLACK_BOT_TOKEN is set alone'],
    [{ SLACK_SIGNING_SECRET: 'correct-horse' }, 'SLACK_SIGNING_SECRET is set without SLACK_BOT_TOKEN'],
    [{ SLACK_APP_TOKEN: 'xapp-1' }, 'SLACK_APP_TOKEN is set without SLACK_BOT_TOKEN'],
    [{ GITHUB_APP_ID: '12' }, 'GITHUB_APP_ID is set without GITHUB_APP_PRIVATE_KEY'],
    [{ GITHUB_APP_PRIVATE_KEY: pem }, 'GITHUB_APP_PRIVATE_KEY is set without GITHUB_APP_ID'],
  ])('refuses what is set by half: %o', (env, problem) => {
    expect(problems(env)[0]).toMatch(problem);
  });

  it.each([
    [
      { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'correct-horse' },
      { mode: 'http', botToken: 'xoxb-1', signingSecret: 'correct-horse' },
    ],
    [
      { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' },
      { mode: 'socket', botToken: 'xoxb-1', appToken: 'xapp-1' },
    ],
    [
      {
        SLACK_BOT_TOKEN: 'xoxb-1',
        SLACK_APP_TOKEN: 'xapp-1',
        SLACK_SIGNING_SECRET: 'correct-horse',
      },
      { mode: 'socket', botToken: 'xoxb-1', appToken: 'xapp-1' },
    ],
  ])('reads access to Slack: %o', (env, slack) => {
    expect(read(env).slack).toEqual(slack);
  });

  it('reads a private key whose line breaks were escaped', () => {
    const environment = read({
      GITHUB_APP_ID: '12',
      GITHUB_APP_PRIVATE_KEY: pem.replaceAll('\n', '\\n'),
    });

    expect(environment.github).toEqual({ kind: 'app', appId: '12', privateKey: pem.trim() });
  });

  it.each([
    'postgres://ada@localhost/sincewhen',
    'postgresql://ada:p%40ss@db:5432/x?sslmode=require',
    'postgres://ada@/x?host=/run/pg',
  ])('accepts the database %s', (url) => {
    expect(read({ DATABASE_URL: url }).databaseUrl).toBe(url);
  });
});
