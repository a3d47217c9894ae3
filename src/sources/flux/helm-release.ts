import { createHash } from 'node:crypto';
import type { Kind } from '../../domain/change.ts';
import type { Phase, Statement } from '../../domain/event.ts';
import { firstCodePoints } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { type ReaderContext, ignored, told } from '../reading/reader.ts';
import type { Parsed } from '../reading/source.ts';
import { type FluxEvent, detailsOf, metadataOf, objectOf, placeOf, revisionOf } from './event.ts';

interface Action {
  readonly kind: Kind;
  readonly phase: Phase;
}

/** By reason: https://github.com/fluxcd/helm-controller/blob/main/api/v2/condition_types.go */
const actions: ReadonlyMap<string, Action> = new Map([
  ['InstallSucceeded', { kind: 'deploy', phase: 'succeeded' }],
  ['InstallFailed', { kind: 'deploy', phase: 'failed' }],
  ['UpgradeSucceeded', { kind: 'deploy', phase: 'succeeded' }],
  ['UpgradeFailed', { kind: 'deploy', phase: 'failed' }],
  ['ReconciliationFailed', { kind: 'deploy', phase: 'failed' }],
  ['RollbackSucceeded', { kind: 'rollback', phase: 'succeeded' }],
  ['RollbackFailed', { kind: 'rollback', phase: 'failed' }],
  ['UninstallSucceeded', { kind: 'infrastructure', phase: 'succeeded' }],
  ['UninstallFailed', { kind: 'infrastructure', phase: 'failed' }],
  ['DriftDetected', { kind: 'drift', phase: 'started' }],
  ['DriftCorrected', { kind: 'drift', phase: 'succeeded' }],
  ['DriftCorrectionFailed', { kind: 'drift', phase: 'failed' }],
]);

/** Each action of Helm is told once, when it has ended. */
export function readHelmRelease(event: FluxEvent, context: ReaderContext): Parsed {
  const action = actions.get(event.reason);
  if (action === undefined) return ignored(`${event.reason}: nothing was changed`);
  return action.kind === 'drift' ? driftOf(event, action, context) : actionOf(event, action, context);
}

function actionOf(event: FluxEvent, { kind, phase }: Action, context: ReaderContext): Parsed {
  const object = objectOf(event);
  const place = placeOf(event, context);
  const { statement: version, mentions } = revisionOf(event);
  const appVersion = metadataOf(event, 'app-version');
  const statement: Statement = {
    key: `flux:${object}:${event.reason}:${place.occurredAt}`,
    ...place,
    phase,
    kind,
    ...version,
    ...defined({
      to: appVersion ?? version.to,
      title: kind === 'infrastructure' ? uninstalled(event, phase) : undefined,
    }),
    ...detailsOf(event, {
      chart: chartIn(event),
      outcome: phase === 'failed' ? firstCodePoints(event.message.join(' '), 1000) : undefined,
    }),
  };
  return told({ statement, identities: [{ type: 'release', value: identityOf(event, kind, phase) }], mentions });
}

/**
 * A release has a number once it is stored. What failed before is tried again and again: all tries of the same chart
 * with the same values are one.
 */
function identityOf(event: FluxEvent, kind: Kind, phase: Phase): string {
  const number = numberIn(event);
  const object = firstCodePoints(`flux:${objectOf(event)}`, 200);
  if (phase !== 'failed') return `${object}:${kind}:${number ?? event.timestamp.toISOString()}`;
  const what = [metadataOf(event, 'revision'), metadataOf(event, 'token')].map((part) => part ?? '').join(':');
  return `${object}:${kind}-failed:${firstCodePoints(what, 60)}`;
}

/** `Helm upgrade succeeded for release apps/checkout.v5 with chart checkout@1.2.3` */
function numberIn({ message }: FluxEvent): string | undefined {
  return /\brelease \S{1,200}\.v(\d{1,9})\b/.exec(message[0] ?? '')?.[1];
}

function chartIn({ message }: FluxEvent): string | undefined {
  return /\bwith chart (\S{1,150}?)@?(?::|\s|$)/.exec(message[0] ?? '')?.[1]?.replace('@', ' ');
}

function uninstalled({ involvedObject: { name } }: FluxEvent, phase: Phase): string {
  return phase === 'failed' ? `Helm release ${name} could not be uninstalled` : `Helm release ${name} uninstalled`;
}

/** Told at every look while it lasts; the same objects are the same drift. */
function driftOf(event: FluxEvent, { phase }: Action, context: ReaderContext): Parsed {
  const object = firstCodePoints(objectOf(event), 200);
  const place = placeOf(event, context);
  const [, ...objects] = event.message;
  const which = createHash('sha256').update(objects.join('\n')).digest('hex').slice(0, 16);
  const when = phase === 'started' ? which : place.occurredAt;
  const shown = objects.slice(0, 3).map((line) => line.replace(/ changed \(.*| removed$/, ''));
  const statement: Statement = {
    key: `flux:${object}:${event.reason}:${numberIn(event) ?? ''}:${when}`,
    ...place,
    phase,
    kind: 'drift',
    ...(phase === 'started'
      ? {
          title:
            `${place.serviceName} differs from its Helm release${shown.length === 0 ? '' : `: ${shown.join(', ')}`}`.slice(
              0,
              300,
            ),
        }
      : // Only where the drift itself was not told.
        {
          authority: -1,
          title: `${place.serviceName} differed from its Helm release${phase === 'failed' ? '' : ' and was put back'}`,
        }),
    ...detailsOf(event, {
      objects: objects.length === 0 ? undefined : objects.slice(0, 20),
      outcome: phase === 'failed' ? firstCodePoints(event.message.join(' '), 1000) : undefined,
    }),
  };
  const identities = [{ type: 'drift', value: `flux:${object}:${numberIn(event) ?? ''}` }];
  return told({ statement, identities, mentions: [] });
}
