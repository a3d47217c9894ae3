import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Catalog } from '../domain/catalog.ts';
import type { Statement, TimelineEvent } from '../domain/event.ts';
import { foldChange } from '../domain/fold.ts';
import type { Signal } from '../domain/signal.ts';
import { readDelivery, readSource } from '../../test/read-source.ts';
import { aws } from './aws.ts';

const catalog: Catalog = {
  environments: new Map([
    ['production', 'production'],
    ['prod', 'production'],
    ['444455556666', 'production'],
    ['staging', 'staging'],
  ]),
  services: [],
  configPaths: [],
};

const time = '2026-11-20T14:00:00Z';

function event(type: string, detail: unknown, more: object = {}) {
  const around = { version: '0', id: 'e-1', source: 'aws.example', account: '111122223333', region: 'eu-west-1' };
  return { ...around, time, resources: [], 'detail-type': type, detail, ...more };
}

function call(service: string, operation: string, detail: object = {}) {
  return event('AWS API Call via CloudTrail', {
    eventID: 'c-1',
    eventTime: time,
    eventSource: `${service}.amazonaws.com`,
    eventName: operation,
    userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/grace', userName: 'grace' },
    readOnly: false,
    ...detail,
  });
}

function notification(message: unknown) {
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  const TopicArn = 'arn:aws:sns:eu-west-1:111122223333:operations';
  return { Type: 'Notification', MessageId: 'm-1', TopicArn, Message: text, Timestamp: time };
}

function parsed(body: unknown) {
  return readSource(aws, body, { catalog });
}

function eventsOf(body: unknown): readonly TimelineEvent[] {
  const read = parsed(body);
  if (read.outcome !== 'events') throw new Error(JSON.stringify(read));
  return read.events;
}

function eventOf(body: unknown): TimelineEvent {
  const [only, ...others] = eventsOf(body);
  if (only === undefined || others.length > 0) throw new Error('not one event');
  return only;
}

function statementOf(body: unknown): Statement {
  return eventOf(body).statement;
}

function signalOf(body: unknown): Signal {
  const read = parsed(body);
  const [signal] = (read.outcome === 'events' && read.signals) || [];
  if (signal === undefined) throw new Error(JSON.stringify(read));
  return signal;
}

describe('what a body is', () => {
  it.each([
    ['text', '"words"'],
    ['another system’s object', { action: 'opened', repository: {} }],
    ['an event without its type', { source: 'aws.ecs', detail: {} }],
    ['a list of anything', [1, 2]],
    ['no JSON', 'words'],
  ])('%s is not what AWS sends', (_, body) => {
    expect(parsed(body)).toMatchObject({ outcome: 'malformed', notWhatItSends: true });
  });

  it('an unknown type is ignored, whoever sends it', () => {
    expect(parsed(event('Anything New', {}))).toEqual({ outcome: 'ignored', reason: 'Anything New is not tracked' });
    expect(parsed(event('Order Placed', undefined, { source: 'com.example.shop' }))).toMatchObject({
      outcome: 'ignored',
    });
  });

  it('a known type with a wrong detail is malformed, and says where', () => {
    expect(parsed(event('CodeDeploy Deployment State-change Notification', { state: 1 }))).toMatchObject({
      outcome: 'malformed',
      error: expect.stringContaining('CodeDeploy Deployment State-change Notification: deploymentId') as string,
      notWhatItSends: false,
    });
  });

  it.each(['SubscriptionConfirmation', 'UnsubscribeConfirmation'])(
    'a %s is a test call, and its link is not kept',
    (Type) => {
      const SubscribeURL = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=abcdef';
      const { parsed, body } = readDelivery(aws, {
        ...notification('You have chosen …'),
        Type,
        Token: 'abcdef',
        SubscribeURL,
      });

      expect(parsed).toEqual({ outcome: 'ping' });
      expect(body.toString()).not.toMatch(/abcdef|Token|SubscribeURL/);
    },
  );

  it('an event carried by SNS or SQS says what it says by itself', () => {
    const deploys = event('ECS Deployment State Change', {
      eventName: 'SERVICE_DEPLOYMENT_FAILED',
      deploymentId: 'ecs-svc/1',
    });
    const bare = parsed(deploys);

    expect(parsed(notification(deploys))).toEqual(bare);
    expect(parsed({ eventSource: 'aws:sqs', body: JSON.stringify(notification(deploys)) })).toEqual(bare);
    expect(eventsOf([deploys])).toEqual(eventsOf(deploys));
    expect(eventsOf({ Records: [deploys] })).toEqual(eventsOf(deploys));
  });

  it('of a list what can be read is recorded, and the rest told by its place', () => {
    const good = event('ECS Deployment State Change', {
      eventName: 'SERVICE_DEPLOYMENT_FAILED',
      deploymentId: 'ecs-svc/1',
    });
    const bad = event('ECS Deployment State Change', {});

    expect(parsed([event('Scheduled Event', {}), bad, good])).toMatchObject({
      outcome: 'events',
      events: [{ statement: { phase: 'failed' } }],
      rejected: [{ index: 1 }],
    });
    expect(parsed([bad])).toMatchObject({ outcome: 'malformed', notWhatItSends: false });
    expect(parsed([event('Scheduled Event', {})])).toMatchObject({ outcome: 'ignored' });
    expect(parsed([])).toMatchObject({ outcome: 'ignored' });
  });

  it('is known again by its id, with its time for those that count from one', () => {
    const first = event('Scheduled Event', {}, { id: '1' });

    expect(readDelivery(aws, first).key).toBe(readDelivery(aws, { ...first }).key);
    expect(readDelivery(aws, first).key).not.toBe(readDelivery(aws, { ...first, time: '2026-11-20T15:00:00Z' }).key);
    expect(readDelivery(aws, notification('words')).key).toContain('m-1');
    expect(readDelivery(aws, [first]).key).toBeNull();
  });
});

