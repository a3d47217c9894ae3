import { z } from 'zod';
import { defined } from '../reading/defined.ts';
import { reader, told } from '../reading/reader.ts';
import { Named, User, VercelId, envelope } from './fields.ts';

const RollbackBody = z.object({
  ...envelope,
  payload: z.object({
    user: User,
    project: Named,
    deployment: z.object({ id: VercelId }).nullish().catch(undefined),
    fromDeploymentId: VercelId.nullish(),
    toDeploymentId: VercelId.nullish(),
  }),
});

/** Production traffic goes back to an older deployment, at once and without a build. */
export const readRollback = reader(RollbackBody, ({ id, createdAt, payload }) => {
  const { user, project, fromDeploymentId: from, toDeploymentId } = payload;
  const to = toDeploymentId ?? payload.deployment?.id;
  const deployments = [from, to].filter((each) => typeof each === 'string');
  return told({
    statement: {
      key: `vercel:deployment.rollback:${id}`,
      source: 'vercel',
      occurredAt: createdAt.toISOString(),
      clock: 'source',
      phase: 'happened',
      kind: 'rollback',
      title: `${project?.name ?? 'production'} rolled back${to === undefined ? '' : ` to deployment ${to}`}`,
      environmentName: 'production',
      ...defined({
        serviceName: project?.name,
        actor: user,
        before: from ? { deployment: from } : undefined,
        after: to === undefined ? undefined : { deployment: to },
        details: project?.id === undefined ? undefined : { project: project.id },
      }),
    },
    identities: [{ type: 'rollback', value: `vercel:${id}` }],
    mentions: deployments.map((each) => ({ type: 'deployment', value: `vercel:${each}` })),
  });
});
