import { z } from 'zod';
import type { Phase } from '../../domain/event.ts';
import { defined } from '../reading/defined.ts';
import { Id, Time, WebUrl, text } from '../reading/fields.ts';
import { lookUp } from '../reading/look-up.ts';
import { ignored, reader, told } from '../reading/reader.ts';
import { DeploymentBody, deploymentEvent } from './deployment-event.ts';

/** `inactive` is not among them: it is said of the deployment that another one replaced. */
const phases: Readonly<Record<string, Phase>> = {
  queued: 'mentioned',
  pending: 'mentioned',
  waiting: 'mentioned',
  in_progress: 'started',
  success: 'succeeded',
  failure: 'failed',
  error: 'failed',
};

const StatusBody = DeploymentBody.extend({
  deployment_status: z.object({
    id: Id,
    state: z.string(),
    description: text(1000),
    environment_url: WebUrl,
    log_url: WebUrl,
    target_url: WebUrl,
    created_at: Time,
  }),
});

export const readDeploymentStatus = reader(StatusBody, (body, { catalog }) => {
  const { deployment, deployment_status: status } = body;
  const phase = lookUp(phases, status.state);
  if (phase === undefined) return ignored(`a deployment status ${status.state}`);
  const key = `github:deployment_status:${body.repository.full_name}#${deployment.id}:${status.id}`;
  const { created_at: at, description: outcome, environment_url: url } = status;
  const runUrl = status.log_url ?? status.target_url;
  return told(deploymentEvent(body, { key, phase, at, outcome, runUrl, ...defined({ url }) }, catalog));
});
