import { z } from 'zod';
import { reader, told } from '../reading/reader.ts';
import { DeploymentBody, deploymentEvent } from './deployment-event.ts';

const CreatedBody = DeploymentBody.extend({ action: z.literal('created') });

export const readDeployment = reader(CreatedBody, (body, { catalog }) => {
  const key = `github:deployment:${body.repository.full_name}#${body.deployment.id}:created`;
  return told(deploymentEvent(body, { key, phase: 'started', at: body.deployment.created_at }, catalog));
});
