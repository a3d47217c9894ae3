import { z } from 'zod';
import type { Phase } from '../../domain/event.ts';
import { firstCodePoints } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { name, text } from '../reading/fields.ts';
import { lookUp } from '../reading/look-up.ts';
import { ignored, told } from '../reading/reader.ts';
import { consoleUrl, eventReader, keyOf, momentOf, placeOf, when } from './event.ts';

const Parameter = z.object({ operation: name(50), name: name(500), description: text(500) });

const verbs: Readonly<Record<string, string>> = {
  Create: 'created',
  Update: 'changed',
  Delete: 'deleted',
  LabelParameterVersion: 'labelled anew',
};

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-cwe.html */
export const readParameter = eventReader(Parameter, (detail, event, context) => {
  const verb = lookUp(verbs, detail.operation);
  if (verb === undefined) return ignored(`a parameter's ${detail.operation}`);
  const key = keyOf('parameter', event.account, event.region, detail.name, verb, momentOf(event));
  return told({
    statement: {
      key,
      ...when(event, context),
      phase: 'happened',
      kind: 'config',
      title: firstCodePoints(`parameter ${detail.name} ${verb}`, 300),
      ...placeOf(event, context, { within: [detail.name] }),
      ...defined({
        url: consoleUrl(event, `systems-manager/parameters/${encodeURIComponent(detail.name)}/description`),
      }),
    },
    identities: [{ type: 'config', value: key }],
    mentions: [],
  });
});

const phases: Readonly<Record<string, Phase>> = {
  IN_PROGRESS: 'started',
  SUCCESS: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'failed',
  CANCELLED: 'cancelled',
};

const Window = z.object({ 'window-id': name(100), 'window-execution-id': name(100), status: name(50) });

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html */
export const readMaintenanceWindow = eventReader(Window, (detail, event, context) => {
  const phase = lookUp(phases, detail.status);
  if (phase === undefined) return ignored(`a maintenance window in the state ${detail.status}`);
  return told({
    statement: {
      key: keyOf('maintenance-window', detail['window-execution-id'], phase),
      ...when(event, context),
      phase,
      kind: 'maintenance',
      title: `maintenance window ${detail['window-id']}`,
      ...placeOf(event, context, {}),
    },
    identities: [{ type: 'maintenance', value: keyOf('maintenance-window', detail['window-execution-id']) }],
    mentions: [],
  });
});
