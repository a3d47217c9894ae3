import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import { secretVariable, sourceNames } from './source-names.ts';
import type { SourceName } from './source-names.ts';

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** What the process was told by its environment variables; docs of each: contract of the project, "Settings". */
export interface Environment {
  /** Null: the private server under `dataDirectory`. */
  readonly databaseUrl: string | null;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Without a slash at its end. */
  readonly publicUrl: string | null;
  readonly logLevel: (typeof logLevels)[number];
  readonly settingsFile: string;
  /** The file was asked for by name, so it has to be there. */
  readonly settingsFileRequired: boolean;
  readonly dataDirectory: string;
  /** Null: Slack is off. */
  readonly slack: SlackAccess | null;
  readonly slackApiUrl: string | null;
  /** Null: public repositories only, and no redelivery of what was missed. */
  readonly github: GitHubAccess | null;
  readonly githubApiUrl: string;
  readonly gitBaseUrl: string;
  /** Sources that are open, each with the secrets that it may use now (several during a rotation). */
  readonly webhookSecrets: ReadonlyMap<SourceName, readonly string[]>;
  readonly hmacKey: string | null;
}

export type SlackAccess =
  | { readonly mode: 'http'; readonly botToken: string; readonly signingSecret: string }
  | { readonly mode: 'socket'; readonly botToken: string; readonly appToken: string };

export type GitHubAccess =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'app'; readonly appId: string; readonly privateKey: string };

export type EnvironmentRead =
  | { readonly outcome: 'ok'; readonly environment: Environment }
  | { readonly outcome: 'invalid'; readonly problems: string[] };

/** Where repositories are cloned from unless `GIT_BASE_URL` says otherwise. */
export const usualGitBaseUrl = 'https://github.com';

const Text = z.string().trim().min(1, 'is empty: give it a value or unset it');
const Credential = Text.regex(/^\S*$/, 'contains a space or a line break');

const SecretList = Text.transform((list) => list.split(',').map((secret) => secret.trim())).pipe(
  z.array(z.string().min(1, 'holds an empty secret')),
);

const HttpUrl = Text.refine(isHttpUrl, 'is not a URL such as https://example.com').transform(withoutSlash);

const DatabaseUrl = Text.refine(
  // A URL with a user and a socket folder has no host, which the URL parser refuses and PostgreSQL accepts.
  (url) => /^postgres(ql)?:\/\/./.test(url) && URL.canParse(url.replace('@/', '@localhost/')),
  'is not a URL such as postgres://user:password@host:5432/database',
);

const Port = Text.regex(/^\d{1,5}$/, 'is not a number from 0 to 65535')
  .transform(Number)
  .pipe(z.number().max(65_535, 'is not a number from 0 to 65535'));

const GitBaseUrl = Text.refine(
  (url) => URL.canParse(url) && /^(https?|file|ssh|git):$/.test(new URL(url).protocol),
  'is not a URL such as https://github.com or file:///srv/git',
).transform(withoutSlash);

const PrivateKey = Text.transform((key) => key.replaceAll('\\n', '\n').trim()).refine(
  isPrivateKey,
  'is not a private key in PEM form (its line breaks may be written as \\n)',
);

const Variables = z.object({
  DATABASE_URL: DatabaseUrl.optional(),
  HOST: Credential.default('127.0.0.1'),
  PORT: Port.default(3000),
  PUBLIC_URL: HttpUrl.optional(),
  LOG_LEVEL: z.preprocess(
    (level) => (typeof level === 'string' ? level.trim().toLowerCase() : level),
    z.enum(logLevels, `is not one of ${logLevels.join(', ')}`).default('info'),
  ),
  SINCEWHEN_CONFIG: Text.optional(),
  DATA_DIR: Text.default('.data'),
  SLACK_BOT_TOKEN: Credential.refine(
    (token) => !token.startsWith('xapp-') && !token.startsWith('xoxp-'),
    "is not a bot token (Slack's begin with xoxb-)",
  ).optional(),
  SLACK_SIGNING_SECRET: Credential.optional(),
  SLACK_APP_TOKEN: Credential.startsWith('xapp-', 'is not an app-level token (they begin with xapp-)').optional(),
  SLACK_API_URL: HttpUrl.optional(),
  GITHUB_TOKEN: Credential.optional(),
  GITHUB_APP_ID: Text.regex(/^(\d+|Iv[\w.]+)$/, "is neither an app's id (a number) nor its client id").optional(),
  GITHUB_APP_PRIVATE_KEY: PrivateKey.optional(),
  GITHUB_API_URL: HttpUrl.default('https://api.github.com'),
  GIT_BASE_URL: GitBaseUrl.default(usualGitBaseUrl),
  HMAC_KEY: Credential.optional(),
});
type Variables = z.infer<typeof Variables>;

