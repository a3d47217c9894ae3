import { readCreate, readDelete } from './github/create-delete.ts';
import { readDeploymentStatus } from './github/deployment-status.ts';
import { readDeployment } from './github/deployment.ts';
import { readPullRequestReview } from './github/pull-request-review.ts';
import { readPullRequest } from './github/pull-request.ts';
import { readPush } from './github/push.ts';
import { readRelease } from './github/release.ts';
import { readRepository } from './github/repository.ts';
import { readWorkflowRun } from './github/workflow-run.ts';
import { isObject } from './reading/json.ts';
import type { Reader } from './reading/reader.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';

const readers: ReadonlyMap<string, Reader> = new Map([
  ['push', readPush],
  ['pull_request', readPullRequest],
  ['pull_request_review', readPullRequestReview],
  ['deployment', readDeployment],
  ['deployment_status', readDeploymentStatus],
  ['workflow_run', readWorkflowRun],
  ['release', readRelease],
  ['repository', readRepository],
  ['create', readCreate],
  ['delete', readDelete],
]);

/** Webhooks of github.com and GitHub Enterprise Server, with either content type. Which events: `readers`. */
export const github: SourceDefinition = {
  name: 'github',
  title: 'GitHub',
  // Its own limit for what it sends.
  bodyLimit: 25 * 1024 * 1024,
  authentication: [{ by: 'hmac', header: 'x-hub-signature-256', algorithm: 'sha256', prefix: 'sha256=' }],
  headers: ['x-github-event', 'x-github-delivery', 'x-github-hook-id'],
  unwrap: (text, headers) =>
    /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '')
      ? (new URLSearchParams(text).get('payload') ?? undefined)
      : text,
  deliveryKey: ({ headers }) => keyIn(headers['x-github-delivery']),
  parse,
};

function keyIn(header: string | undefined): string | null {
  return header !== undefined && /^[\w-]{1,100}$/.test(header) ? header.toLowerCase() : null;
}

function parse({ headers, body, receivedAt, catalog }: Message): Parsed {
  const event = headers['x-github-event'];
  if (event === undefined || !/^\w{1,100}$/.test(event)) return notGitHub('the header X-GitHub-Event is missing');
  if (!isObject(body)) return notGitHub('the body is not a JSON object');
  if (event === 'ping') return { outcome: 'ping' };
  const read = readers.get(event);
  if (read === undefined) return { outcome: 'ignored', reason: `${event} is not tracked` };
  const parsed = read(body, { receivedAt, catalog });
  return parsed.outcome === 'malformed' ? { ...parsed, error: `${event}: ${parsed.error}` } : parsed;
}

function notGitHub(error: string): Parsed {
  return { outcome: 'malformed', error, notWhatItSends: true };
}
