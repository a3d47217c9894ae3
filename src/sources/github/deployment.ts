import { z } from 'zod';
import { DeploymentBody, deploymentFields } from './deployment-fields.ts';
import { reader, told } from './reader.ts';

export const readDeployment = reader(DeploymentBody.extend({ action: z.literal('created') }), (body, context) => {
  const { said, identities, mentions } = deploymentFields(body, context);
  const statement = {
    key: `github:deployment:${body.repository.full_name}#${body.deployment.id}:created`,
    occurredAt: body.deployment.created_at.toISOString(),
    phase: 'started' as const,
    ...said,
  };
  return told({ statement, identities, mentions });
});
