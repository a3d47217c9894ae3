import { z } from 'zod';
import type { Phase } from '../../domain/event.ts';
import { defined } from '../reading/defined.ts';
import { name, text } from '../reading/fields.ts';
import { lookUp } from '../reading/look-up.ts';
import { ignored, told } from '../reading/reader.ts';
import { consoleUrl, eventReader, keyOf, momentOf, placeOf, when } from './event.ts';

/** `READY`: a blue/green deployment waits for its traffic to be moved. */
const phases: Readonly<Record<string, Phase>> = {
  CREATED: 'started',
  START: 'started',
  READY: 'started',
  SUCCESS: 'succeeded',
  FAILURE: 'failed',
  STOP: 'cancelled',
};

const Deployment = z.object({
  deploymentId: name(100),
  state: name(50),
  application: text(200),
  deploymentGroup: text(200),
});

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html */
export const readCodeDeploy = eventReader(Deployment, (detail, event, context) => {
  const phase = lookUp(phases, detail.state);
  if (phase === undefined) return ignored(`a CodeDeploy deployment in the state ${detail.state}`);
  const { application, deploymentGroup: group } = detail;
  const details = defined({ deployment: detail.deploymentId, deploymentGroup: group });
  return told({
    statement: {
      key: keyOf('codedeploy', detail.deploymentId, detail.state, momentOf(event)),
      ...when(event, context),
      phase,
      kind: 'deploy',
      details,
      ...placeOf(event, context, { within: [group, application], place: group, service: application }),
      ...defined({
        url: consoleUrl(event, `codesuite/codedeploy/deployments/${encodeURIComponent(detail.deploymentId)}`),
      }),
    },
    identities: [codeDeployIdentity(detail.deploymentId)],
    mentions: [],
  });
});

/** Ids of deployments are unique across accounts. */
export function codeDeployIdentity(id: string) {
  return { type: 'deployment', value: keyOf('codedeploy', id) };
}
