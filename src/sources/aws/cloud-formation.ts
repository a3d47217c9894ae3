import { z } from 'zod';
import type { Phase } from '../../domain/event.ts';
import type { Identity } from '../../domain/identity.ts';
import { defined } from '../reading/defined.ts';
import { name, text } from '../reading/fields.ts';
import { lookUp } from '../reading/look-up.ts';
import { ignored, told } from '../reading/reader.ts';
import type { Parsed } from '../reading/source.ts';
import { type AwsEvent, consoleUrl, eventReader, keyOf, lastOfArn, momentOf, placeOf, when } from './event.ts';

/** What conceal.ts calls `client-request-token`, whose name would else say that it is a secret. */
export const operationName = 'client-request-id';

const Stack = z.object({
  'stack-id': name(500),
  'status-details': z.object({ status: name(60), 'status-reason': text(1000) }),
  [operationName]: text(200),
});

/**
 * One operation on a stack is one change, told apart by its request. One without a request's token (a nested stack's)
 * is told by its end alone.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/event-detail-stack-status-change.html
 */
export const readStack = eventReader(Stack, (detail, event, context) => {
  const { status, 'status-reason': reason } = detail['status-details'];
  const course = courseOf(status);
  if (course === undefined) return ignored(`a stack in the state ${status}`);
  const operation = detail[operationName];
  if (operation === undefined && status.endsWith('_IN_PROGRESS')) return ignored('a stack on its way, of no request');
  const stack = detail['stack-id'];
  const moment = momentOf(event);
  return told({
    statement: {
      key: keyOf('stack', stack, operation, status, moment),
      ...when(event, context),
      phase: course.phase,
      kind: 'infrastructure',
      title: `CloudFormation: ${course.verb} stack ${stackName(stack)}`,
      ...placeOf(event, context, { within: [stackName(stack)] }),
      ...defined({ reason, url: pageOf(event, stack) }),
    },
    identities: [stackIdentity(stack, operation ?? moment)],
    mentions: [],
  });
});

export function stackIdentity(stack: string, operation: string): Identity {
  return { type: 'run', value: keyOf('stack', stack, operation) };
}

/** `checkout` of `arn:aws:cloudformation:eu-west-1:111122223333:stack/checkout/<uuid>`. */
export function stackName(stack: string): string {
  return /:stack(?:set)?\/([^/:]+)/.exec(stack)?.[1] ?? stack;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html */
function courseOf(status: string): { readonly phase: Phase; readonly verb: string } | undefined {
  const [, action = '', state = ''] = /^(CREATE|UPDATE|DELETE|IMPORT|ROLLBACK)_(.+)$/.exec(status) ?? [];
  // A stack whose creation is rolled back is in ROLLBACK_…
  const verb = (action === 'ROLLBACK' ? 'CREATE' : action).toLowerCase();
  const rolledBack = action === 'ROLLBACK' || state.startsWith('ROLLBACK_');
  if (action === '' || state === 'COMPLETE_CLEANUP_IN_PROGRESS') return undefined;
  // Going back is where the reason stands; what follows has none.
  if (rolledBack) return { phase: 'failed', verb };
  if (state === 'IN_PROGRESS') return { phase: 'started', verb };
  if (state === 'COMPLETE') return { phase: 'succeeded', verb };
  return state === 'FAILED' ? { phase: 'failed', verb } : undefined;
}

function pageOf(event: AwsEvent, stack: string): string | undefined {
  return consoleUrl(event, `cloudformation/home#/stacks/events?stackId=${encodeURIComponent(stack)}`);
}

const Drift = z.object({
  'stack-id': name(500),
  'stack-drift-detection-id': text(100),
  'status-details': z.object({ 'stack-drift-status': text(50), 'detection-status': text(50) }),
  'drift-detection-details': z.object({ 'drifted-stack-resource-count': z.number().int().nullish() }).nullish(),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/event-detail-stack-drift-detection-change.html */
export const readStackDrift = eventReader(Drift, (detail, event, context) => {
  const { 'stack-id': stack, 'status-details': status } = detail;
  if (status['detection-status'] !== 'DETECTION_COMPLETE') return ignored('a detection of drift that is not complete');
  if (status['stack-drift-status'] !== 'DRIFTED') return ignored('a detection that found no drift');
  const count = detail['drift-detection-details']?.['drifted-stack-resource-count'] ?? undefined;
  const id = detail['stack-drift-detection-id'] ?? momentOf(event);
  return told({
    statement: {
      key: keyOf('stack-drift', stack, id),
      ...when(event, context),
      phase: 'happened',
      kind: 'drift',
      title: `stack ${stackName(stack)} has drifted${count === undefined ? '' : `: ${count} ${count === 1 ? 'resource' : 'resources'}`}`,
      ...placeOf(event, context, { within: [stackName(stack)] }),
      ...defined({ url: consoleUrl(event, `cloudformation/home#/stacks/drifts?stackId=${encodeURIComponent(stack)}`) }),
    },
    identities: [{ type: 'drift', value: keyOf('stack-drift', stack, id) }],
    mentions: [],
  });
});

const StackSet = z.object({
  'stack-set-arn': name(500),
  'operation-id': name(200),
  action: text(50),
  'status-details': z.object({ status: name(50) }),
});

const setPhases: Readonly<Record<string, Phase>> = {
  RUNNING: 'started',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  STOPPED: 'cancelled',
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/event-detail-stackset-operation-status-change.html */
export const readStackSet = eventReader(StackSet, (detail, event, context): Parsed => {
  const { 'stack-set-arn': set, 'operation-id': operation, action = 'UPDATE' } = detail;
  const phase = lookUp(setPhases, detail['status-details'].status);
  if (phase === undefined)
    return ignored(`an operation on a stack set in the state ${detail['status-details'].status}`);
  if (action === 'DETECT_DRIFT') return ignored('a detection of drift in a stack set');
  const named = /:stackset\/([^:/]+)/.exec(set)?.[1] ?? lastOfArn(set);
  return told({
    statement: {
      key: keyOf('stack-set', set, operation, phase),
      ...when(event, context),
      phase,
      kind: 'infrastructure',
      title: `CloudFormation: ${action.toLowerCase()} stack set ${named}`,
      ...placeOf(event, context, { within: [named] }),
    },
    identities: [{ type: 'run', value: keyOf('stack-set', set, operation) }],
    mentions: [],
  });
});
