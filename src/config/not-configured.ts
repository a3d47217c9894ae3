import type { Environment } from './environment.ts';
import { secretVariable, sourceNames } from './source-names.ts';

/** One sentence for each part that is off or limited for want of a setting: what that means and which setting it is. */
export function notConfigured(environment: Environment): readonly string[] {
  const sentences: string[] = [];
  if (environment.databaseUrl === null) {
    sentences.push(
      `DATABASE_URL is not set: a private PostgreSQL under ${environment.dataDirectory} is used. Set DATABASE_URL to use yours.`,
    );
  }
  if (environment.slack === null) sentences.push(slackIsOff);
  const closed = sourceNames.filter((name) => !environment.webhookSecrets.has(name));
  if (closed.length === sourceNames.length) {
    sentences.push(
      'No source may send: set GITHUB_WEBHOOK_SECRET to the secret of your GitHub webhook. Tokens for POST /api/changes are made by: npm run -s sincewhen -- token create --scope ingest',
    );
  } else if (closed.includes('github')) {
    sentences.push(`GitHub may not send: set ${secretVariable('github')} to the secret of your GitHub webhook.`);
  }
  if (environment.github === null) {
    sentences.push(
      'Private repositories cannot be read, and deliveries that GitHub could not make are not caught up with: set GITHUB_TOKEN, or GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY.',
    );
  }
  if (environment.hmacKey === null) {
    sentences.push(
      'Secret values in what sources send are kept as ‹secret›, so whether one changed cannot be seen: set HMAC_KEY, made with `openssl rand -hex 32`.',
    );
  }
  for (const [source, secrets] of environment.webhookSecrets) {
    if (secrets.some((secret) => secret.length < easilyGuessed)) {
      sentences.push(
        `${secretVariable(source)} is short enough to be guessed: make one with \`openssl rand -hex 32\`.`,
      );
    }
  }
  return sentences;
}

/** Characters. A signature lets whoever sees one try secrets without asking us. */
const easilyGuessed = 16;

export const slackIsOff =
  'Slack is not configured: set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET, or SLACK_BOT_TOKEN and SLACK_APP_TOKEN for Socket Mode.';
