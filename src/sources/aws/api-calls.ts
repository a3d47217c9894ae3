import type { Kind } from '../../domain/change.ts';
import type { Phase } from '../../domain/event.ts';
import type { Identity } from '../../domain/identity.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { isObject } from '../reading/json.ts';
import { lookUp } from '../reading/look-up.ts';
import { type ApiCall, targetOf } from './api-words.ts';
import { operationName, stackIdentity } from './cloud-formation.ts';
import { codeDeployIdentity } from './code-deploy.ts';
import { pipelineIdentity } from './code-pipeline.ts';
import { ecsIdentity } from './ecs.ts';
import { lastOfArn } from './event.ts';
import { imageOf } from './image.ts';

/** What a call is to us. */
export type Rule =
  | { readonly ignore: string }
  | {
      readonly kind: Kind;
      readonly phase?: Phase;
      /** It asks for what other events tell of: who asked is all that it adds. */
      readonly joins?: Identity;
      readonly service?: string | undefined;
      readonly cluster?: string | undefined;
      readonly to?: string | undefined;
      readonly mentions?: readonly Identity[];
    };

/** The verbs of calls that write nothing, where the trail does not say so itself. */
export function readsOnly(operation: string): boolean {
  return /^(?:Get|List|Describe|Head|Lookup|Search|Query|Scan|Select|Batch(?:Get|Check|Describe)|Check|View|Test|Validate|Verify|Simulate|Estimate|Preview|Discover|Filter|Decode|Decrypt|Encrypt|GenerateDataKey|GenerateMac|Sign|AssumeRole|Receive|Poll|Peek|Download|ConsoleLogin|SwitchRole)/.test(
    operation,
  );
}

/** Written all day by what runs, and no change of what runs. */
const chatter: Readonly<Record<string, RegExp>> = {
  logs: /^(?:CreateLogStream|CreateLogGroup|PutLogEvents|StartQuery)$/,
  kms: /^(?:CreateGrant|RetireGrant|GenerateDataKey\w*|ReEncrypt\w*)$/,
  ec2: /^(?:(?:Create|Delete|Attach|Detach|Modify)NetworkInterface\w*|(?:Assign|Unassign)PrivateIpAddresses|CreateSnapshots?|DeleteSnapshot|CreateFleet|SharedSnapshot\w*)$/,
  ecr: /^(?:PutImage|InitiateLayerUpload|UploadLayerPart|CompleteLayerUpload|BatchCheckLayerAvailability|BatchDeleteImage|ReplicateImage|StartImageScan)$/,
  ssm: /^(?:UpdateInstance(?:Information|AssociationStatus)|PutInventory|PutComplianceItems|StartSession|ResumeSession|TerminateSession|OpenDataChannel|CreateDataChannel|UpdateOpsItem)$/,
  sts: /./,
  signin: /./,
  sso: /^(?:Federate|Logout|Authenticate)$/,
  cloudshell: /./,
  health: /./,
  support: /./,
  s3: /^(?:PutObject\w*|DeleteObjects?|CopyObject|CreateMultipartUpload|CompleteMultipartUpload|UploadPart\w*|AbortMultipartUpload)$/,
  ecs: /^(?:RegisterTaskDefinition|DeregisterTaskDefinition|RunTask|StartTask|StopTask|SubmitTaskStateChange|SubmitContainerStateChange|RegisterContainerInstance|UpdateContainerInstancesState|DiscoverPollEndpoint|PutAccountSetting\w*)$/,
  codebuild: /^(?:StartBuild\w*|StopBuild|RetryBuild|BatchDeleteBuilds)$/,
  codepipeline: /^(?:PollForJobs|AcknowledgeJob|PutJob(?:Success|Failure)Result)$/,
  codedeploy:
    /^(?:PutLifecycleEventHookExecutionStatus|RegisterApplicationRevision|PollHostCommand|PutHostCommand\w*)$/,
  autoscaling:
    /^(?:CompleteLifecycleAction|RecordLifecycleActionHeartbeat|SetInstanceHealth|TerminateInstanceInAutoScalingGroup)$/,
  elasticloadbalancing:
    /^(?:RegisterTargets|DeregisterTargets|(?:Register|Deregister)Instances(?:With|From)LoadBalancer)$/,
  cloudformation:
    /^(?:CreateChangeSet|DeleteChangeSet|DetectStack\w*|SignalResource|CreateUploadBucket|ValidateTemplate)$/,
  servicediscovery: /^(?:RegisterInstance|DeregisterInstance|UpdateInstanceCustomHealthStatus)$/,
  athena: /^(?:StartQueryExecution|StopQueryExecution)$/,
  states: /^(?:StartExecution|StartSyncExecution|StopExecution)$/,
  backup: /^(?:StartBackupJob|BackupJob\w*)$/,
  monitoring: /^(?:PutMetricData|SetAlarmState)$/,
  notifications: /./,
  config: /^(?:PutEvaluations|StartConfigRulesEvaluation|DeliverConfigSnapshot|PutResourceConfig)$/,
};

const settings: Readonly<Record<string, RegExp>> = {
  ssm: /Parameter/,
  secretsmanager: /./,
  appconfig: /./,
  appconfigdata: /./,
  lambda: /^(?:UpdateFunctionConfiguration|PutFunctionConcurrency|DeleteFunctionConcurrency|UpdateEventSourceMapping)/,
  rds: /ParameterGroup|OptionGroup/,
  elasticache: /ParameterGroup/,
  elasticbeanstalk: /^(?:UpdateEnvironment|UpdateConfigurationTemplate|CreateConfigurationTemplate)$/,
  evidently: /./,
};

