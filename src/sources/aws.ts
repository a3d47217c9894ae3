import type { Catalog } from '../domain/catalog.ts';
import { readNotifiedAlarm, readAlarm } from './aws/alarm.ts';
import { readAppConfig } from './aws/app-config.ts';
import { readInstanceRefresh, readScalingFailure, readSpotInterruption } from './aws/auto-scaling.ts';
import { readBuildkite } from './aws/buildkite.ts';
import { readStack, readStackDrift, readStackSet } from './aws/cloud-formation.ts';
import { readApiCall } from './aws/cloud-trail.ts';
import { readBuild } from './aws/code-build.ts';
import { readCodeDeploy } from './aws/code-deploy.ts';
import { readPipeline, readStage } from './aws/code-pipeline.ts';
import { concealAws } from './aws/conceal.ts';
import { readCompliance, readItem } from './aws/config.ts';
import { readCache, readDatabase } from './aws/database.ts';
import { readImage } from './aws/ecr.ts';
import { readEcsDeployment, readEcsTask } from './aws/ecs.ts';
import { type AwsEvent, type EventReader, awsEventOf } from './aws/event.ts';
import { readHealth } from './aws/health.ts';
import { readForeignNotification } from './aws/notification.ts';
import { carriedBy } from './aws/sns.ts';
import { readMaintenanceWindow, readParameter } from './aws/systems-manager.ts';
import { isObject, parseJson } from './reading/json.ts';
import { ignored } from './reading/reader.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';

const readers: ReadonlyMap<string, EventReader> = new Map([
  ['CodeDeploy Deployment State-change Notification', readCodeDeploy],
  ['CodePipeline Pipeline Execution State Change', readPipeline],
  ['CodePipeline Stage Execution State Change', readStage],
  ['CodeBuild Build State Change', readBuild],
  ['ECS Deployment State Change', readEcsDeployment],
  ['ECS Task State Change', readEcsTask],
  ['ECR Image Action', readImage],
  ['CloudFormation Stack Status Change', readStack],
  ['CloudFormation Drift Detection Status Change', readStackDrift],
  ['CloudFormation StackSet Operation Status Change', readStackSet],
  ['Config Rules Compliance Change', readCompliance],
  ['Config Configuration Item Change', readItem],
  ['AWS API Call via CloudTrail', readApiCall],
  ['AWS Service Event via CloudTrail', readApiCall],
  ['AWS Console Action via CloudTrail', readApiCall],
  ['On Deployment Start', readAppConfig],
  ['On Deployment Complete', readAppConfig],
  ['On Deployment Rolled Back', readAppConfig],
  ['RDS DB Instance Event', readDatabase],
  ['RDS DB Cluster Event', readDatabase],
  ['RDS DB Parameter Group Event', readDatabase],
  ['RDS DB Security Group Event', readDatabase],
  ['RDS DB Proxy Event', readDatabase],
  ['RDS DB Shard Group Event', readDatabase],
  ['RDS Blue Green Deployment Event', readDatabase],
  ['AWS Health Event', readHealth],
  ['CloudWatch Alarm State Change', readAlarm],
  ['EC2 Instance Launch Unsuccessful', readScalingFailure],
  ['EC2 Instance Terminate Unsuccessful', readScalingFailure],
  ['EC2 Spot Instance Interruption Warning', readSpotInterruption],
  ['Parameter Store Change', readParameter],
  ['Maintenance Window Execution State-change Notification', readMaintenanceWindow],
]);

/** Told by something else, or by nothing that a person woken at night would look for. */
const reasons: ReadonlyMap<string, string> = new Map([
  ['CodeDeploy Instance State-change Notification', 'one instance of a deployment, whose own events tell how it went'],
  ['CodePipeline Action Execution State Change', 'one action of a stage, whose own events tell how it went'],
  ['CodeBuild Build Phase Change', 'one phase of a build'],
  ['ECS Container Instance State Change', 'the capacity of a cluster, which changes all day'],
  ['ECS Service Action', 'how a service settles, not what was changed'],
  ['ECR Image Scan', 'a scan changes nothing'],
  ['ECR Scan', 'a scan changes nothing'],
  ['CloudFormation Resource Status Change', 'one resource of a stack, whose own events tell how it went'],
  ['EC2 Instance State-change Notification', 'instances come and go all day'],
  ['EC2 Instance Launch Successful', 'instances come and go all day'],
  ['EC2 Instance Terminate Successful', 'instances come and go all day'],
  ['AWS Console Sign In via CloudTrail', 'a sign-in changes nothing'],
  ['Scheduled Event', 'a schedule, not a change'],
]);