describe('names that every object has', () => {
  it.each([
    event('CodeDeploy Deployment State-change Notification', { deploymentId: 'd-1', state: 'constructor' }),
    event('CodePipeline Pipeline Execution State Change', { pipeline: 'p', 'execution-id': 'x', state: 'toString' }),
    event('AWS Health Event', {
      eventArn: 'a',
      eventTypeCode: 'c',
      eventTypeCategory: 'scheduledChange',
      statusCode: 'valueOf',
    }),
    event('Parameter Store Change', { operation: 'constructor', name: 'limits' }),
  ])('%j says nothing that we know', (body) => {
    expect(parsed(body)).toMatchObject({ outcome: 'ignored' });
  });

  it.each(['constructor', '__proto__', 'toString'])('%s may be the name of a service', (service) => {
    expect(statementOf(call(service, 'CreateThing')).kind).toBe('infrastructure');
  });

  it('a number of a deployment may be any text', () => {
    const detail = { Type: 'OnDeploymentStart', DeploymentNumber: '\u0000\ud800' };

    expect(JSON.stringify(parsed(event('On Deployment Start', detail)))).not.toMatch(/u0000|ud800/);
    expect(parsed(notification({ 'ElastiCache:Fail\u0000over': 'a\ud800' })).outcome).toBe('events');
  });
});

describe('where it was', () => {
  const deployment = (deploymentGroup: string, more: object = {}) =>
    event(
      'CodeDeploy Deployment State-change Notification',
      { deploymentId: 'd-1', state: 'START', application: 'checkout', deploymentGroup },
      more,
    );

  it.each([
    ['a word of the deployment group', deployment('checkout-prod'), 'production'],
    ['the account, where the settings know it', deployment('blue', { account: '444455556666' }), 'production'],
    ['the deployment group as it stands', deployment('blue'), 'blue'],
  ])('is told by %s', (_, body, environmentName) => {
    expect(statementOf(body)).toMatchObject({ environmentName, serviceName: 'checkout' });
  });

  it('is not guessed', () => {
    expect(
      statementOf(call('ec2', 'DeleteRouteTable', { requestParameters: { routeTableId: 'rtb-1' } })),
    ).not.toHaveProperty('environmentName');
  });

  it.each([
    ['an object', { Environment: 'staging', Service: 'ledger' }],
    [
      'a list',
      [
        { key: 'env', value: 'staging' },
        { key: 'app', value: 'ledger' },
      ],
    ],
    [
      'a list in capitals',
      [
        { Key: 'environment', Value: 'staging' },
        { Key: 'service', Value: 'ledger' },
      ],
    ],
  ])('is told by tags in %s', (_, tags) => {
    const request = { requestParameters: { dBInstanceIdentifier: 'db', tags } };

    expect(statementOf(call('rds', 'CreateDBInstance', request))).toMatchObject({
      environmentName: 'staging',
      serviceName: 'ledger',
    });
  });
});

