import { createHash } from 'node:crypto';
import type { Statement, TimelineEvent } from '../../domain/event.ts';
import { firstCodePoints, outsideText } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import type { App, Deployed } from './fields.ts';
import { type Sync, isRunning, isSameState, lastDeployed, revisionsIn, sameSources } from './sync.ts';

/** Where Argo CD remembers what it has sent: it tells us that a drift was open, and since when. */
const notified = 'notified.notifications.argoproj.io';
const driftTrigger = 'on-sincewhen-drift:';

/** How long after a sync's end a comparison may still be the one from before it, where it gives no time. */
const settling = 60_000;

/**
 * The application differs from Git although Git is what was synced last. Out of sync with another revision (or with
 * other parameters) only says that a deploy waits.
 */
export function driftSeen(app: App, receivedAt: Date): TimelineEvent | undefined {
  const { sync, operationState, history, reconciledAt } = app.status ?? {};
  if (sync?.status !== 'OutOfSync' || isRunning(operationState)) return undefined;
  const succeeded = operationState?.phase === 'Succeeded' ? (operationState.syncResult ?? undefined) : undefined;
  const deployed: Deployed | undefined = lastDeployed(history) ?? succeeded;
  if (deployed === undefined || !isSameState(sync, deployed)) return undefined;
  const ended = operationState?.finishedAt ?? lastDeployed(history)?.deployedAt;
  if (ended && isOlder(reconciledAt, receivedAt, ended)) return undefined;
  const resources = differing(app);
  const which = resources.length === 0 ? '' : `: ${listed(resources)}`;
  return drift(app, deployed, {
    key: `out-of-sync:${createHash('sha256').update(resources.join()).digest('hex').slice(0, 16)}`,
    at: reconciledAt ?? undefined,
    receivedAt,
    phase: 'started',
    title: `${app.serviceName} differs from Git${which}`,
    details: resources.length === 0 ? undefined : { resources },
  });
}

function isOlder(comparedAt: Date | null | undefined, receivedAt: Date, ended: Date): boolean {
  if (comparedAt) return comparedAt < ended;
  return receivedAt.getTime() - ended.getTime() < settling;
}

/** In sync again after we were told of a drift: by a sync or, as often, because somebody undid what they had done. */
export function driftOver(app: App, receivedAt: Date): readonly TimelineEvent[] {
  const opened = app.status?.sync?.status === 'Synced' ? driftNotifiedAt(app) : undefined;
  if (opened === undefined) return [];
  const before = app.status?.history?.findLast(({ deployedAt }) => deployedAt && deployedAt <= opened);
  const deployed = before ?? app.status?.operationState?.syncResult;
  if (!deployed) return [];
  const at = app.status?.reconciledAt ?? undefined;
  return [
    drift(app, deployed, {
      key: `in-sync:${opened.toISOString()}`,
      at,
      receivedAt,
      phase: 'succeeded',
      startedAt: opened,
    }),
  ];
}

/**
 * Argo CD syncs by itself what it has synced before only when it heals itself: so there was a drift, whether or not we
 * were told.
 */
export function driftHealed(app: App, { operation, phase, finishedAt }: Sync): readonly TimelineEvent[] {
  const [before, last] = (app.status?.history ?? []).slice(-2);
  if (phase !== 'succeeded' || operation?.operation?.initiatedBy?.automated !== true) return [];
  if (before === undefined || last === undefined || finishedAt === undefined) return [];
  if (!isSameState(last, before) || sameSources(last, before) !== true) return [];
  if (last.deployStartedAt?.getTime() !== operation.startedAt.getTime()) return [];
  return [
    drift(app, before, {
      key: `healed:${operation.startedAt.toISOString()}`,
      at: finishedAt,
      receivedAt: finishedAt,
      startedAt: operation.startedAt,
      phase: 'succeeded',
      // Only where nothing more is known.
      authority: -1,
      title: `${app.serviceName} differed from Git and was put back`,
    }),
  ];
}

interface Told extends Pick<Statement, 'phase' | 'authority'> {
  readonly key: string;
  readonly at: Date | undefined;
  readonly receivedAt: Date;
  readonly startedAt?: Date | undefined;
  readonly title?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** All drift from one deployed state is one change: it may open and close again. */
function drift(app: App, deployed: Deployed, { key, at, receivedAt, phase, ...more }: Told): TimelineEvent {
  const state = outsideText(String(deployed.id ?? revisionsIn(deployed).join()), 150) ?? '';
  return {
    statement: {
      key: `argocd:drift:${app.id}:${state}:${key}`,
      source: 'argocd',
      occurredAt: (at ?? receivedAt).toISOString(),
      clock: at === undefined ? 'received' : 'source',
      phase,
      kind: 'drift',
      serviceName: app.serviceName,
      ...defined({
        authority: more.authority,
        environmentName: app.environmentName,
        url: app.url,
        startedAt: more.startedAt?.toISOString(),
        title: more.title,
        details: more.details,
      }),
    },
    identities: [{ type: 'drift', value: `argocd:${app.id}:${state}` }],
    mentions: [],
  };
}

function differing({ status }: App): readonly string[] {
  return (status?.resources ?? [])
    .filter((resource) => resource.status === 'OutOfSync')
    .slice(0, 20)
    .map(({ kind, name }) => `${kind ?? ''} ${name ?? ''}`.trim());
}

function listed(resources: readonly string[]): string {
  const shown = resources.slice(0, 3).map((each) => firstCodePoints(each, 60));
  return resources.length > 3 ? `${shown.join(', ')} and more` : shown.join(', ');
}

function driftNotifiedAt({ metadata }: App): Date | undefined {
  const state = metadata.annotations?.[notified];
  if (typeof state !== 'string' || state.length > 100_000) return undefined;
  const seconds = new RegExp(String.raw`"${driftTrigger}[^"]{0,200}": ?(\d{9,10})[,}]`).exec(state)?.[1];
  return seconds === undefined ? undefined : new Date(Number(seconds) * 1000);
}
