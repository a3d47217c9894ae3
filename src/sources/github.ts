import { isUtf8 } from 'node:buffer';
import type { Catalog } from '../domain/catalog.ts';
import { readCreate, readDelete } from './github/create-delete.ts';
import { readDeploymentStatus } from './github/deployment-status.ts';
import { readDeployment } from './github/deployment.ts';
import { readPullRequestReview } from './github/pull-request-review.ts';
import { readPullRequest } from './github/pull-request.ts';
import { readPush } from './github/push.ts';
import type { Reader } from './reader.ts';
import { readRelease } from './github/release.ts';
import { readWorkflowRun } from './github/workflow-run.ts';
import { signatureFits } from './signature.ts';
import type { Delivery, Parsed, Source } from './source.ts';

const readers: ReadonlyMap<string, Reader> = new Map([
  ['push', readPush],
  ['pull_request', readPullRequest],
  ['pull_request_review', readPullRequestReview],
  ['deployment', readDeployment],
  ['deployment_status', readDeploymentStatus],
  ['workflow_run', readWorkflowRun],
  ['release', readRelease],
  ['create', readCreate],
  ['delete', readDelete],
]);

const scheme = { algorithm: 'sha256', prefix: 'sha256=' } as const;

/** Webhooks of github.com and GitHub Enterprise Server, with either content type. Which events: `readers`. */
export function github(secrets: readonly string[], { catalog }: { readonly catalog: Catalog }): Source {
  return {
    name: 'github',
    title: 'GitHub',
    // Its own limit for what it sends.
    bodyLimit: 25 * 1024 * 1024,
    verify: ({ headers, body }) => signatureFits(headers['x-hub-signature-256'], body, secrets, scheme),
    deliveryKey: ({ headers }) => keyIn(headers['x-github-delivery']),
    parse: (delivery) => parse(delivery, catalog),
  };
}

function keyIn(header: string | undefined): string | null {
  return header !== undefined && /^[\w-]{1,100}$/.test(header) ? header.toLowerCase() : null;
}

function parse(delivery: Delivery, catalog: Catalog): Parsed {
  const event = delivery.headers['x-github-event'];
  if (event === undefined || !/^\w{1,100}$/.test(event)) return notGitHub('the header X-GitHub-Event is missing');
  const body = bodyOf(delivery);
  if ('problem' in body) return notGitHub(body.problem);
  if (event === 'ping') return { outcome: 'ping' };
  const read = readers.get(event);
  if (read === undefined) return { outcome: 'ignored', reason: `${event} is not tracked` };
  const parsed = read(body.value, { receivedAt: delivery.receivedAt, catalog });
  return parsed.outcome === 'malformed' ? { ...parsed, error: `${event}: ${parsed.error}` } : parsed;
}

function notGitHub(error: string): Parsed {
  return { outcome: 'malformed', error, notWhatItSends: true };
}

function bodyOf({ headers, body }: Delivery): { readonly value: object } | { readonly problem: string } {
  if (!isUtf8(body)) return { problem: 'the body is not UTF-8' };
  let text = body.toString();
  if (/^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '')) {
    const payload = new URLSearchParams(text).get('payload');
    if (payload === null) return { problem: 'the form has no field payload' };
    text = payload;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { value };
    return { problem: 'the body is not a JSON object' };
  } catch {
    return { problem: 'the body is not JSON' };
  }
}