describe('deployments', () => {
  it.each([
    ['START', 'started'],
    ['READY', 'started'],
    ['SUCCESS', 'succeeded'],
    ['FAILURE', 'failed'],
    ['STOP', 'cancelled'],
  ])('a CodeDeploy deployment in the state %s has %s', (state, phase) => {
    expect(
      statementOf(event('CodeDeploy Deployment State-change Notification', { deploymentId: 'd-1', state })),
    ).toMatchObject({ phase, kind: 'deploy' });
  });

  it.each([
    ['STARTED', 'started'],
    ['RESUMED', 'started'],
    ['SUCCEEDED', 'succeeded'],
    ['FAILED', 'failed'],
    ['CANCELED', 'cancelled'],
    ['STOPPED', 'cancelled'],
    ['SUPERSEDED', 'cancelled'],
  ])('a pipeline in the state %s has %s', (state, phase) => {
    const detail = { pipeline: 'checkout-prod', 'execution-id': 'x-1', state };

    expect(statementOf(event('CodePipeline Pipeline Execution State Change', detail))).toMatchObject({
      phase,
      environmentName: 'production',
    });
  });

  it('a pipeline that goes back is a rollback', () => {
    const detail = { pipeline: 'checkout', 'execution-id': 'x-1', state: 'SUCCEEDED', 'execution-type': 'ROLLBACK' };

    expect(statementOf(event('CodePipeline Pipeline Execution State Change', detail)).kind).toBe('rollback');
  });

  it.each([
    ['checkout', 'Production', 'production'],
    ['checkout', 'deploy-to-staging', 'staging'],
    ['checkout', 'Build', null],
    ['checkout-prod', 'Production', null],
  ])('of pipeline %s the stage %s deploys to %s', (pipeline, stage, environmentName) => {
    const read = parsed(
      event('CodePipeline Stage Execution State Change', { pipeline, stage, 'execution-id': 'x-1', state: 'STARTED' }),
    );

    expect(read.outcome === 'events' ? read.events[0]?.statement.environmentName : null).toBe(environmentName);
  });

  it('what an ECS deployment brought and who asked for it join it, in any order', () => {
    const id = 'ecs-svc/4000000000000000001';
    const resources = ['arn:aws:ecs:eu-west-1:111122223333:service/prod/checkout'];
    const state = (eventName: string, time: string) =>
      event('ECS Deployment State Change', { eventName, deploymentId: id }, { resources, time });
    const task = event('ECS Task State Change', {
      lastStatus: 'RUNNING',
      startedBy: id,
      group: 'service:checkout',
      clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/prod',
      taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/checkout:41',
      containers: [{ image: 'registry.example.com:5000/checkout:v1.42.0' }],
    });
    const asked = call('ecs', 'UpdateService', {
      eventTime: '2026-11-20T13:59:59Z',
      requestParameters: { service: 'checkout', cluster: 'prod', taskDefinition: 'checkout:41' },
      responseElements: {
        service: {
          deployments: [
            { id: 'ecs-svc/0', status: 'ACTIVE' },
            { id, status: 'PRIMARY' },
          ],
        },
      },
    });
    const all = [
      asked,
      state('SERVICE_DEPLOYMENT_IN_PROGRESS', time),
      task,
      state('SERVICE_DEPLOYMENT_COMPLETED', '2026-11-20T14:04:00Z'),
    ].map(eventOf);

    expect(new Set(all.map(({ identities }) => identities[0]?.value)).size).toBe(1);
    for (const events of [all, all.toReversed()]) {
      expect(foldChange(events, catalog, null)).toMatchObject({
        kind: 'deploy',
        status: 'succeeded',
        title: 'deploy checkout v1.42.0 to production',
        actor: { login: 'grace' },
        finishedAt: new Date('2026-11-20T14:04:00Z'),
      });
    }
  });

  it('tells one deployment’s tasks once', () => {
    const task = (taskArn: string) =>
      event('ECS Task State Change', {
        lastStatus: 'RUNNING',
        startedBy: 'ecs-svc/1',
        taskArn,
        taskDefinitionArn: 'a/checkout:41',
      });

    expect(statementOf(task('t-1')).key).toBe(statementOf(task('t-2')).key);
    expect(parsed(event('ECS Task State Change', { lastStatus: 'STOPPED', startedBy: 'ecs-svc/1' }))).toMatchObject({
      outcome: 'ignored',
    });
  });

  it.each([
    ['RUNNING', [null], 'started'],
    ['STOPPED', [0, 0], 'succeeded'],
    ['STOPPED', [0, 1], 'failed'],
    ['STOPPED', [], 'failed'],
  ])('a task that migrates and is %s with %j has %s', (lastStatus, codes, phase) => {
    const detail = {
      lastStatus,
      taskArn: 't-1',
      group: 'family:ledger-migrate-prod',
      containers: codes.map((exitCode) => ({ exitCode })),
    };

    expect(statementOf(event('ECS Task State Change', detail))).toMatchObject({
      phase,
      kind: 'migration',
      environmentName: 'production',
    });
  });

  it('a service that is only scaled is not deployed', () => {
    expect(
      statementOf(call('ecs', 'UpdateService', { requestParameters: { service: 'checkout', desiredCount: 4 } })),
    ).toMatchObject({
      kind: 'infrastructure',
      title: 'ECS: update service checkout',
    });
  });

  it.each([
    ['deploy-ledger-prod', 'passed', 'succeeded'],
    ['deploy-ledger-prod', 'running', 'started'],
    ['deploy-ledger-prod', 'failing', 'started'],
    ['deploy-ledger-prod', 'blocked', 'mentioned'],
    ['deploy-ledger', 'passed', 'succeeded'],
    ['deploy-ledger-prod', 'scheduled', null],
    ['ledger', 'passed', null],
  ])('a Buildkite build of %s that is %s: %s', (slug, state, phase) => {
    const read = parsed(
      event(
        'Build Finished',
        { build: { uuid: 'u-1', state }, pipeline: { slug, repo: 'git@github.com:acme/ledger.git' } },
        { source: 'aws.partner/buildkite.com/acme/0a' },
      ),
    );

    expect(read.outcome === 'events' ? read.events[0]?.statement.phase : null).toBe(phase);
  });
});

