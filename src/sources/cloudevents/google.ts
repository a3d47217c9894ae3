import { z } from 'zod';
import type { Kind } from '../../domain/change.ts';
import type { Phase } from '../../domain/event.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { environmentIn } from '../reading/deploy-name.ts';
import { name, text } from '../reading/fields.ts';
import { lookUp } from '../reading/look-up.ts';
import { type ReaderContext, ignored, reader, told } from '../reading/reader.ts';
import type { Parsed } from '../reading/source.ts';
import { lastPart } from './cdevent.ts';
import { eventAbout } from './context.ts';
import { type CloudEvent, bounded } from './envelope.ts';

/** https://cloud.google.com/eventarc/docs/reference/supported-events */
export function readGoogle(event: CloudEvent, context: ReaderContext): Parsed {
  if (event.type === 'google.cloud.audit.log.v1.written') return readAuditLog(event, context);
  if (event.type.startsWith('google.cloud.deploy.rollout.v1.')) return readRollout(event, context);
  if (event.type.startsWith('google.cloud.pubsub.'))
    return ignored('a message of Pub/Sub: what it says is its sender’s own');
  return ignored(`${event.type} is not tracked`);
}

/** https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog */
const LogEntry = z.object({
  logName: text(500),
  protoPayload: z.object({
    serviceName: name(200),
    methodName: name(300),
    resourceName: text(500),
    status: z
      .object({ code: z.number().nullish().catch(null) })
      .nullish()
      .catch(null),
    authenticationInfo: z.object({ principalEmail: text(320) }).nullish(),
  }),
  operation: z.object({ id: text(500), first: z.boolean().nullish(), last: z.boolean().nullish() }).nullish(),
});

const looks =
  /^(?:(?:batch)?get|list|search|query|watch|test|check|lookup|fetch|read|view|download|generate|sign|export)/i;

function readAuditLog(event: CloudEvent, context: ReaderContext): Parsed {
  return reader(LogEntry, ({ logName, protoPayload, operation }) => {
    const { serviceName, methodName, resourceName, status, authenticationInfo } = protoPayload;
    const method = methodName.split('.').at(-1) ?? methodName;
    // `buckets.create`: what it is done to stands before the verb where that is no word of its own.
    const verb = /^[a-z]+$/.test(method) ? methodName.split('.').slice(-2).join('.') : method;
    if (looks.test(method) || logName?.includes('data_access') === true) return ignored('a call that changes nothing');
    if ((status?.code ?? 0) !== 0) return ignored('a call that failed');
    const project = /(?:^|\/)(?:projects|namespaces)\/([^/]+)/.exec(resourceName ?? '')?.[1];
    const kind = kindOf(serviceName, method);
    const thing = lastPart(resourceName ?? serviceName);
    const phase: Phase = operation?.last ? 'succeeded' : operation?.first ? 'started' : 'happened';
    const statement = {
      kind,
      phase,
      title: `${verb} ${thing} (${serviceName})`,
      details: defined({ method: methodName, resource: resourceName, project }),
      ...defined({
        serviceName: kind === 'deploy' ? thing : undefined,
        environmentName: environmentIn(project ?? '', context.catalog.environments) ?? undefined,
        actor:
          authenticationInfo?.principalEmail === undefined ? undefined : { email: authenticationInfo.principalEmail },
      }),
    };
    const identity =
      operation?.id === undefined ? undefined : { type: 'operation', value: `google:${bounded(operation.id, 250)}` };
    return told(eventAbout(event, context, statement, { identity }));
  })(event.data, context);
}

function kindOf(service: string, method: string): Kind {
  const writes = /^(?:create|update|replace|patch)/i.test(method);
  if (/^(?:run|cloudfunctions|appengine)\.googleapis\.com$/.test(service) && writes) return 'deploy';
  if (/^(?:secretmanager|runtimeconfig|parametermanager)\.googleapis\.com$/.test(service)) return 'config';
  return 'infrastructure';
}

/** https://cloud.google.com/deploy/docs/api/reference/rest/v1/projects.locations.deliveryPipelines.releases.rollouts */
const Rollout = z.object({ payload: z.object({ name: name(1000), targetId: text(200), state: text(50) }) });

const rolloutStates: Readonly<Record<string, Phase>> = {
  IN_PROGRESS: 'started',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  APPROVAL_REJECTED: 'cancelled',
  CANCELLED: 'cancelled',
  HALTED: 'cancelled',
};

function readRollout(event: CloudEvent, context: ReaderContext): Parsed {
  return reader(Rollout, ({ payload }) => {
    const [, pipeline, release] =
      /\/deliveryPipelines\/([^/]+)\/releases\/([^/]+)\/rollouts\//.exec(payload.name) ?? [];
    const phase = lookUp(rolloutStates, payload.state);
    if (pipeline === undefined || phase === undefined) return ignored('a rollout that did not begin yet');
    const statement = {
      kind: 'deploy' as const,
      phase,
      serviceName: pipeline,
      ...defined({ to: outsideText(release, 200), environmentName: payload.targetId }),
    };
    const identity = { type: 'deployment', value: `google:${bounded(payload.name, 250)}` };
    return told(eventAbout(event, context, statement, { identity }));
  })(event.data, context);
}
