import { z } from 'zod';
import { firstCodePoints } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { WebUrl, name, text } from '../reading/fields.ts';
import { ignored, reader, told } from '../reading/reader.ts';
import { pathOf, stackFields, stackId, stackPlace, stackTitle, userOf } from './fields.ts';
import { ResourceChanges, changeWords } from './resource-changes.ts';

const DriftBody = z.object({
  ...stackFields,
  driftDetected: z.boolean(),
  driftRunId: text(100),
  resourceChanges: ResourceChanges,
  referenceUrl: WebUrl,
});

/** Looked for again and again, the drift of a stack is one change a day: when it is gone, nobody says so. */
export const readDrift = reader(DriftBody, (body, { receivedAt, catalog }) => {
  if (!body.driftDetected) return ignored('a look for drift that found none or failed');
  const at = receivedAt.toISOString();
  return told({
    statement: {
      key: `pulumi:drift:${stackId(body)}:${body.driftRunId ?? pathOf(body.referenceUrl) ?? at}`,
      source: 'pulumi',
      occurredAt: at,
      clock: 'received',
      phase: 'happened',
      kind: 'drift',
      title: firstCodePoints(`pulumi found drift in ${stackTitle(body)}${changeWords(body.resourceChanges)}`, 300),
      ...stackPlace(body, catalog),
      ...defined({ url: body.referenceUrl }),
    },
    identities: [{ type: 'drift', value: `pulumi:${at.slice(0, 10)}:${stackId(body)}` }],
    mentions: [],
  });
});

const RemediationBody = z.object({
  ...stackFields,
  status: name(50),
  resourceChanges: ResourceChanges,
  referenceUrl: WebUrl,
});

export const readRemediation = reader(RemediationBody, (body, { receivedAt, catalog }) => {
  const at = receivedAt.toISOString();
  const id = `pulumi:remediation:${pathOf(body.referenceUrl) ?? `${stackId(body)}:${at}`}`;
  return told({
    statement: {
      key: `${id}:${body.status}`,
      source: 'pulumi',
      occurredAt: at,
      clock: 'received',
      phase: body.status === 'succeeded' ? 'succeeded' : body.status === 'failed' ? 'failed' : 'mentioned',
      kind: 'infrastructure',
      title: firstCodePoints(`pulumi undoes drift in ${stackTitle(body)}${changeWords(body.resourceChanges)}`, 300),
      ...stackPlace(body, catalog),
      ...defined({ actor: userOf(body.user), url: body.referenceUrl }),
    },
    identities: [{ type: 'deployment', value: firstCodePoints(id, 300) }],
    mentions: [],
  });
});