/** Events of EventBridge, one or a list of them, as they are or carried by SNS or SQS. */
export const aws: SourceDefinition = {
  name: 'aws',
  title: 'AWS',
  // A connection of EventBridge puts the secret there as a token, a password or, as an API key, without a word before it.
  authentication: [
    { by: 'secret', inPath: true },
    { by: 'token', header: 'authorization' },
  ],
  headers: [],
  conceal: concealAws,
  deliveryKey: ({ body }) => keyIn(body),
  parse,
};

/** A redelivery repeats the id; with the time beside it, for those that number their own events. */
function keyIn(body: unknown): string | null {
  if (!isObject(body)) return null;
  const [id, time] =
    typeof body['MessageId'] === 'string' ? [body['MessageId'], body['Timestamp']] : [body['id'], body['time']];
  const type = body['detail-type'] ?? body['Type'];
  if (typeof id !== 'string' || !/^[\w-]{1,100}$/.test(id)) return null;
  const rest = [time, type].map((part) => (typeof part === 'string' ? part.slice(0, 100) : ''));
  return [id, ...rest].join(' ').replaceAll(/[^ -~]/g, '');
}

function parse({ body, receivedAt, catalog }: Message): Parsed {
  const context = { receivedAt, catalog };
  const listed = Array.isArray(body) ? body : isObject(body) && Array.isArray(body['Records']) ? body['Records'] : null;
  if (listed === null) return one(body, context);
  return together(listed.slice(0, 10_000).map((each: unknown) => one(each, context)));
}

interface Context {
  readonly receivedAt: Date;
  readonly catalog: Catalog;
}

function one(body: unknown, context: Context): Parsed {
  const held = outOfQueue(body);
  const carried = carriedBy(held);
  if (carried.as === 'confirmation') return { outcome: 'ping' };
  const inner = carried.as === 'notification' ? carried.notification.message : held;
  const event = awsEventOf(inner);
  if (event !== undefined) return readEvent(event, context);
  if (carried.as === 'notification') {
    const { id, account, region, time, message, subject } = carried.notification;
    const around: AwsEvent = {
      id,
      account,
      region,
      time,
      type: 'SNS',
      source: 'aws.sns',
      resources: [],
      detail: message,
    };
    if (isObject(message) && 'AlarmName' in message) return readNotifiedAlarm(around, context);
    return readForeignNotification(around, subject, context);
  }
  return {
    outcome: 'malformed',
    error: 'the body is no event of EventBridge and no message of SNS',
    notWhatItSends: true,
  };
}

/** A message of SQS, as a pipe of EventBridge passes it on. */
function outOfQueue(body: unknown): unknown {
  if (!isObject(body) || body['eventSource'] !== 'aws:sqs' || typeof body['body'] !== 'string') return body;
  return parseJson(body['body']);
}

function readEvent(event: AwsEvent, context: Context): Parsed {
  const parsed = readerOf(event)(event, context);
  return parsed.outcome === 'malformed' ? { ...parsed, error: `${event.type}: ${parsed.error}` } : parsed;
}

function readerOf({ type, source }: AwsEvent): EventReader {
  if (source.startsWith('aws.partner/buildkite.com/')) {
    return /^Build (?:Created|Started|Running|Finished|Failing)$/.test(type) ? readBuildkite : notTracked;
  }
  if (type.startsWith('EC2 Auto Scaling Instance Refresh ')) return readInstanceRefresh;
  if (source === 'aws.elasticache') return type.endsWith('via CloudTrail') ? readApiCall : readCache;
  return readers.get(type) ?? notTracked;
}

function notTracked({ type }: AwsEvent): Parsed {
  return ignored(reasons.get(type) ?? `${type} is not tracked`);
}

/** What a list says in all. One that cannot be read does not keep the others from being recorded. */
function together(parts: readonly Parsed[]): Parsed {
  const said = parts.filter((part) => part.outcome === 'events');
  const wrong = parts.flatMap((part, index) => (part.outcome === 'malformed' ? [{ ...part, index }] : []));
  if (said.length === 0) {
    const [first] = wrong;
    if (first !== undefined && wrong.every((part) => part.notWhatItSends) && wrong.length === parts.length)
      return first;
    if (first !== undefined) return { outcome: 'malformed', error: first.error, notWhatItSends: false };
    return parts.find((part) => part.outcome === 'ignored') ?? ignored('an empty list');
  }
  return {
    outcome: 'events',
    events: said.flatMap((part) => part.events),
    signals: said.flatMap((part) => part.signals ?? []),
    ...(wrong.length === 0 ? {} : { rejected: wrong.map(({ index, error }) => ({ index, error })) }),
  };
}
