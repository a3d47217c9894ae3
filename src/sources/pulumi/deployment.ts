import { z } from 'zod';
import type { Phase } from '../../domain/event.ts';
import { firstCodePoints } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { Id, WebUrl, name, text } from '../reading/fields.ts';
import { ignored, reader, told } from '../reading/reader.ts';
import { pathOf, stackFields, stackId, stackPlace, stackTitle, userOf } from './fields.ts';

const DeploymentBody = z.object({
  ...stackFields,
  deploymentUrl: WebUrl,
  version: Id.nullish(),
  operation: text(50),
  status: name(50),
});

const phases: ReadonlyMap<string, Phase> = new Map<string, Phase>([
  ['running', 'started'],
  ['succeeded', 'succeeded'],
  ['failed', 'failed'],
]);

/** A run of Pulumi Deployments. The update that it makes is told by an event of its own, which does not name it. */
export const readDeployment = reader(DeploymentBody, (body, { receivedAt, catalog }) => {
  const { operation = 'update', status, version } = body;
  if (!['update', 'destroy', 'remediate-drift', 'import'].includes(operation)) {
    return ignored(`a deployment of ${operation} changes nothing`);
  }
  if (status === 'skipped') return ignored('a deployment that was skipped');
  const number = version === null || version === undefined ? '' : ` ${version}`;
  const id = `pulumi:${pathOf(body.deploymentUrl) ?? `${stackId(body)}/deployments/${version ?? receivedAt.toISOString()}`}`;
  return told({
    statement: {
      key: `${id}:${status}`,
      source: 'pulumi',
      occurredAt: receivedAt.toISOString(),
      clock: 'received',
      phase: phases.get(status) ?? 'mentioned',
      kind: 'infrastructure',
      title: firstCodePoints(`pulumi deployment${number} of ${stackTitle(body)} (${operation})`, 300),
      ...stackPlace(body, catalog),
      ...defined({ actor: userOf(body.user), url: body.deploymentUrl }),
    },
    identities: [{ type: 'deployment', value: firstCodePoints(id, 300) }],
    mentions: [],
  });
});
