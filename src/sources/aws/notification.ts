import { z } from 'zod';
import { outsideText } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { name, text } from '../reading/fields.ts';
import { isObject } from '../reading/json.ts';
import { lookUp } from '../reading/look-up.ts';
import { type ReaderContext, ignored, reader } from '../reading/reader.ts';
import type { Parsed } from '../reading/source.ts';
import { operationName, readStack } from './cloud-formation.ts';
import { readCodeDeploy } from './code-deploy.ts';
import { readCompliance, readItem } from './config.ts';
import { databaseChange, readDatabase } from './database.ts';
import { type AwsEvent, Utc, utc } from './event.ts';

/** What services sent to topics of SNS before there was EventBridge, each in a shape of its own. */
export function readForeignNotification(event: AwsEvent, subject: string | undefined, context: ReaderContext): Parsed {
  const { detail } = event;
  if (typeof detail === 'string')
    return stackWords(detail, event, context) ?? ignored(`a message in words: ${subject ?? ''}`);
  if (!isObject(detail)) return ignored('a message that is no event');
  if (detail['messageType'] === 'ConfigurationItemChangeNotification') return readItem(event, context);
  if (detail['messageType'] === 'ComplianceChangeNotification') return readCompliance(event, context);
  if (detail['Event Source'] !== undefined) return oldDatabase(event, context);
  if (detail['deploymentId'] !== undefined && detail['eventTriggerName'] !== undefined) return trigger(event, context);
  const [[key, value] = []] = Object.entries(detail);
  if (key?.startsWith('ElastiCache:') === true && typeof value === 'string') return cache(key, value, event, context);
  return ignored(`a message that is no event: ${subject ?? ''}`);
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-create-stack.html: `Name='value'` lines. */
function stackWords(words: string, event: AwsEvent, context: ReaderContext): Parsed | undefined {
  const told = new Map(
    Array.from(
      words.slice(0, 20_000).matchAll(/^(\w+)='(.*)'$/gm),
      ([, key = '', value = '']) => [key, value] as const,
    ),
  );
  const stack = told.get('StackId');
  if (stack === undefined) return undefined;
  if (told.get('ResourceType') !== 'AWS::CloudFormation::Stack' || told.get('PhysicalResourceId') !== stack) {
    return ignored('one resource of a stack');
  }
  const detail = {
    'stack-id': stack,
    'status-details': { status: told.get('ResourceStatus'), 'status-reason': told.get('ResourceStatusReason') },
    // Empty where nobody gave one.
    [operationName]: told.get('ClientRequestId'),
  };
  return readStack({ ...event, time: utc(told.get('Timestamp')) ?? event.time, detail }, context);
}

const OldDatabase = z.object({
  'Event Source': name(50),
  'Event Time': text(50),
  'Source ID': name(300),
  'Event Message': name(1000),
});

/** It has no categories: what it says has to do. */
function oldDatabase(event: AwsEvent, context: ReaderContext): Parsed {
  const read = reader(OldDatabase, (detail, inner) => {
    const { 'Event Message': message, 'Source ID': object } = detail;
    if (/snapshot/i.test(detail['Event Source']) || /\b(?:backup|backing up|snapshot)\b/i.test(message)) {
      return ignored('a backup of a database');
    }
    const category = /parameter|modif|updat|applied/i.test(message)
      ? 'configuration change'
      : /creat|delet/i.test(message)
        ? 'creation'
        : 'maintenance';
    const time = utc(detail['Event Time']?.replace(/^(\S+ \S+)\.\d+$/, '$1'));
    return readDatabase(
      {
        ...event,
        detail: { EventCategories: [category], SourceIdentifier: object, Message: message, Date: time?.toISOString() },
      },
      inner,
    );
  });
  return read(event.detail, context);
}

const Trigger = z.object({
  deploymentId: name(100),
  status: name(50),
  applicationName: text(200),
  deploymentGroupName: text(200),
  region: text(50),
  completeTime: Utc,
  createTime: Utc,
});

const states: Readonly<Record<string, string>> = {
  CREATED: 'CREATED',
  SUCCEEDED: 'SUCCESS',
  FAILED: 'FAILURE',
  STOPPED: 'STOP',
  READY: 'READY',
};

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-sns-event-notifications-json-format.html */
function trigger(event: AwsEvent, context: ReaderContext): Parsed {
  const read = reader(Trigger, (detail, inner) => {
    const { deploymentId, status, applicationName: application, deploymentGroupName: deploymentGroup } = detail;
    const state = lookUp(states, status);
    if (state === undefined) return ignored(`a CodeDeploy deployment in the state ${status}`);
    return readCodeDeploy(
      {
        ...event,
        region: detail.region ?? event.region,
        detail: { deploymentId, state, ...defined({ application, deploymentGroup }) },
      },
      inner,
    );
  });
  return read(event.detail, context);
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html: `{"ElastiCache:FailoverComplete": "…"}`. */
function cache(key: string, object: string, event: AwsEvent, context: ReaderContext): Parsed {
  const what = key.slice('ElastiCache:'.length);
  if (/^(?:Snapshot|CreateReplicationGroupSnapshot)/.test(what)) return ignored('a backup of a cache');
  return databaseChange(
    {
      kind: /Provision|Created|Deleted|DeleteCache/.test(what) ? 'infrastructure' : 'maintenance',
      product: 'ElastiCache',
      object: outsideText(object, 200) ?? '',
      message: outsideText(what.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase(), 200) ?? '',
    },
    event,
    context,
  );
}