const Secrets = z.object(Object.fromEntries(sourceNames.map((name) => [secretVariable(name), SecretList.optional()])));

/**
 * A problem names its variable and what is wrong, never the value: it may be a secret. All problems are found at once.
 */
export function readEnvironment(env: Record<string, string | undefined>): EnvironmentRead {
  const variables = Variables.safeParse(env);
  const secrets = Secrets.safeParse(env);
  const problems = [
    ...problemsOf(variables.error),
    ...problemsOf(secrets.error),
    ...incompleteSlack(env),
    ...incompleteGitHub(env),
  ];
  if (!variables.success || !secrets.success || problems.length > 0) return { outcome: 'invalid', problems };

  return { outcome: 'ok', environment: environmentOf(variables.data, secrets.data) };
}

export function environmentFromProcess(): EnvironmentRead {
  return readEnvironment(process.env);
}

function environmentOf(variables: Variables, secrets: Record<string, string[] | undefined>): Environment {
  return {
    databaseUrl: variables.DATABASE_URL ?? null,
    host: variables.HOST,
    port: variables.PORT,
    publicUrl: variables.PUBLIC_URL ?? null,
    logLevel: variables.LOG_LEVEL,
    settingsFile: variables.SINCEWHEN_CONFIG ?? './sincewhen.yml',
    settingsFileRequired: variables.SINCEWHEN_CONFIG !== undefined,
    dataDirectory: variables.DATA_DIR,
    slack: slackOf(variables),
    slackApiUrl: variables.SLACK_API_URL ?? null,
    github: githubOf(variables),
    githubApiUrl: variables.GITHUB_API_URL,
    gitBaseUrl: variables.GIT_BASE_URL,
    webhookSecrets: new Map(
      sourceNames.flatMap((name) => {
        const list = secrets[secretVariable(name)];
        return list === undefined ? [] : [[name, list] as const];
      }),
    ),
    hmacKey: variables.HMAC_KEY ?? null,
  };
}

function slackOf(variables: Variables): SlackAccess | null {
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret } = variables;
  if (botToken === undefined) return null;
  if (appToken !== undefined) return { mode: 'socket', botToken, appToken };
  return signingSecret === undefined ? null : { mode: 'http', botToken, signingSecret };
}

function githubOf(variables: Variables): GitHubAccess | null {
  const { GITHUB_APP_ID: appId, GITHUB_APP_PRIVATE_KEY: privateKey, GITHUB_TOKEN: token } = variables;
  if (appId !== undefined && privateKey !== undefined) return { kind: 'app', appId, privateKey };
  return token === undefined ? null : { kind: 'token', token };
}

function incompleteSlack(env: Record<string, string | undefined>): string[] {
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret } = env;
  if (botToken !== undefined && appToken === undefined && signingSecret === undefined) {
    return ['SLACK_BOT_TOKEN is set alone: set SLACK_SIGNING_SECRET too, or SLACK_APP_TOKEN for Socket Mode'];
  }
  if (botToken === undefined && signingSecret !== undefined) {
    return ['SLACK_SIGNING_SECRET is set without SLACK_BOT_TOKEN: set both or neither'];
  }
  if (botToken === undefined && appToken !== undefined) {
    return ['SLACK_APP_TOKEN is set without SLACK_BOT_TOKEN: set both or neither'];
  }
  return [];
}

function incompleteGitHub(env: Record<string, string | undefined>): string[] {
  const { GITHUB_APP_ID: appId, GITHUB_APP_PRIVATE_KEY: privateKey } = env;
  if (appId !== undefined && privateKey === undefined) {
    return ['GITHUB_APP_ID is set without GITHUB_APP_PRIVATE_KEY: set both or neither'];
  }
  if (appId === undefined && privateKey !== undefined) {
    return ['GITHUB_APP_PRIVATE_KEY is set without GITHUB_APP_ID: set both or neither'];
  }
  return [];
}

function problemsOf(error: z.ZodError | undefined): string[] {
  const first = new Map<string, string>();
  for (const issue of error?.issues ?? []) {
    const variable = String(issue.path[0]);
    if (!first.has(variable)) first.set(variable, `${variable} ${issue.message}`);
  }
  return [...first.values()];
}

function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, search, hash } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && search === '' && hash === '';
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

function isPrivateKey(pem: string): boolean {
  try {
    createPrivateKey(pem);
    return true;
  } catch {
    return false;
  }
}
