import { z } from 'zod';
import { outsideText } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { Id, WebUrl, name, text } from '../reading/fields.ts';
import { type Reader, ignored, reader, told } from '../reading/reader.ts';
import { Identity, Link, MaybeTime, envelope, phaseOf, shortRef, timeOr } from './fields.ts';

/** An id is a number where it is of Azure DevOps itself, a text where it is of an artifact's origin. */
const ReferenceId = z
  .union([z.string(), z.number()])
  .nullish()
  .catch(undefined)
  .transform((id) => outsideText(typeof id === 'number' ? `${id}` : id, 500));

const Reference = z
  .object({ id: ReferenceId, name: text(300) })
  .nullish()
  .catch(undefined);

const Artifact = z.object({
  type: text(50),
  alias: text(200),
  isPrimary: z.boolean().nullish(),
  definitionReference: z
    .object({
      version: Reference,
      branch: Reference,
      branches: Reference,
      sourceVersion: Reference,
      repository: Reference,
      'repository.id': Reference,
    })
    .nullish()
    .catch(undefined),
});

const Release = z
  .object({
    id: Id.nullish(),
    name: text(200),
    description: text(2000),
    createdBy: Identity,
    artifacts: z.array(Artifact).nullish().catch(undefined),
    releaseDefinition: Reference,
    webAccessUri: WebUrl,
    _links: z.object({ web: Link }).nullish().catch(undefined),
  })
  .nullish()
  .catch(undefined);

const DeploymentBody = z.object({
  ...envelope,
  resource: z.object({
    environment: z.object({
      id: Id,
      name: name(200),
      status: text(50),
      release: Release,
      releaseDefinition: Reference,
    }),
    deployment: z
      .object({
        attempt: Id.nullish(),
        deploymentStatus: text(50),
        release: Release,
        releaseDefinition: Reference,
        requestedFor: Identity,
        requestedBy: Identity,
        startedOn: MaybeTime,
        completedOn: MaybeTime,
      })
      .nullish()
      .catch(undefined),
    release: Release,
    project: z
      .object({ name: text(200) })
      .nullish()
      .catch(undefined),
    comment: text(2000),
    attemptId: Id.nullish(),
  }),
});

type Resource = z.output<typeof DeploymentBody>['resource'];

/** A release on its way to one environment; trying again is another deployment. */
export function readDeployment(state: 'started' | 'completed'): Reader {
  return reader(DeploymentBody, ({ resource, resourceContainers: collection, createdDate }, { receivedAt }) => {
    const { environment, deployment, project } = resource;
    const phase = state === 'started' ? 'started' : endOf(resource);
    if (phase === undefined)
      return ignored(`a deployment that ended ${environment.status ?? 'in no way that is told'}`);
    const releases = [deployment?.release, resource.release, environment.release].filter((each) => !!each);
    const first = <T>(of: (release: NonNullable<(typeof releases)[number]>) => T | undefined) =>
      releases.map(of).find((each) => each !== undefined);
    const release = first(({ name: label }) => label);
    const definition =
      environment.releaseDefinition?.name ??
      deployment?.releaseDefinition?.name ??
      first(({ releaseDefinition }) => releaseDefinition?.name);
    const origin = originOf(
      first(({ artifacts }) => (artifacts && artifacts.length > 0 ? artifacts : undefined)) ?? [],
    );
    const attempt = [resource.attemptId, deployment?.attempt].find((each) => typeof each === 'number' && each > 0) ?? 1;
    const object = `${collection}#${environment.id}.${attempt}`;
    const { repository, commit } = origin;
    return told({
      statement: {
        key: `azuredevops:deployment:${object}:${phase}`,
        source: 'azuredevops',
        // The clock of the notifications, for both ends: what began is told of no earlier than it is noticed.
        ...timeOr(receivedAt, createdDate ?? (state === 'started' ? deployment?.startedOn : deployment?.completedOn)),
        phase,
        kind: 'deploy',
        environmentName: environment.name,
        details: defined({ release, pipeline: definition, project: project?.name }),
        ...defined({
          startedAt: deployment?.startedOn?.toISOString(),
          serviceName: definition,
          repository,
          commit,
          branch: origin.branch,
          to: origin.version ?? commit?.slice(0, 7) ?? release,
          actor: deployment?.requestedFor ?? deployment?.requestedBy ?? first(({ createdBy }) => createdBy),
          reason: resource.comment ?? first(({ description }) => description),
          runUrl: first(({ _links: links, webAccessUri }) => links?.web ?? webAccessUri),
        }),
      },
      identities: [{ type: 'deployment', value: `azuredevops:${object}` }],
      mentions:
        repository === undefined || commit === undefined ? [] : [{ type: 'commit', value: `${repository}@${commit}` }],
    });
  });
}

/** Rejected: a step failed, or somebody said no. */
function endOf({ environment, deployment }: Resource) {
  if (environment.status?.toLowerCase() === 'rejected') return 'failed';
  return phaseOf(environment.status) ?? phaseOf(deployment?.deploymentStatus);
}

/** What the release is made of. Of a build artifact the version is the build's number, of a git one the commit. */
function originOf(artifacts: readonly z.output<typeof Artifact>[]) {
  const artifact = artifacts.find((each) => each.isPrimary === true) ?? artifacts[0];
  const told = artifact?.definitionReference;
  const isGit = /git/i.test(artifact?.type ?? '');
  const sha = (told?.sourceVersion?.id ?? (isGit ? told?.version?.id : undefined) ?? '').toLowerCase();
  const repository = [told?.repository?.name, told?.repository?.id, told?.['repository.id']?.id].find(
    (each) => each !== undefined && /^[\w.-]{1,50}\/[\w.-]{1,100}$/.test(each),
  );
  return {
    repository: repository?.toLowerCase(),
    commit: /^[0-9a-f]{40}$/.test(sha) ? sha : undefined,
    branch: shortRef(told?.branch?.name ?? told?.branches?.name),
    version: isGit ? undefined : told?.version?.name,
  };
}
