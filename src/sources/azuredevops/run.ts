import type { Actor, Phase, TimelineEvent } from '../../domain/event.ts';
import type { Identity } from '../../domain/identity.ts';
import { defined } from '../reading/defined.ts';
import { timeOr } from './fields.ts';

/** A run of a pipeline, or a stage of one, that deploys. */
export interface Run {
  readonly collection: string;
  /** Of the build, which is the same for the run. */
  readonly id: number;
  /** Beside the run: the stage. */
  readonly stage?: string | undefined;
  readonly environment: string;
  readonly pipeline: string;
  /** One of the settings that a name tells. */
  readonly service: string | undefined;
  readonly number: string | undefined;
  readonly phase: Phase;
  readonly at: Date | undefined;
  readonly startedAt: Date | undefined;
  readonly repository: string | undefined;
  readonly commit: string | undefined;
  readonly branch: string | undefined;
  readonly actor: Actor | undefined;
  readonly url: string | undefined;
}

/**
 * What a run deploys to one environment is one change, whether its end is told by the build, the run or the stage: all
 * carry the number of the build.
 */
export function runEvent(run: Run, receivedAt: Date): TimelineEvent {
  const { collection, id, stage, environment, phase, repository, commit, pipeline, number, url } = run;
  const object = `${collection}#${id}:${environment}`;
  const name = `${pipeline}${number === undefined ? '' : ` ${number}`}`;
  const mentions: Identity[] = [];
  if (repository !== undefined && commit !== undefined) {
    mentions.push({ type: 'commit', value: `${repository}@${commit}` });
  }
  // With its query, which holds the number of the build: without it all runs would have the same.
  if (url !== undefined && url.length <= 300) mentions.push({ type: 'run', value: url });
  return {
    statement: {
      key: `azuredevops:run:${object}:${stage ?? ''}:${phase}`,
      source: 'azuredevops',
      ...timeOr(receivedAt, run.at),
      phase,
      kind: 'deploy',
      environmentName: environment,
      details: defined({ pipeline, run: number, stage }),
      ...defined({
        title: repository === undefined ? `${name} to ${environment}` : undefined,
        startedAt: run.startedAt?.toISOString(),
        serviceName: run.service,
        repository,
        commit,
        branch: run.branch,
        to: commit?.slice(0, 7) ?? number,
        actor: run.actor,
        runUrl: url,
      }),
    },
    identities: [{ type: 'run', value: `azuredevops:${object}` }],
    mentions,
  };
}