/** First what joins other events, then what deploys, then settings; anything else that writes changes infrastructure. */
export function ruleOf(call: ApiCall): Rule {
  const { service, operation } = call;
  if (lookUp(chatter, service)?.test(operation) === true) return { ignore: 'not tracked' };
  const known = lookUp(requests, `${service}:${operation}`)?.(call) ?? deploys(call);
  if (known !== undefined) return known;
  if (lookUp(settings, service)?.test(operation) === true) return { kind: 'config' };
  return { kind: 'infrastructure' };
}

/** Undefined: it does not say what it asked for, so it stands for itself. */
const requests: Readonly<Record<string, (call: ApiCall) => Rule | undefined>> = {
  'codedeploy:CreateDeployment': ({ request, response }) => {
    const id = textIn(response, 'deploymentId');
    const service = textIn(request, 'applicationName');
    const cluster = textIn(request, 'deploymentGroupName');
    return id === undefined
      ? { kind: 'deploy', service, cluster }
      : { kind: 'deploy', phase: 'started', joins: codeDeployIdentity(id), service, cluster };
  },
  'codedeploy:StopDeployment': ({ request }) => {
    const id = textIn(request, 'deploymentId');
    return id === undefined ? undefined : { kind: 'deploy', phase: 'mentioned', joins: codeDeployIdentity(id) };
  },
  'codepipeline:StartPipelineExecution': ({ request, response }) => {
    const id = textIn(response, 'pipelineExecutionId');
    const joins = id === undefined ? {} : { phase: 'started' as const, joins: pipelineIdentity(id) };
    return { kind: 'deploy', ...joins, cluster: textIn(request, 'name') };
  },
  'codepipeline:PutApprovalResult': () => ({ kind: 'note' }),
  'ecs:UpdateService': ecsService,
  'ecs:CreateService': ecsService,
  'cloudformation:CreateStack': stack,
  'cloudformation:UpdateStack': stack,
  'cloudformation:DeleteStack': stack,
  'cloudformation:ExecuteChangeSet': stack,
};

function stack({ request, response }: ApiCall): Rule | undefined {
  const id = textIn(response, 'stackId') ?? textIn(request, 'stackName');
  const operation = textIn(request, operationName);
  if (id === undefined || !id.startsWith('arn:') || operation === undefined) return undefined;
  return { kind: 'infrastructure', phase: 'started', joins: stackIdentity(id, operation) };
}

/** A service whose number of tasks alone is changed is scaled, not deployed. */
function ecsService({ request, response, operation }: ApiCall): Rule {
  const cluster = textIn(request, 'cluster');
  const named = textIn(request, 'service') ?? textIn(request, 'serviceName');
  const about = {
    service: named === undefined ? undefined : lastOfArn(named),
    cluster: cluster === undefined ? undefined : lastOfArn(cluster),
  };
  const definition = textIn(request, 'taskDefinition');
  if (operation === 'UpdateService' && definition === undefined && request['forceNewDeployment'] !== true) {
    return { kind: 'infrastructure', ...about };
  }
  const to = definition === undefined ? undefined : definition.split('/').at(-1);
  const id = primaryDeployment(response);
  return { kind: 'deploy', ...about, to, ...(id === undefined ? {} : { phase: 'started', joins: ecsIdentity(id) }) };
}

function primaryDeployment({ service }: ApiCall['response']): string | undefined {
  const listed = isObject(service) && Array.isArray(service['deployments']) ? service['deployments'] : [];
  const primary = listed.find((each) => isObject(each) && each['status'] === 'PRIMARY') as unknown;
  return isObject(primary) ? textIn(primary, 'id') : undefined;
}

const deploying: Readonly<Record<string, RegExp>> = {
  lambda: /^(?:UpdateFunctionCode|UpdateAlias)$/,
  apprunner: /^(?:StartDeployment|UpdateService)$/,
  amplify: /^(?:StartDeployment|StartJob)$/,
  apigateway: /^CreateDeployment$/,
  apigatewayv2: /^CreateDeployment$/,
  sagemaker: /^UpdateEndpoint$/,
  cloudfront: /^(?:UpdateFunction|PublishFunction)$/,
};

function deploys(call: ApiCall): Rule | undefined {
  const { service, operation, request, response } = call;
  if (service === 'elasticbeanstalk' && operation === 'UpdateEnvironment') {
    const to = textIn(request, 'versionLabel');
    if (to === undefined) return undefined;
    return {
      kind: 'deploy',
      to,
      service: textIn(response, 'applicationName'),
      cluster: textIn(request, 'environmentName'),
    };
  }
  if (lookUp(deploying, service)?.test(operation) !== true) return undefined;
  const image = imageOf(textIn(request, 'imageUri'));
  const version = image.tag ?? textIn(request, 'functionVersion') ?? textIn(response, 'version');
  return {
    kind: 'deploy',
    service: targetOf(call),
    to: version === '$LATEST' ? undefined : version,
    mentions: image.digest === undefined ? [] : [{ type: 'image', value: image.digest }],
  };
}

function textIn(fields: Readonly<Record<string, unknown>>, key: string): string | undefined {
  return outsideText(fields[key], 500);
}
