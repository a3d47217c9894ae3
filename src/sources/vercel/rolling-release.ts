import { z } from 'zod';
import type { Phase } from '../../domain/event.ts';
import { defined } from '../reading/defined.ts';
import { Time, text } from '../reading/fields.ts';
import { type Reader, reader, told } from '../reading/reader.ts';
import { Named, User, VercelId, envelope } from './fields.ts';

const Percentage = z.number().min(0).max(100).nullish().catch(undefined);

const Release = z.object({
  default: z.object({
    baseDeploymentId: VercelId.nullish(),
    targetDeploymentId: VercelId,
    targetPercentage: Percentage,
    targetStartAt: Time.nullish(),
  }),
  config: z.object({ target: text(100) }).nullish(),
});

const Body = z.object({
  ...envelope,
  payload: z.object({
    user: User,
    project: Named,
    projectName: text(100),
    rollingRelease: Release,
    prevRollingRelease: z
      .object({ default: z.object({ targetDeploymentId: text(100), targetPercentage: Percentage }) })
      .nullish()
      .catch(undefined),
  }),
});

/** A deployment that takes over production traffic step by step, from its first step to its end one change. */
export function readRollingRelease(phase: Phase): Reader {
  return reader(Body, ({ id, type, createdAt, payload }) => {
    const { user, rollingRelease: release, prevRollingRelease: previous, project } = payload;
    const { targetDeploymentId: deployment, baseDeploymentId: base, targetStartAt: began } = release.default;
    const name = project?.name ?? payload.projectName;
    const from = previous?.default.targetDeploymentId === deployment ? (previous.default.targetPercentage ?? 0) : 0;
    const percentage = release.default.targetPercentage ?? 0;
    const course = phase === 'cancelled' ? `aborted at ${from} %` : `${from} % → ${percentage} %`;
    return told({
      statement: {
        key: `vercel:${type}:${id}`,
        source: 'vercel',
        occurredAt: createdAt.toISOString(),
        clock: 'source',
        phase,
        kind: 'deploy',
        title: `rolling release of ${name ?? deployment}: ${course}`,
        environmentName: release.config?.target ?? 'production',
        ...defined({
          startedAt: began?.toISOString(),
          serviceName: name,
          actor: user,
          before: base ? { deployment: base } : undefined,
          after: { deployment },
        }),
      },
      identities: [
        { type: 'rolling-release', value: `vercel:${deployment}:${began?.toISOString() ?? createdAt.toISOString()}` },
      ],
      mentions: [{ type: 'deployment', value: `vercel:${deployment}` }],
    });
  });
}
