import { z } from 'zod';
import { Id, Sha, Time, text } from '../reading/fields.ts';
import { ignored, reader, told } from '../reading/reader.ts';
import { OldRepository, Project, User } from './fields.ts';
import { Environment, jobEvent } from './job-event.ts';

const mostJobs = 500;

const PipelineBody = z.object({
  object_attributes: z.object({ id: Id, ref: text(250), tag: z.boolean().nullish(), sha: Sha }),
  user: User,
  project: Project,
  builds: z
    .array(
      z.object({
        id: Id,
        name: text(200),
        status: z.string(),
        started_at: Time.nullish(),
        finished_at: Time.nullish(),
        user: User,
        environment: Environment,
      }),
    )
    .nullish(),
});

/** A pipeline deploys by those of its jobs that start an environment. Each state of the pipeline tells all of them. */
export const readPipeline = reader(PipelineBody, (body, { receivedAt }) => {
  const { object_attributes: pipeline, project, builds } = body;
  const events = (builds ?? []).slice(0, mostJobs).flatMap((build) => {
    const job = {
      project,
      id: build.id,
      name: build.name,
      status: build.status,
      startedAt: build.started_at,
      finishedAt: build.finished_at,
      environment: build.environment,
      sha: pipeline.sha,
      ref: pipeline.ref,
      isTag: pipeline.tag === true,
      actor: build.user ?? body.user,
      pipeline: pipeline.id,
    };
    return jobEvent(job, receivedAt) ?? [];
  });
  return events.length === 0 ? ignored('a pipeline that deploys nothing, or not yet') : told(...events);
});

const JobBody = z.object({
  ref: text(250),
  tag: z.boolean().nullish(),
  sha: Sha,
  build_id: Id,
  build_name: text(200),
  build_status: z.string(),
  build_started_at: Time.nullish(),
  build_finished_at: Time.nullish(),
  pipeline_id: Id,
  user: User,
  project: Project.nullish(),
  repository: OldRepository,
  environment: Environment,
});

export const readJob = reader(JobBody, (body, { receivedAt }) => {
  const project = body.project ?? body.repository;
  if (project === undefined) return { outcome: 'malformed', error: 'it names no project', notWhatItSends: false };
  const event = jobEvent(
    {
      project,
      id: body.build_id,
      name: body.build_name,
      status: body.build_status,
      startedAt: body.build_started_at,
      finishedAt: body.build_finished_at,
      environment: body.environment,
      sha: body.sha,
      ref: body.ref,
      isTag: body.tag === true,
      actor: body.user,
      pipeline: body.pipeline_id,
    },
    receivedAt,
  );
  return event === null ? ignored('a job that deploys nothing, or not yet') : told(event);
});
