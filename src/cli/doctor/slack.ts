import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Environment, SlackAccess } from '../../config/environment.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { type Answered, ask } from './ask.ts';
import { clockFinding } from './clock.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

const Said = z.object({ ok: z.boolean(), error: z.string().optional(), team: z.string().optional() });
const Manifest = z.object({ oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }) });
const reinstall =
  'at api.slack.com/apps paste manifest.yml under App Manifest, then Install App → Reinstall to Workspace';

/** Whether Slack knows the bot, grants it what its manifest asks for, and reaches it. */
export async function slackFindings(environment: Environment, now: () => Date): Promise<readonly Finding[]> {
  const { slack, slackApiUrl } = environment;
  if (slack === null) return [];
  const api = (slackApiUrl ?? 'https://slack.com/api').replace(/\/+$/, '');
  const [token, reach] = await Promise.all([
    askWith(api, slack.botToken, now).then(tokenFindings),
    reachFindings(environment, slack, now),
  ]);
  return [...token, ...reach];
}

function askWith(api: string, token: string, now: () => Date): Promise<Answered> {
  return ask(`${api}/auth.test`, { method: 'POST', headers: { authorization: `Bearer ${token}` } }, now);
}

async function tokenFindings(answered: Answered): Promise<readonly Finding[]> {
  if (answered.outcome === 'failed') {
    const mend = 'let this machine reach slack.com over HTTPS (a proxy or firewall in between?)';
    return [wrong('slack-token', `Slack cannot be reached: ${answered.why}`, mend)];
  }
  const clock = answered.clock === null ? [] : [clockFinding('Slack', answered.clock)];
  const said = Said.safeParse(jsonOf(answered.body)).data;
  if (said === undefined) {
    return [
      ...clock,
      warning(
        'slack-token',
        `Slack answers ${answered.status} and nothing that I can read`,
        'try again later: status.slack.com',
      ),
    ];
  }
  if (!said.ok) {
    const why = outsideText(said.error, 60) ?? 'no reason';
    const mend = 'set SLACK_BOT_TOKEN to the one under OAuth & Permissions of the app, and restart';
    return [...clock, wrong('slack-token', `Slack refuses SLACK_BOT_TOKEN: ${why}`, mend)];
  }
  const team = outsideText(said.team, 80);
  const known = ok('slack-token', `Slack knows the bot${team === undefined ? '' : ` in ${team}`}`);
  return [...clock, known, await scopesFinding(answered.headers.get('x-oauth-scopes'))];
}

async function scopesFinding(header: string | null): Promise<Finding> {
  const written = await readFile(new URL('../../../manifest.yml', import.meta.url), 'utf8');
  const wanted = Manifest.parse(parse(written)).oauth_config.scopes.bot;
  if (header === null) {
    return warning('slack-scopes', 'Slack did not say which scopes the bot has', `compare them yourself: ${reinstall}`);
  }
  const granted = new Set(header.split(',').map((scope) => scope.trim()));
  const missing = wanted.filter((scope) => !granted.has(scope));
  return missing.length === 0
    ? ok('slack-scopes', `the bot has all ${wanted.length} scopes of manifest.yml`)
    : wrong('slack-scopes', `the bot lacks ${missing.join(', ')}`, reinstall);
}

async function reachFindings(
  { publicUrl }: Environment,
  slack: SlackAccess,
  now: () => Date,
): Promise<readonly Finding[]> {
  if (slack.mode === 'socket') return [ok('request-url', 'Socket Mode: Slack needs no way in')];
  if (publicUrl === null) {
    const mend = 'set PUBLIC_URL to the address that manifest.yml names, and run this again';
    return [warning('request-url', 'whether Slack reaches us was not looked at', mend)];
  }
  return [requestUrlFinding(await challenge(publicUrl, slack.signingSecret, now))];
}

const word = 'sincewhen-doctor';

/** As Slack itself asks when the address is entered; signed, so that no secret leaves us. */
function challenge(publicUrl: string, signingSecret: string, now: () => Date): Promise<Answered> {
  const body = JSON.stringify({ type: 'url_verification', challenge: word });
  const timestamp = String(Math.floor(now().getTime() / 1000));
  const signature = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${signature}`,
  };
  return ask(`${publicUrl}/slack/events`, { method: 'POST', headers, body }, now);
}

function requestUrlFinding(answered: Answered): Finding {
  const check = 'request-url';
  const proxy = 'point your proxy for /slack/events at this service, over HTTPS and without a login';
  if (answered.outcome === 'failed')
    return wrong(check, `PUBLIC_URL/slack/events cannot be reached: ${answered.why}`, proxy);
  const { status, body } = answered;
  if (status === 200 && body.includes(word)) return ok(check, 'requests of Slack reach us');
  if (status === 401 || status === 403) {
    const mend = 'give the running service the SLACK_SIGNING_SECRET of Basic Information, and restart it';
    return wrong(check, `PUBLIC_URL/slack/events refuses our signature (${status})`, mend);
  }
  if (status === 503)
    return wrong(
      check,
      'the service at PUBLIC_URL runs without Slack (503)',
      'restart it with SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET',
    );
  return wrong(check, `PUBLIC_URL/slack/events answers ${status}, which is not us`, proxy);
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