describe('stacks', () => {
  const id = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/network/0b';
  const stack = (status: string, token: string | undefined, at = time) =>
    event(
      'CloudFormation Stack Status Change',
      { 'stack-id': id, 'status-details': { status }, 'client-request-token': token },
      { time: at },
    );

  it.each([
    ['CREATE_IN_PROGRESS', 'started', 'create'],
    ['CREATE_COMPLETE', 'succeeded', 'create'],
    ['ROLLBACK_COMPLETE', 'failed', 'create'],
    ['UPDATE_COMPLETE', 'succeeded', 'update'],
    ['UPDATE_ROLLBACK_IN_PROGRESS', 'failed', 'update'],
    ['UPDATE_ROLLBACK_COMPLETE', 'failed', 'update'],
    ['DELETE_FAILED', 'failed', 'delete'],
  ])('%s: %s to %s', (status, phase, verb) => {
    expect(statementOf(stack(status, 'Console-1'))).toMatchObject({
      phase,
      title: `CloudFormation: ${verb} stack network`,
    });
  });

  it('one request is one change, whether or not secrets can be told apart', () => {
    const [begun, ended, other] = [
      stack('UPDATE_IN_PROGRESS', 'a'),
      stack('UPDATE_COMPLETE', 'a'),
      stack('UPDATE_COMPLETE', 'b'),
    ].map((body) => eventOf(body).identities);

    expect(begun).toEqual(ended);
    expect(other).not.toEqual(ended);
  });

  it('the call that asked for it joins it', () => {
    const asked = call('cloudformation', 'UpdateStack', {
      requestParameters: { clientRequestToken: 'a' },
      responseElements: { stackId: id },
    });

    expect(eventOf(asked).identities).toEqual(eventOf(stack('UPDATE_COMPLETE', 'a')).identities);
  });

  it('without a request only its end is told', () => {
    expect(parsed(stack('UPDATE_IN_PROGRESS', undefined))).toMatchObject({ outcome: 'ignored' });
    expect(statementOf(stack('UPDATE_COMPLETE', undefined)).phase).toBe('succeeded');
    expect(parsed(stack('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'a'))).toMatchObject({ outcome: 'ignored' });
  });

  it('is told by the words of a notification too', () => {
    const words = (physical: string) =>
      `StackId='${id}'\nTimestamp='${time}'\nPhysicalResourceId='${physical}'\nResourceStatus='UPDATE_COMPLETE'\nResourceType='AWS::CloudFormation::Stack'\nClientRequestToken='a'\n`;

    expect(eventOf(notification(words(id))).identities).toEqual(eventOf(stack('UPDATE_COMPLETE', 'a')).identities);
    expect(parsed(notification(words('nested')))).toMatchObject({ outcome: 'ignored' });
    expect(parsed(notification('Good morning'))).toMatchObject({ outcome: 'ignored' });
  });
});

describe('calls of the API', () => {
  it.each([
    ['rds', 'ModifyDBInstance', 'infrastructure'],
    ['iam', 'PutRolePolicy', 'infrastructure'],
    ['route53', 'ChangeResourceRecordSets', 'infrastructure'],
    ['ec2', 'AuthorizeSecurityGroupIngress', 'infrastructure'],
    ['ssm', 'PutParameter', 'config'],
    ['secretsmanager', 'PutSecretValue', 'config'],
    ['appconfig', 'StartDeployment', 'config'],
    ['lambda', 'UpdateFunctionConfiguration20150331v2', 'config'],
    ['lambda', 'UpdateFunctionCode20150331v2', 'deploy'],
    ['rds', 'ModifyDBParameterGroup', 'config'],
    ['codepipeline', 'PutApprovalResult', 'note'],
    ['newservice', 'CreateThing', 'infrastructure'],
  ])('%s:%s is %s', (service, operation, kind) => {
    expect(statementOf(call(service, operation)).kind).toBe(kind);
  });

  it.each([
    ['only reads by its own word', { readOnly: true }],
    ['was denied', { errorCode: 'AccessDenied' }],
    ['failed', { errorMessage: 'Throttled' }],
    ['wrote data', { eventCategory: 'Data' }],
  ])('is ignored when it %s', (_, detail) => {
    expect(parsed(call('rds', 'ModifyDBInstance', detail))).toMatchObject({ outcome: 'ignored' });
  });

  it.each([
    ['DescribeInstances', 'ignored'],
    ['GetObject', 'ignored'],
    ['BatchGetImage', 'ignored'],
    ['RunInstances', 'events'],
  ])('%s without a word about reading: %s', (operation, outcome) => {
    expect(parsed(call('ec2', operation, { readOnly: undefined })).outcome).toBe(outcome);
  });

  it.each([
    [{ type: 'IAMUser', arn: 'arn:aws:iam::1:user/team/grace', userName: 'grace' }, { login: 'grace' }],
    [{ type: 'Root', accountId: '111122223333' }, { name: 'root user of account 111122223333' }],
    [{ type: 'AssumedRole', arn: 'arn:aws:sts::1:assumed-role/Operators/ada' }, { name: 'ada (role Operators)' }],
    [
      {
        type: 'AssumedRole',
        arn: 'arn:aws:sts::1:assumed-role/AWSReservedSSO_Operators_0123456789abcdef/ada@example.com',
      },
      { name: 'ada@example.com (role Operators)', email: 'ada@example.com' },
    ],
    [
      { type: 'AssumedRole', arn: 'arn:aws:sts::1:assumed-role/checkout-task/i-0000000aaaaaaaaaa' },
      { name: 'role checkout-task' },
    ],
    [
      { type: 'AssumedRole', arn: 'arn:aws:sts::1:assumed-role/deployer/botocore-session-1795183200' },
      { name: 'role deployer' },
    ],
    [{ type: 'AWSService', invokedBy: 'autoscaling.amazonaws.com' }, { name: 'autoscaling.amazonaws.com' }],
    [{ type: 'AWSAccount', accountId: '444455556666' }, { name: 'account 444455556666' }],
    [{ type: 'IAMUser', username: 'grace' }, { login: 'grace' }],
    [null, undefined],
  ])('%j is %j', (userIdentity, actor) => {
    expect(statementOf(call('rds', 'RebootDBInstance', { userIdentity })).actor).toEqual(actor);
  });

  it.each([
    ['rds', 'ModifyDBInstance', { dBInstanceIdentifier: 'ledger' }, 'RDS: modify DB instance ledger'],
    [
      'lambda',
      'UpdateFunctionCode20150331v2',
      { functionName: 'arn:aws:lambda:eu-west-1:1:function:receipts' },
      'Lambda: update function code receipts',
    ],
    [
      'elasticloadbalancing',
      'ModifyListener',
      { listenerArn: 'arn:aws:elasticloadbalancing:eu-west-1:1:listener/app/checkout/0a/0b' },
      'Load balancing: modify listener checkout',
    ],
    [
      'ec2',
      'TerminateInstances',
      { instancesSet: { items: [{ instanceId: 'i-1' }, { instanceId: 'i-2' }] } },
      'EC2: terminate instances i-1 and 1 more',
    ],
    [
      'iam',
      'AttachRolePolicy',
      { policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess', roleName: 'ci' },
      'IAM: attach role policy ci',
    ],
    ['route53', 'ChangeResourceRecordSets', { hostedZoneId: 'Z1' }, 'Route 53: change resource record sets Z1'],
    ['kms', 'DisableKey', {}, 'KMS: disable key'],
  ])('%s:%s reads in words', (service, operation, requestParameters, title) => {
    expect(statementOf(call(service, operation, { requestParameters })).title).toBe(title);
  });

  it('equal calls of an hour are one change; others are not', () => {
    const modify = (detail: object) =>
      eventOf(call('rds', 'ModifyDBInstance', { requestParameters: { dBInstanceIdentifier: 'ledger' }, ...detail }))
        .identities;
    const first = modify({});

    expect(modify({ eventID: 'c-2', eventTime: '2026-11-20T14:59:00Z' })).toEqual(first);
    expect(modify({ eventTime: '2026-11-20T15:00:00Z' })).not.toEqual(first);
    expect(modify({ requestParameters: { dBInstanceIdentifier: 'checkout' } })).not.toEqual(first);
    expect(modify({ userIdentity: { userName: 'ada' } })).not.toEqual(first);
  });

  it('deploys are one change each', () => {
    const deploy = (eventID: string) =>
      eventOf(call('lambda', 'UpdateFunctionCode', { eventID, requestParameters: { functionName: 'receipts' } }))
        .identities;

    expect(deploy('c-1')).not.toEqual(deploy('c-2'));
  });

  it('what a service of AWS does in somebody’s name is one change for each kind of call', () => {
    const made = (groupId: string) =>
      eventOf(
        call('ec2', 'CreateTags', {
          requestParameters: { groupId },
          userIdentity: { userName: 'grace', invokedBy: 'cloudformation.amazonaws.com' },
        }),
      ).identities;

    expect(made('sg-1')).toEqual(made('sg-2'));
  });
});

describe('secrets', () => {
  const kept = (body: unknown) => readDelivery(aws, body).body.toString();
  const secret = 'c29tZXRoaW5nLXByaXZhdGU';

  it.each<[string, unknown]>([
    ['user data', call('ec2', 'RunInstances', { requestParameters: { userData: secret } })],
    [
      'user data in an attribute',
      call('ec2', 'ModifyInstanceAttribute', { requestParameters: { userData: { value: secret } } }),
    ],
    [
      'user data of a template',
      call('ec2', 'CreateLaunchTemplate', { requestParameters: { LaunchTemplateData: { UserData: secret } } }),
    ],
    ['a parameter', call('ssm', 'PutParameter', { requestParameters: { name: 'limits', value: secret } })],
    ['a secret', call('secretsmanager', 'PutSecretValue', { requestParameters: { secretString: secret } })],
    ['a binary secret', call('secretsmanager', 'CreateSecret', { requestParameters: { secretBinary: secret } })],
    ['a database’s password', call('rds', 'CreateDBInstance', { requestParameters: { masterUserPassword: secret } })],
    [
      'a function’s variable',
      call('lambda', 'UpdateFunctionConfiguration', {
        requestParameters: { environment: { variables: { MODE: secret } } },
      }),
    ],
    [
      'a container’s variable',
      call('ecs', 'RegisterTaskDefinition', {
        requestParameters: { containerDefinitions: [{ environment: [{ name: 'MODE', value: secret }] }] },
      }),
    ],
    [
      'a build’s variable',
      event('CodeBuild Build State Change', {
        'additional-information': { environment: { 'environment-variables': [{ name: 'MODE', value: secret }] } },
      }),
    ],
    [
      'a stack’s parameter',
      call('cloudformation', 'CreateStack', {
        requestParameters: { parameters: [{ parameterKey: 'DbPassword', parameterValue: secret }] },
      }),
    ],
    [
      'a configuration item',
      event('Config Configuration Item Change', {
        configurationItemDiff: { changedProperties: { 'Configuration.UserData': { previousValue: secret } } },
      }),
    ],
    ['an event in a notification', notification(call('ssm', 'PutParameter', { requestParameters: { value: secret } }))],
    [
      'an event in a queue',
      [
        {
          eventSource: 'aws:sqs',
          body: JSON.stringify(call('ec2', 'RunInstances', { requestParameters: { userData: secret } })),
        },
      ],
    ],
  ])('%s is not kept, and reading what is kept changes nothing', (_, body) => {
    const once = kept(body);

    expect(once).not.toContain(secret);
    expect(once).toContain('‹secret');
    expect(kept(once)).toBe(once);
  });

  it('leaves what is none', () => {
    const body = call('ssm', 'AddTagsToResource', {
      requestParameters: { resourceId: 'limits', value: 'ten', policyDocument: '{"Statement":[]}' },
    });

    expect(kept(body)).toBe(JSON.stringify(body));
  });
});

describe('configuration and drift', () => {
  const rule = (is: string, was?: string) =>
    event('Config Rules Compliance Change', {
      configRuleName: 'restricted-ssh',
      resourceType: 'AWS::EC2::SecurityGroup',
      resourceId: 'sg-1',
      newEvaluationResult: { complianceType: is, resultRecordedTime: time },
      ...(was === undefined ? {} : { oldEvaluationResult: { complianceType: was } }),
    });

  it.each([
    ['NON_COMPLIANT', undefined, 'security group sg-1 breaks the Config rule restricted-ssh'],
    ['NON_COMPLIANT', 'COMPLIANT', 'security group sg-1 breaks the Config rule restricted-ssh'],
    ['COMPLIANT', 'NON_COMPLIANT', 'security group sg-1 complies with the Config rule restricted-ssh again'],
    ['COMPLIANT', undefined, null],
    ['NOT_APPLICABLE', 'COMPLIANT', null],
  ])('%s after %s: %s', (is, was, title) => {
    const read = parsed(rule(is, was));

    expect(read.outcome === 'events' ? read.events[0]?.statement.title : null).toBe(title);
  });

  const result = (complianceType: string, at: string) => ({
    complianceType,
    resultRecordedTime: `2026-11-20T${at}:00Z`,
  });
  const turned = (newEvaluationResult: object | null, oldEvaluationResult?: object) => {
    const read = parsed(
      event('Config Rules Compliance Change', {
        configRuleName: 'restricted-ssh',
        resourceType: 'AWS::EC2::SecurityGroup',
        resourceId: 'sg-1',
        newEvaluationResult,
        oldEvaluationResult,
      }),
    );
    return read.outcome === 'events' ? read.events : [];
  };
  const opened = turned(result('NON_COMPLIANT', '10:00'), result('COMPLIANT', '09:00'));
  const over = turned(result('COMPLIANT', '10:30'), result('NON_COMPLIANT', '10:00'));
  const gone = turned(null, result('NON_COMPLIANT', '10:00'));

  it.each([
    ['is open while nothing ends it', opened, 'started', null],
    ['is over when its resource complies', [...opened, ...over], 'succeeded', '2026-11-20T10:30:00.000Z'],
    ['is over though its end came first', [...over, ...opened], 'succeeded', '2026-11-20T10:30:00.000Z'],
    ['is over though its beginning was lost', over, 'succeeded', '2026-11-20T10:30:00.000Z'],
    ['is over when its resource is gone', [...opened, ...gone], 'succeeded', '2026-11-20T14:00:00.000Z'],
  ])('a broken rule %s', (_, events, status, end) => {
    expect(new Set(events.map(({ identities }) => identities[0]?.value)).size).toBe(1);
    expect(foldChange(events, catalog, null)).toMatchObject({
      status,
      occurredAt: new Date('2026-11-20T10:00:00Z'),
      finishedAt: end === null ? null : new Date(end),
    });
  });

  it('a rule broken again is a drift of its own, and one said to be broken still is the same', () => {
    const again = turned(result('NON_COMPLIANT', '11:00'), result('COMPLIANT', '10:30'));
    const still = turned(result('NON_COMPLIANT', '10:10'), result('NON_COMPLIANT', '10:00'));

    expect(again[0]?.identities).not.toEqual(opened[0]?.identities);
    expect(still[0]?.identities).toContainEqual(opened[0]?.identities[0]);
  });

  const item = (resourceType: string, diff: object) =>
    event('Config Configuration Item Change', {
      configurationItem: { resourceType, resourceId: 'r-1', configurationItemCaptureTime: time },
      configurationItemDiff: diff,
    });

  it('tells what changed from what to what', () => {
    const changedProperties = {
      'Configuration.InstanceType': { previousValue: 'a', updatedValue: 'b' },
      'Relationships.0': { updatedValue: {} },
    };

    expect(statementOf(item('AWS::EC2::Instance', { changeType: 'UPDATE', changedProperties }))).toMatchObject({
      kind: 'config',
      title: 'instance r-1 changed',
      before: { InstanceType: 'a' },
      after: { InstanceType: 'b' },
    });
  });

  it.each([
    ['AWS::EC2::Instance', { changeType: 'UPDATE', changedProperties: { 'Relationships.0': {} } }],
    ['AWS::EC2::Instance', { changeType: 'NONE' }],
    ['AWS::EC2::NetworkInterface', { changeType: 'CREATE' }],
    ['AWS::Config::ResourceCompliance', { changeType: 'UPDATE' }],
  ])('an item of %s with %j is no change', (type, diff) => {
    expect(parsed(item(type, diff))).toMatchObject({ outcome: 'ignored' });
  });

  it.each([
    ['OnDeploymentStart', 'started'],
    ['OnDeploymentComplete', 'succeeded'],
    ['OnDeploymentRolledBack', 'failed'],
  ])('an AppConfig deployment at %s has %s', (Type, phase) => {
    const detail = {
      Type,
      Application: { Id: 'a', Name: 'checkout' },
      Environment: { Id: 'e', Name: 'Prod' },
      ConfigurationProfile: { Name: 'limits' },
      DeploymentNumber: 3,
      ConfigurationVersion: '9',
    };

    expect(statementOf(event('On Deployment Complete', detail))).toMatchObject({
      phase,
      kind: 'config',
      title: 'configuration limits version 9',
      serviceName: 'checkout',
      environmentName: 'production',
    });
  });
});

describe('databases and maintenance', () => {
  it.each([
    [['failover'], 'maintenance'],
    [['configuration change'], 'config'],
    [['deletion'], 'infrastructure'],
    [['backup'], null],
    [['notification'], null],
  ])('a database event about %s is %s', (EventCategories, kind) => {
    const read = parsed(
      event('RDS DB Cluster Event', { EventCategories, SourceIdentifier: 'ledger', Message: 'Something happened' }),
    );

    expect(read.outcome === 'events' ? read.events[0]?.statement.kind : null).toBe(kind);
  });

  it.each([
    [
      {
        'Event Source': 'db-instance',
        'Event Time': '2026-11-20 03:11:09.020',
        'Source ID': 'ledger',
        'Event Message': 'DB instance restarted',
      },
      'RDS ledger: DB instance restarted',
    ],
    [{ 'ElastiCache:FailoverComplete': 'sessions' }, 'ElastiCache sessions: failover complete'],
  ])('%j comes by SNS', (message, title) => {
    expect(statementOf(notification(message))).toMatchObject({ title, kind: 'maintenance' });
  });

  const health = (eventTypeCategory: string, statusCode: string) =>
    event('AWS Health Event', {
      eventArn: 'arn:aws:health:eu-west-1::event/EC2/X/1',
      service: 'EC2',
      eventTypeCode: 'AWS_EC2_REBOOT_MAINTENANCE',
      eventTypeCategory,
      statusCode,
      startTime: 'Fri, 20 Nov 2026 11:00:00 GMT',
    });

  it.each([
    ['upcoming', 'mentioned'],
    ['open', 'started'],
    ['closed', 'succeeded'],
  ])('maintenance by AWS that is %s has %s', (status, phase) => {
    expect(statementOf(health('scheduledChange', status))).toMatchObject({
      phase,
      kind: 'maintenance',
      title: 'AWS EC2: reboot maintenance',
    });
  });

  it('a fault at AWS is an incident, and no change', () => {
    const [opened, closed] = [signalOf(health('issue', 'open')), signalOf(health('issue', 'closed'))];

    expect(opened).toMatchObject({ state: 'open', startedAt: '2026-11-20T11:00:00.000Z' });
    expect(closed).toMatchObject({ state: 'resolved', subject: opened.subject });
    expect(parsed(health('accountNotification', 'open'))).toMatchObject({ outcome: 'ignored' });
  });
});

describe('instances', () => {
  const group = { AutoScalingGroupName: 'checkout-prod', InstanceRefreshId: 'r-1' };

  it('coming and going are nothing; failing to is one change an hour', () => {
    const failure = (at: string) => eventOf(event('EC2 Instance Launch Unsuccessful', group, { time: at, id: at }));

    expect(parsed(event('EC2 Instance Launch Successful', group))).toMatchObject({ outcome: 'ignored' });
    expect(failure(time).statement).toMatchObject({
      kind: 'infrastructure',
      phase: 'failed',
      title: 'auto scaling group checkout-prod could not launch an instance',
    });
    expect(failure('2026-11-20T14:50:00Z').identities).toEqual(failure(time).identities);
  });

  it.each([
    ['Started', 'started'],
    ['Succeeded', 'succeeded'],
    ['Failed', 'failed'],
    ['Cancelled', 'cancelled'],
    ['Rollback Started', 'failed'],
    ['Checkpoint Reached', null],
  ])('a refresh that is %s has %s', (state, phase) => {
    const read = parsed(event(`EC2 Auto Scaling Instance Refresh ${state}`, group));

    expect(read.outcome === 'events' ? read.events[0]?.statement.phase : null).toBe(phase);
  });

  it('taken back by AWS are one change an hour', () => {
    const taken = (instance: string) =>
      eventOf(event('EC2 Spot Instance Interruption Warning', { 'instance-id': instance }));

    expect(taken('i-1').identities).toEqual(taken('i-2').identities);
    expect(taken('i-1').statement.kind).toBe('maintenance');
  });

  it.each([
    ['Update', 'parameter /checkout/prod/limits changed'],
    ['Delete', 'parameter /checkout/prod/limits deleted'],
  ])('%s of a parameter: %s', (operation, title) => {
    expect(statementOf(event('Parameter Store Change', { operation, name: '/checkout/prod/limits' }))).toMatchObject({
      kind: 'config',
      title,
      environmentName: 'production',
    });
  });

  it('a maintenance window is one change', () => {
    const run = (status: string) =>
      eventOf(
        event('Maintenance Window Execution State-change Notification', {
          'window-id': 'mw-1',
          'window-execution-id': 'x-1',
          status,
        }),
      );

    expect(run('SUCCESS').statement).toMatchObject({ kind: 'maintenance', phase: 'succeeded' });
    expect(run('IN_PROGRESS').identities).toEqual(run('SUCCESS').identities);
  });
});

describe('alarms', () => {
  const at = '2026-11-20T14:35:10.100+0000';
  const alarm = (is: string, was: string, more: object = {}) =>
    event('CloudWatch Alarm State Change', {
      alarmName: 'checkout-prod-errors',
      state: { value: is, timestamp: is === 'ALARM' ? at : '2026-11-20T14:52:00.000+0000' },
      previousState: { value: was, timestamp: was === 'ALARM' ? at : '2026-11-20T09:00:00.000+0000' },
      ...more,
    });

  it('a firing and its end are one incident', () => {
    const [fires, ends] = [signalOf(alarm('ALARM', 'OK')), signalOf(alarm('OK', 'ALARM'))];

    expect(fires).toMatchObject({ state: 'open', title: 'checkout-prod-errors', environmentName: 'production' });
    expect(ends).toMatchObject({ state: 'resolved', subject: fires.subject, startedAt: '2026-11-20T14:35:10.100Z' });
  });

  it('the next firing is another incident', () => {
    const again = { state: { value: 'ALARM', timestamp: '2026-11-20T18:00:00.000+0000' } };

    expect(signalOf(alarm('ALARM', 'OK', again)).subject).not.toBe(signalOf(alarm('ALARM', 'OK')).subject);
  });

  it('one that did not fire is nothing', () => {
    expect(parsed(alarm('OK', 'INSUFFICIENT_DATA'))).toMatchObject({ outcome: 'ignored' });
    expect(parsed(alarm('INSUFFICIENT_DATA', 'OK'))).toMatchObject({ outcome: 'ignored' });
  });

  it('by SNS too', () => {
    const told = (NewStateValue: string, OldStateValue: string) =>
      signalOf(
        notification({
          AlarmName: 'lag',
          NewStateValue,
          OldStateValue,
          StateChangeTime: at,
          Trigger: { Namespace: 'AWS/RDS', Dimensions: [{ name: 'Service', value: 'ledger' }] },
        }),
      );

    expect(told('ALARM', 'OK')).toMatchObject({
      state: 'open',
      serviceName: 'ledger',
      labels: { namespace: 'AWS/RDS' },
    });
    expect(told('OK', 'ALARM').subject).toBe(told('ALARM', 'OK').subject);
  });
});

const samples = new URL('../../../shared/samples/aws/', import.meta.url);

function sampleNames(): readonly string[] {
  try {
    return readdirSync(samples).filter((file) => file.endsWith('.json'));
  } catch {
    return [];
  }
}

describe.runIf(sampleNames().length > 0)('samples of others', () => {
  it.each(sampleNames().map((file) => [file]))('%s is read', (file) => {
    expect(['events', 'ignored', 'ping']).toContain(parsed(readFileSync(new URL(file, samples), 'utf8')).outcome);
  });
});
