import { z } from 'zod';
import type { Actor, Phase, Statement, TimelineEvent } from '../../domain/event.ts';
import type { Identity } from '../../domain/identity.ts';
import { versionOf } from '../git-host/version.ts';
import { defined } from '../reading/defined.ts';
import { deployMentions } from '../reading/deploy-mentions.ts';
import { text } from '../reading/fields.ts';
import { lookUp } from '../reading/look-up.ts';
import { type Project, compareUrlOf, timeOr } from './fields.ts';

/** What a job does to an environment; null for most jobs. */
export const Environment = z.object({ name: text(250), action: text(50) }).nullish();

/** A job of a pipeline, whether a pipeline or the job itself reports it. */
export interface Job {
  readonly project: Project;
  readonly id: number;
  readonly name: string | undefined;
  readonly status: string;
  readonly startedAt: Date | null | undefined;
  readonly finishedAt: Date | null | undefined;
  readonly environment: z.output<typeof Environment>;
  readonly sha: string;
  readonly ref: string | undefined;
  readonly isTag: boolean;
  readonly actor: Actor | undefined;
  readonly pipeline: number;
}

const phases: Readonly<Record<string, Phase>> = {
  running: 'started',
  success: 'succeeded',
  failed: 'failed',
  canceled: 'cancelled',
};

/** By what a deploy is known that a job makes, whether the job, its pipeline or a deployment reports it. */
export function jobIdentity(repository: string, id: number): Identity {
  return { type: 'job', value: `gitlab:${repository}#${id}` };
}

/**
 * A job deploys when it starts an environment; others look at one, prepare it or do not touch any:
 * https://docs.gitlab.com/ci/yaml/#environmentaction. Null: it did not deploy, or not yet.
 */
export function jobEvent(job: Job, receivedAt: Date): TimelineEvent | null {
  const phase = lookUp(phases, job.status);
  const { environment, project, sha } = job;
  const action = environment?.action ?? 'start';
  if (phase === undefined || environment?.name === undefined || !['start', 'stop'].includes(action)) return null;
  const repository = project.full_name;
  const pageOf = (path: string) => (project.url === undefined ? undefined : `${project.url}/-/${path}`);
  const runUrl = pageOf(`jobs/${job.id}`);
  const version = job.isTag ? job.ref : versionOf(job.ref ?? '');
  const statement: Statement = {
    key: `gitlab:job:${repository}#${job.id}:${job.status}`,
    source: 'gitlab',
    ...timeOr(receivedAt, phase === 'started' ? job.startedAt : job.finishedAt),
    phase,
    // A deployment of the same job knows better what it deploys.
    authority: -1,
    environmentName: environment.name,
    repository,
    ...(action === 'start'
      ? { kind: 'deploy' as const, to: version ?? sha.slice(0, 7), commit: sha }
      : { kind: 'infrastructure' as const, title: `environment ${environment.name} taken down` }),
    ...defined({
      startedAt: job.startedAt?.toISOString(),
      branch: version === undefined ? job.ref : undefined,
      actor: job.actor,
      compareUrl: compareUrlOf(project),
      runUrl,
      details: job.name === undefined ? undefined : { job: job.name },
    }),
  };
  return {
    statement,
    identities: [jobIdentity(repository, job.id)],
    mentions: deployMentions({
      repository,
      commit: sha,
      version,
      runUrls: [runUrl, pageOf(`pipelines/${job.pipeline}`)],
    }),
  };
}
