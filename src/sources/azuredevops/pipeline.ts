import { z } from 'zod';
import { deployNamed, deploysTo } from '../reading/deploy-name.ts';
import { Id, actorOf, name, text } from '../reading/fields.ts';
import { repositoryOfUrl } from '../reading/git-url.ts';
import { type ReaderContext, ignored, reader, told } from '../reading/reader.ts';
import { Identity, Link, MaybeTime, envelope, phaseOf, shortRef } from './fields.ts';
import { type Run, runEvent } from './run.ts';

const Links = z.object({ web: Link }).nullish().catch(undefined);

const RunFields = z.object({
  id: Id,
  name: text(200),
  state: text(50),
  result: text(50),
  createdDate: MaybeTime,
  finishedDate: MaybeTime,
  requestedFor: Identity,
  _links: Links,
  resources: z
    .object({
      repositories: z.object({ self: z.object({ refName: text(260), version: text(100) }).nullish() }).nullish(),
    })
    .nullish()
    .catch(undefined),
});

const shared = {
  run: RunFields,
  pipeline: z.object({ name: name(200) }),
  repositories: z
    .array(
      z.object({
        url: text(500),
        change: z
          .object({ version: text(100), author: z.object({ name: text(200), email: text(320) }).nullish() })
          .nullish(),
      }),
    )
    .nullish()
    .catch(undefined),
};

const RunBody = z.object({ ...envelope, resource: z.object(shared) });

const StageBody = z.object({
  ...envelope,
  resource: z.object({
    ...shared,
    stage: z.object({
      name: name(200),
      displayName: text(200),
      state: text(50),
      result: text(50),
      startTime: MaybeTime,
      finishTime: MaybeTime,
      _links: Links,
    }),
  }),
});

/** As of builds: a pipeline that says in its name that it deploys, and where to. */
export const readRun = reader(RunBody, ({ resource, resourceContainers, createdDate }, { catalog, receivedAt }) => {
  const { run, pipeline } = resource;
  const environment = deploysTo(pipeline.name, catalog.environments);
  if (environment === null) return ignored('a run that is no deploy by its name');
  const phase = stateOf(run.state, run.result);
  if (phase === undefined) return ignored('a run that did not deploy yet, or not at all');
  const ended = phase === 'started' ? undefined : run.finishedDate;
  const at = ended ?? createdDate;
  return told(
    runEvent(
      {
        ...common(resource, resourceContainers),
        environment,
        service: deployNamed(pipeline.name, catalog)?.serviceName,
        phase,
        at,
        startedAt: run.createdDate,
      },
      receivedAt,
    ),
  );
});

/** A stage that says in its name that it deploys and where to, or is called as an environment is. */
export const readStage = reader(StageBody, ({ resource, resourceContainers, createdDate }, context) => {
  const { stage, run, pipeline } = resource;
  const environment = environmentOf([stage.displayName, stage.name], context);
  if (environment === null) return ignored('a stage that is no deploy by its name');
  const phase = stateOf(stage.state, stage.result);
  if (phase === undefined) return ignored('a stage that did not deploy yet, or not at all');
  const { _links: links } = stage;
  const known = common(resource, resourceContainers);
  return told(
    runEvent(
      {
        ...known,
        environment,
        // Not by the stage's: all stages to one environment are one deploy.
        service: deployNamed(pipeline.name, context.catalog)?.serviceName,
        stage: stage.displayName ?? stage.name,
        phase,
        at: (phase === 'started' ? stage.startTime : (stage.finishTime ?? run.finishedDate)) ?? createdDate,
        startedAt: stage.startTime,
        url: known.url ?? links?.web,
      },
      context.receivedAt,
    ),
  );
});

function environmentOf(names: readonly (string | undefined)[], { catalog }: ReaderContext): string | null {
  const told = names.filter((each) => each !== undefined);
  return (
    told.map((each) => deploysTo(each, catalog.environments)).find((each) => each !== null) ??
    told.map((each) => catalog.environments.get(each.trim().toLowerCase())).find((each) => each !== undefined) ??
    null
  );
}

/** Skipped and rejected ones never began. */
function stateOf(state: string | undefined, result: string | undefined): Run['phase'] | undefined {
  const name = state?.toLowerCase();
  if (name === 'inprogress' || name === 'running') return 'started';
  return name === 'completed' ? phaseOf(result) : undefined;
}

type Resource = z.output<typeof RunBody>['resource'];

function common({ run, pipeline, repositories }: Resource, collection: string) {
  const self = run.resources?.repositories?.self;
  const [first] = repositories ?? [];
  const sha = (self?.version ?? first?.change?.version ?? '').toLowerCase();
  const { _links: links } = run;
  const author = first?.change?.author;
  return {
    collection,
    id: run.id,
    pipeline: pipeline.name,
    number: run.name,
    repository: repositoryOfUrl(first?.url?.replace(/^https:\/\/api\.github\.com\/repos\//i, 'https://github.com/')),
    commit: /^[0-9a-f]{40}$/.test(sha) ? sha : undefined,
    branch: shortRef(self?.refName),
    actor: run.requestedFor ?? actorOf({ name: author?.name, email: author?.email }),
    url: links?.web,
  };
}
