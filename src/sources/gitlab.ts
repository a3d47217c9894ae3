import { readDeployment } from './gitlab/deployment.ts';
import { readFeatureFlag } from './gitlab/feature-flag.ts';
import { readIssue } from './gitlab/incident.ts';
import { readMergeRequest } from './gitlab/merge-request.ts';
import { readJob, readPipeline } from './gitlab/pipeline.ts';
import { readPush } from './gitlab/push.ts';
import { readRelease } from './gitlab/release.ts';
import { isObject } from './reading/json.ts';
import type { Reader } from './reading/reader.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';

const readers: ReadonlyMap<string, Reader> = new Map([
  ['push', readPush],
  ['tag_push', readPush],
  ['merge_request', readMergeRequest],
  ['deployment', readDeployment],
  ['pipeline', readPipeline],
  ['build', readJob],
  ['release', readRelease],
  ['issue', readIssue],
  ['work_item', readIssue],
]);

/**
 * Webhooks of projects and groups and system hooks, of gitlab.com and of GitLab's own installations:
 * https://docs.gitlab.com/user/project/integrations/webhook_events/
 */
export const gitlab: SourceDefinition = {
  name: 'gitlab',
  title: 'GitLab',
  authentication: [{ by: 'standard-webhooks' }, { by: 'token', header: 'x-gitlab-token' }],
  headers: ['x-gitlab-event', 'x-gitlab-event-uuid', 'webhook-id', 'idempotency-key'],
  // `X-Gitlab-Event-UUID` is no such key: all that follows from one event shares it.
  deliveryKey: ({ headers }) => idIn(headers['webhook-id']) ?? idIn(headers['idempotency-key']) ?? null,
  parse,
};

function idIn(header: string | undefined): string | undefined {
  return header !== undefined && /^[\w-]{1,100}$/.test(header) ? header.toLowerCase() : undefined;
}

function parse({ headers, body, receivedAt, catalog }: Message): Parsed {
  if (!isObject(body)) return { outcome: 'malformed', error: 'the body is not a JSON object', notWhatItSends: true };
  // System hooks have no `object_kind`.
  const kind = [body['object_kind'], body['event_name']].find((each) => typeof each === 'string');
  if (typeof kind !== 'string' || !/^\w{1,100}$/.test(kind)) {
    // A template of the team's own may have replaced the body.
    const notWhatItSends = headers['x-gitlab-event'] === undefined;
    return { outcome: 'malformed', error: 'object_kind and event_name are missing', notWhatItSends };
  }
  const context = { receivedAt, catalog };
  const parsed =
    kind === 'feature_flag'
      ? readFeatureFlag(body, context, idIn(headers['x-gitlab-event-uuid']) ?? idIn(headers['webhook-id']))
      : readers.get(kind)?.(body, context);
  if (parsed === undefined) return { outcome: 'ignored', reason: `${kind} is not tracked` };
  return parsed.outcome === 'malformed' ? { ...parsed, error: `${kind}: ${parsed.error}` } : parsed;
}
