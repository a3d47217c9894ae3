import type { Phase, Statement } from '../../domain/event.ts';
import { firstCodePoints } from '../../domain/outside-text.ts';
import { repetitionOf } from '../../domain/repetition.ts';
import { type ReaderContext, ignored, told } from '../reading/reader.ts';
import type { Parsed } from '../reading/source.ts';
import { type FluxEvent, detailsOf, metadataOf, objectOf, placeOf, revisionOf } from './event.ts';

/** Nothing was tried: what it waits for is told by itself, again and again. */
const waiting = new Set(['ArtifactFailed', 'DependencyNotReady', 'AccessDenied', 'SourceNotReady', 'Suspended']);

/**
 * One deploy per revision. Flux says again every few minutes that it has succeeded, and applies the same revision again
 * when somebody has changed what it applied: so each is said once per revision, and the first time counts.
 */
export function readKustomization(event: FluxEvent, context: ReaderContext): Parsed {
  const { reason, severity, message } = event;
  if (waiting.has(reason)) return ignored(`${reason}: nothing was applied`);
  const step = stepOf(event);
  if (step === undefined) return ignored(`${reason}: progress, or not known`);
  const revision = metadataOf(event, 'revision');
  if (revision === undefined && severity !== 'error') return ignored(`${reason} of no revision`);
  const object = objectOf(event);
  const place = placeOf(event, context);
  const { statement: version, mentions } = revisionOf(event);
  const statement: Statement = {
    key: `flux:${object}:${revision ?? ''}:${step.key}`,
    ...place,
    phase: step.phase,
    kind: 'deploy',
    ...version,
    ...detailsOf(event, {
      applied: step.key === 'applied' ? message.slice(0, 20) : undefined,
      outcome: step.phase === 'failed' ? firstCodePoints(`${reason}: ${message.join(' ')}`, 1000) : undefined,
    }),
  };
  const identity =
    revision === undefined
      ? repetitionOf('flux', [object, reason], place.occurredAt)
      : { type: 'revision', value: `flux:${firstCodePoints(object, 200)}@${revision.slice(-90).toWellFormed()}` };
  return told({ statement, identities: [identity], mentions });
}

function stepOf(event: FluxEvent): { readonly phase: Phase; readonly key: string } | undefined {
  const { reason, severity, message, timestamp } = event;
  const [first = ''] = message;
  if (severity === 'error' || reason.endsWith('Failed')) return { phase: 'failed', key: failure(event) };
  if (reason === 'HealthCheckCanceled') return { phase: 'cancelled', key: `cancelled:${timestamp.toISOString()}` };
  // Sent only after a failed one, so it may end what a failure has said since the first success.
  if (first.startsWith('Health check passed')) {
    return { phase: 'succeeded', key: `healthy:${timestamp.toISOString()}` };
  }
  if (reason.endsWith('Succeeded')) return { phase: 'succeeded', key: 'succeeded' };
  // `Deployment/apps/webapp configured`: what was applied.
  if (reason.startsWith('Progressing') && message.some((line) => changed.test(line))) {
    return { phase: 'started', key: 'applied' };
  }
  return undefined;
}

const changed = /^[A-Z]\w*\/\S+ (?:created|configured|deleted)$/;

function failure({ reason, metadata, timestamp }: FluxEvent): string {
  return metadata ? `failed:${reason}` : `failed:${reason}:${timestamp.toISOString().slice(0, 13)}`;
}
