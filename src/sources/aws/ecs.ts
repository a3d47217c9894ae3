import { z } from 'zod';
import type { Phase } from '../../domain/event.ts';
import type { Identity } from '../../domain/identity.ts';
import { defined } from '../reading/defined.ts';
import { name, text } from '../reading/fields.ts';
import { lookUp } from '../reading/look-up.ts';
import { ignored, told } from '../reading/reader.ts';
import {
  type AwsEvent,
  TagList,
  Utc,
  consoleUrl,
  eventReader,
  keyOf,
  lastOfArn,
  momentOf,
  placeOf,
  when,
} from './event.ts';
import { imageOf } from './image.ts';

const phases: Readonly<Record<string, Phase>> = {
  SERVICE_DEPLOYMENT_IN_PROGRESS: 'started',
  SERVICE_DEPLOYMENT_COMPLETED: 'succeeded',
  SERVICE_DEPLOYMENT_FAILED: 'failed',
};

const Deployment = z.object({ eventName: name(100), deploymentId: name(200), reason: text(1000), updatedAt: Utc });

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html */
export const readEcsDeployment = eventReader(Deployment, (detail, event, context) => {
  const phase = lookUp(phases, detail.eventName);
  if (phase === undefined) return ignored(`${detail.eventName} of an ECS service`);
  const { cluster, service } = serviceOf(event);
  // Whatever follows "rolling back to" is the deployment that was there before.
  const rollback = /\broll(?:ing|ed)? ?back to\b/i.test(detail.reason ?? '');
  return told({
    statement: {
      key: keyOf('ecs', detail.deploymentId, detail.eventName, momentOf(event)),
      ...when(event, context),
      phase,
      kind: rollback ? 'rollback' : 'deploy',
      ...placeOf(event, context, { within: [cluster, service], service }),
      ...defined({
        reason: phase === 'failed' || rollback ? detail.reason : undefined,
        details: cluster === undefined ? undefined : { cluster },
        url: pageOf(event, cluster, service),
      }),
    },
    identities: [ecsIdentity(detail.deploymentId)],
    mentions: [],
  });
});

/** Ids are `ecs-svc/<19 digits>`. */
export function ecsIdentity(deployment: string): Identity {
  return { type: 'deployment', value: keyOf('ecs', deployment) };
}

/** `arn:aws:ecs:eu-west-1:111122223333:service/<cluster>/<service>`; older ones have no cluster. */
export function serviceOf({ resources }: Pick<AwsEvent, 'resources'>): {
  readonly cluster: string | undefined;
  readonly service: string | undefined;
} {
  const arn = resources.find((each) => /:service\//.test(each)) ?? '';
  const [, cluster, service] = /:service\/(?:([^/]+)\/)?([^/]+)$/.exec(arn) ?? [];
  return { cluster, service };
}

function pageOf(event: AwsEvent, cluster: string | undefined, service: string | undefined): string | undefined {
  if (cluster === undefined || service === undefined) return undefined;
  return consoleUrl(event, `ecs/v2/clusters/${encodeURIComponent(cluster)}/services/${encodeURIComponent(service)}`);
}

const Container = z.object({ image: text(500), imageDigest: text(100), exitCode: z.number().nullish() });

const Task = z.object({
  lastStatus: text(50),
  startedBy: text(200),
  group: text(300),
  clusterArn: text(500),
  taskArn: text(500),
  taskDefinitionArn: text(500),
  startedAt: Utc,
  stoppedAt: Utc,
  stoppedReason: text(500),
  tags: TagList,
  containers: z.array(Container).max(100).nullish(),
});
type Task = z.output<typeof Task>;

/**
 * Tasks come and go. The first that runs for a deployment tells which image and which task definition it brought, and
 * one that by its family migrates something is a migration.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
 */
export const readEcsTask = eventReader(Task, (task, event, context) => {
  const { startedBy = '', group = '', lastStatus } = task;
  if (startedBy.startsWith('ecs-svc/')) {
    if (lastStatus !== 'RUNNING') return ignored('a task of a service on its way');
    return told({
      statement: {
        // The same for all of a deployment's tasks.
        key: keyOf('ecs', startedBy, 'task', task.taskDefinitionArn),
        ...when(event, context),
        phase: 'mentioned',
        kind: 'deploy',
        ...versionOf(task),
        ...placeOf(event, context, {
          within: [clusterOf(task), group.replace(/^service:/, '')],
          tags: task.tags,
          service: group.replace(/^service:/, ''),
        }),
      },
      identities: [ecsIdentity(startedBy)],
      mentions: imagesOf(task),
    });
  }
  const family = group.replace(/^family:/, '');
  if (!/(?:^|[^a-z])migrat(?:e|ions?)(?![a-z])/i.test(family)) return ignored('a task that belongs to no deployment');
  const phase = phaseOf(task);
  if (phase === undefined || task.taskArn === undefined) return ignored('a task on its way');
  return told({
    statement: {
      key: keyOf('ecs', task.taskArn, phase),
      ...when(event, context, phase === 'started' ? task.startedAt : task.stoppedAt),
      phase,
      kind: 'migration',
      title: `task ${family}`,
      ...versionOf(task),
      ...placeOf(event, context, { within: [clusterOf(task), family], tags: task.tags }),
      ...defined({
        startedAt: task.startedAt?.toISOString(),
        reason: phase === 'failed' ? task.stoppedReason : undefined,
      }),
    },
    identities: [{ type: 'run', value: keyOf('ecs', task.taskArn) }],
    mentions: imagesOf(task),
  });
});

function phaseOf({ lastStatus, containers }: Task): Phase | undefined {
  if (lastStatus === 'RUNNING') return 'started';
  if (lastStatus !== 'STOPPED') return undefined;
  const codes = containers?.map((each) => each.exitCode) ?? [];
  return codes.length > 0 && codes.every((code) => code === 0) ? 'succeeded' : 'failed';
}

/** The tag of its image, when it has but one; else the revision of its task definition. */
function versionOf({ containers, taskDefinitionArn }: Task) {
  const [only, ...others] = containers ?? [];
  const tag = others.length === 0 ? imageOf(only?.image).tag : undefined;
  const revision = taskDefinitionArn?.split('/').at(-1);
  return defined({
    to: tag ?? revision,
    details: revision === undefined ? undefined : { taskDefinition: revision },
  });
}

function imagesOf({ containers }: Task): readonly Identity[] {
  const digests = (containers ?? []).flatMap(({ image, imageDigest }) => imageOf(imageDigest ?? image).digest ?? []);
  return [...new Set(digests)].slice(0, 20).map((value) => ({ type: 'image', value }));
}

function clusterOf({ clusterArn }: Task): string | undefined {
  return clusterArn === undefined ? undefined : lastOfArn(clusterArn);
}
