import { outsideText } from '../../domain/outside-text.ts';
import { isObject } from '../reading/json.ts';
import { lookUp } from '../reading/look-up.ts';
import { lastOfArn } from './event.ts';

export interface ApiCall {
  /** `rds` of `rds.amazonaws.com`. */
  readonly service: string;
  /** Without the version that some names end with. */
  readonly operation: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly response: Readonly<Record<string, unknown>>;
}

const products: Readonly<Record<string, string>> = {
  acm: 'Certificate Manager',
  apigateway: 'API Gateway',
  appconfig: 'AppConfig',
  autoscaling: 'Auto Scaling',
  'application-autoscaling': 'Auto Scaling',
  cloudformation: 'CloudFormation',
  cloudfront: 'CloudFront',
  cloudtrail: 'CloudTrail',
  codebuild: 'CodeBuild',
  codedeploy: 'CodeDeploy',
  codepipeline: 'CodePipeline',
  config: 'Config',
  dynamodb: 'DynamoDB',
  elasticache: 'ElastiCache',
  elasticbeanstalk: 'Elastic Beanstalk',
  elasticfilesystem: 'EFS',
  elasticloadbalancing: 'Load balancing',
  es: 'OpenSearch',
  events: 'EventBridge',
  kafka: 'MSK',
  kinesis: 'Kinesis',
  lambda: 'Lambda',
  logs: 'CloudWatch Logs',
  monitoring: 'CloudWatch',
  organizations: 'Organizations',
  redshift: 'Redshift',
  route53: 'Route 53',
  route53resolver: 'Route 53',
  secretsmanager: 'Secrets Manager',
  ssm: 'Systems Manager',
  states: 'Step Functions',
};

export function productOf(service: string): string {
  return lookUp(products, service) ?? (service.length <= 5 ? service.toUpperCase() : service);
}

/** The fields that name what a call is about, by their names without separators; the first that is there names it. */
const naming = [
  'functionname',
  'dbinstanceidentifier',
  'dbclusteridentifier',
  'dbparametergroupname',
  'dbclusterparametergroupname',
  'cacheclusterid',
  'replicationgroupid',
  'service',
  'servicename',
  'loadbalancername',
  'loadbalancerarn',
  'targetgrouparn',
  'listenerarn',
  'rulearn',
  'groupid',
  'groupname',
  'rolename',
  'username',
  'policyname',
  'policyarn',
  'instanceprofilename',
  'autoscalinggroupname',
  'bucketname',
  'tablename',
  'streamname',
  'topicarn',
  'queuename',
  'queueurl',
  'hostedzoneid',
  'distributionid',
  'secretid',
  'keyid',
  'aliasname',
  'stackname',
  'pipelinename',
  'projectname',
  'applicationname',
  'domainname',
  'clusteridentifier',
  'clustername',
  'cluster',
  'launchtemplateid',
  'launchtemplatename',
  'routetableid',
  'networkaclid',
  'subnetid',
  'vpcid',
  'volumeid',
  'instanceid',
  'alarmname',
  'rule',
  'documentname',
  'name',
  'resourcearn',
  'resourceid',
];

/** What the call is about, as a person would call it. Undefined when no field says. */
export function targetOf({ request, response }: ApiCall): string | undefined {
  const target = namedIn(request) ?? instanceIn(request) ?? namedIn(response);
  return target === undefined ? undefined : outsideText(nameIn(target), 120);
}

function namedIn(fields: Readonly<Record<string, unknown>>): string | undefined {
  const texts = Object.entries(fields)
    .slice(0, 100)
    .flatMap(([key, value]) =>
      typeof value === 'string' && value !== '' ? [[key.toLowerCase().replaceAll(/[^a-z]/g, ''), value] as const] : [],
    );
  const byName = new Map(texts.toReversed());
  const known = naming.find((each) => byName.has(each));
  if (known !== undefined) return byName.get(known);
  return texts.find(([key]) => /(?:name|identifier|arn|id)$/.test(key) && !/token|request|client/.test(key))?.[1];
}

/** `instancesSet: {items: [{instanceId}]}`: calls about several instances. */
function instanceIn(request: Readonly<Record<string, unknown>>): string | undefined {
  const set = request['instancesSet'];
  const items = isObject(set) && Array.isArray(set['items']) ? set['items'] : [];
  const [first, ...others] = items.flatMap((each) =>
    isObject(each) && typeof each['instanceId'] === 'string' ? [each['instanceId']] : [],
  );
  if (first === undefined) return undefined;
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

/** Of an ARN or an address of a queue what comes last: a load balancer's id follows its name. */
function nameIn(target: string): string {
  const balancer = /:(?:loadbalancer|listener|listener-rule)\/(?:app|net|gwy)\/([^/]+)|:targetgroup\/([^/]+)/.exec(
    target,
  );
  if (balancer !== null) return balancer[1] ?? balancer[2] ?? target;
  return /^(?:arn:|https:\/\/)/.test(target) ? lastOfArn(target.replace(/:\*$/, '')) : target;
}
