import type { TimelineEvent } from '../../domain/event.ts';
import { environmentNamed, environmentTold, serviceIn } from '../reading/cluster-place.ts';
import { defined } from '../reading/defined.ts';
import { isObject } from '../reading/json.ts';
import { type Reader, ignored, reader, told } from '../reading/reader.ts';
import { driftHealed, driftOver, driftSeen } from './drift.ts';
import { type App, Application, Context } from './fields.ts';
import { healthMention } from './health.ts';
import { isRunning, isSameState, lastDeployed, sameSources, syncEvent, syncOf } from './sync.ts';

interface Found {
  readonly application: unknown;
  readonly context: unknown;
}

/** The Application that a template sends, alone or as a field. Undefined: there is none. */
export function applicationIn(body: unknown): Found | undefined {
  if (!isObject(body)) return undefined;
  const application = [body['app'], body['application'], body['Application'], body].find(isApplication);
  return application === undefined ? undefined : { application, context: body['context'] };
}

function isApplication(value: unknown): boolean {
  return isObject(value) && isObject(value['metadata']) && (isObject(value['status']) || isObject(value['spec']));
}

export function readApplication({ application, context }: Found, at: Parameters<Reader>[1]) {
  return reader(Application, (read, { receivedAt, catalog }) => {
    const { url, environment } = Context.parse(context) ?? {};
    const { metadata, spec } = read;
    const destination = spec?.destination;
    const places = [destination?.name, spec?.project, destination?.namespace, metadata.name];
    const app: App = {
      ...read,
      id: metadata.uid ?? [metadata.namespace, metadata.name].filter((part) => part !== undefined).join('/'),
      environmentName:
        environmentTold(metadata) ?? environment ?? environmentNamed(places, catalog) ?? destination?.namespace,
      serviceName: serviceIn(metadata, metadata.name, catalog),
      url,
    };
    const events = eventsOf(app, receivedAt);
    return events.length > 0 ? told(...events) : ignored(silence(app));
  })(application, at);
}

/**
 * A notification is a picture of the application, of which most is known already: what it says is said again with the
 * same keys.
 */
function eventsOf(app: App, receivedAt: Date): readonly TimelineEvent[] {
  if (app.metadata.deletionTimestamp) return [deleted(app, app.metadata.deletionTimestamp)];
  const drift = driftSeen(app, receivedAt);
  if (drift !== undefined) return [drift];
  if (isDeployWaiting(app)) return [];
  const sync = syncOf(app);
  if (sync === undefined) return [];
  return [syncEvent(app, sync), ...healthMention(app, sync), ...driftHealed(app, sync), ...driftOver(app, receivedAt)];
}

function deleted({ id, metadata, ...app }: App, at: Date): TimelineEvent {
  return {
    statement: {
      key: `argocd:deleted:${id}:${at.toISOString()}`,
      source: 'argocd',
      occurredAt: at.toISOString(),
      clock: 'source',
      phase: 'happened',
      kind: 'infrastructure',
      title: `Argo CD application ${metadata.name} deleted`,
      serviceName: app.serviceName,
      ...defined({ environmentName: app.environmentName, url: app.url }),
    },
    identities: [{ type: 'sync', value: `argocd:${id}:deleted` }],
    mentions: [],
  };
}

/** Git is ahead of what was synced last, or the parameters were changed since, and nothing is under way. */
function isDeployWaiting({ status }: App): boolean {
  const operation = status?.operationState;
  const last = lastDeployed(status?.history);
  if (status?.sync?.status !== 'OutOfSync' || isRunning(operation)) return false;
  const attempted = operation?.syncResult ?? last;
  if (attempted === undefined) return false;
  const reconfigured =
    operation?.phase === 'Succeeded' && last !== undefined && sameSources(status.sync, last) === false;
  return reconfigured || !isSameState(status.sync, attempted);
}

function silence(app: App): string {
  if (isDeployWaiting(app)) return 'out of sync because a new revision waits to be deployed';
  if (app.status?.operationState) return 'a sync that changes nothing, or of a phase that is not known';
  return 'an application that has not been synced';
}
