import { readBuild } from './azuredevops/build.ts';
import { readRun, readStage } from './azuredevops/pipeline.ts';
import { readPullRequest } from './azuredevops/pull-request.ts';
import { readPush } from './azuredevops/push.ts';
import { readDeployment } from './azuredevops/release.ts';
import { isObject } from './reading/json.ts';
import { type Reader, ignored } from './reading/reader.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['git.push', readPush],
  ['git.pullrequest.merged', readPullRequest],
  // Sent when it is completed as well, where nobody listens to merges.
  ['git.pullrequest.updated', readPullRequest],
  ['build.complete', readBuild],
  ['ms.vss-pipelines.run-state-changed-event', readRun],
  ['ms.vss-pipelines.stage-state-changed-event', readStage],
  ['ms.vss-release.deployment-started-event', readDeployment('started')],
  ['ms.vss-release.deployment-completed-event', readDeployment('completed')],
]);

/** Service hooks of Azure DevOps, cloud and server: https://learn.microsoft.com/azure/devops/service-hooks/events */
export const azuredevops: SourceDefinition = {
  name: 'azuredevops',
  title: 'Azure DevOps',
  authentication: [{ by: 'secret', inPath: false }],
  headers: [],
  deliveryKey: ({ body }) => (isObject(body) ? keyIn(body) : null),
  parse,
};

/** What the button _Test_ sends belongs to no subscription. */
const noSubscription = '00000000-0000-0000-0000-000000000000';

/** Notifications are numbered within their subscription. */
function keyIn({
  subscriptionId: subscription,
  notificationId: number,
}: Readonly<Record<string, unknown>>): string | null {
  if (typeof subscription !== 'string' || !/^[\da-f-]{36}$/i.test(subscription)) return null;
  if (subscription === noSubscription || !Number.isSafeInteger(number)) return null;
  return `${subscription.toLowerCase()}#${Number(number)}`;
}

function parse({ body, receivedAt, catalog }: Message): Parsed {
  if (!isObject(body)) return notAzureDevOps('the body is not a JSON object');
  const { eventType, resource } = body;
  if (typeof eventType !== 'string' || eventType === '') return notAzureDevOps('the field eventType is missing');
  if (body['publisherId'] === undefined && resource === undefined && body['message'] === undefined) {
    return notAzureDevOps('the body is no notification of a service hook');
  }
  if (body['subscriptionId'] === noSubscription) return { outcome: 'ping' };
  const read = readers.get(eventType);
  if (read === undefined) return ignored(`${eventType} is not tracked`);
  // A subscription may be set to send no details of its resource.
  if (resource === undefined || resource === null) return ignored(`${eventType} without its resource`);
  const parsed = read(body, { receivedAt, catalog });
  return parsed.outcome === 'malformed' ? { ...parsed, error: `${eventType}: ${parsed.error}` } : parsed;
}

function notAzureDevOps(error: string): Parsed {
  return { outcome: 'malformed', error, notWhatItSends: true };
}
