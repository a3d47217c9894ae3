import { z } from 'zod';
import { deployNamed, deploysTo } from '../reading/deploy-name.ts';
import { Id, name, text } from '../reading/fields.ts';
import { repositoryOfUrl } from '../reading/git-url.ts';
import { ignored, reader, told } from '../reading/reader.ts';
import { Identity, Link, MaybeTime, envelope, phaseOf, shortRef } from './fields.ts';
import { runEvent } from './run.ts';

/** `LG:refs/heads/main:<commit>`, as version 1.0 of the resource has it. */
const OldVersion = /^LG:([^:]{1,260}):([0-9a-f]{40})$/i;

const BuildBody = z.object({
  ...envelope,
  resource: z.object({
    id: Id,
    buildNumber: text(200),
    status: text(50),
    result: text(50),
    startTime: MaybeTime,
    finishTime: MaybeTime,
    definition: z.object({ name: name(200) }),
    sourceBranch: text(260),
    sourceVersion: text(100),
    sourceGetVersion: text(400),
    requestedFor: Identity,
    requestedBy: Identity,
    requests: z
      .array(z.object({ requestedFor: Identity }))
      .nullish()
      .catch(undefined),
    repository: z
      .object({ type: text(50), id: text(500), url: text(500) })
      .nullish()
      .catch(undefined),
    _links: z.object({ web: Link }).nullish().catch(undefined),
  }),
});
type Build = z.output<typeof BuildBody>['resource'];

/** Most builds change nothing that runs. One that says in its pipeline's name that it deploys, and where to, does. */
export const readBuild = reader(BuildBody, (body, { catalog, receivedAt }) => {
  const { resource: build, resourceContainers: collection, createdDate } = body;
  const environment = deploysTo(build.definition.name, catalog.environments);
  if (environment === null) return ignored('a build that is no deploy by its name');
  const phase = phaseOf(build.result ?? build.status);
  if (phase === undefined) return ignored('a build that did not deploy');
  const { _links: links } = build;
  const [, oldRef, oldSha] = OldVersion.exec(build.sourceGetVersion ?? '') ?? [];
  const sha = (build.sourceVersion ?? oldSha ?? '').toLowerCase();
  return told(
    runEvent(
      {
        collection,
        id: build.id,
        environment,
        pipeline: build.definition.name,
        service: deployNamed(build.definition.name, catalog)?.serviceName,
        number: build.buildNumber,
        phase,
        at: build.finishTime ?? createdDate,
        startedAt: build.startTime,
        repository: repositoryOf(build),
        commit: /^[0-9a-f]{40}$/.test(sha) ? sha : undefined,
        branch: shortRef(build.sourceBranch ?? oldRef),
        actor: build.requestedFor ?? build.requests?.[0]?.requestedFor ?? build.requestedBy,
        url: links?.web,
      },
      receivedAt,
    ),
  );
});

/** Of a repository elsewhere the id is its name. */
function repositoryOf({ repository }: Build): string | undefined {
  const { id, url } = repository ?? {};
  return id !== undefined && /^[\w.-]{1,50}\/[\w.-]{1,100}$/.test(id) ? id.toLowerCase() : repositoryOfUrl(url);
}
