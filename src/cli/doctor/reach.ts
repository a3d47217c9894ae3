import type { Environment } from '../../config/environment.ts';
import { ask } from './ask.ts';
import { clockFinding } from './clock.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

/** Whether sources reach us at the address that was given to them. */
export async function publicAddressFinding({ publicUrl }: Environment, now: () => Date): Promise<readonly Finding[]> {
  if (publicUrl === null) return [];
  const answered = await ask(`${publicUrl}/healthz`, {}, now);
  const mend = 'start the service (npm start), and point your proxy for PUBLIC_URL at its HOST and PORT';
  if (answered.outcome === 'failed')
    return [wrong('public-url', `PUBLIC_URL/healthz cannot be reached: ${answered.why}`, mend)];
  if (answered.status !== 200)
    return [wrong('public-url', `PUBLIC_URL/healthz answers ${answered.status}, not 200`, mend)];
  return [ok('public-url', 'PUBLIC_URL leads to a service that is alive')];
}

/** GitHub's clock and whether it takes our access; only where there is access to it. */
export async function gitHubFindings(
  { github, githubApiUrl }: Environment,
  now: () => Date,
): Promise<readonly Finding[]> {
  if (github === null) return [];
  const headers = {
    accept: 'application/vnd.github+json',
    'user-agent': 'sincewhen',
    ...(github.kind === 'token' ? { authorization: `Bearer ${github.token}` } : {}),
  };
  const answered = await ask(`${githubApiUrl.replace(/\/+$/, '')}/rate_limit`, { headers }, now);
  if (answered.outcome === 'failed') {
    const mend = 'let this machine reach GITHUB_API_URL over HTTPS';
    return [warning('github-api', `GitHub cannot be reached: ${answered.why}`, mend)];
  }
  const clock = answered.clock === null ? [] : [clockFinding('GitHub', answered.clock)];
  if (answered.status === 401 || answered.status === 403) {
    const mend = 'make a new GITHUB_TOKEN (docs/sources/github.md says with what), set it and restart';
    return [...clock, wrong('github-api', `GitHub refuses our access (${answered.status})`, mend)];
  }
  return [...clock, ok('github-api', 'GitHub can be asked')];
}
