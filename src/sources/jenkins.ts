import { z } from 'zod';
import type { Catalog } from '../domain/catalog.ts';
import type { Phase } from '../domain/event.ts';
import { firstCodePoints, outsideJson, outsideText } from '../domain/outside-text.ts';
import { parseTimestamp } from '../domain/timestamp.ts';
import { versionOf } from './git-host/version.ts';
import { defined } from './reading/defined.ts';
import { deployMentions } from './reading/deploy-mentions.ts';
import { type NamedDeploy, deployNamed } from './reading/deploy-name.ts';
import { Id, WebUrl, text } from './reading/fields.ts';
import { repositoryOfUrl } from './reading/git-url.ts';
import { isObject } from './reading/json.ts';
import { lookUp } from './reading/look-up.ts';
import { type Reader, ignored, reader, told } from './reading/reader.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';
import { toldFields } from './reading/told-fields.ts';

/** What came of a build: https://javadoc.jenkins.io/hudson/model/Result.html. Tests failed in an unstable one. */
const outcomes: Readonly<Record<string, Phase>> = {
  SUCCESS: 'succeeded',
  UNSTABLE: 'succeeded',
  FAILURE: 'failed',
  ABORTED: 'cancelled',
  NOT_BUILT: 'cancelled',
};

/** The Notification plugin's JSON: https://plugins.jenkins.io/notification/ */
export const jenkins: SourceDefinition = {
  name: 'jenkins',
  title: 'Jenkins',
  // It signs nothing and sets no header of ours.
  authentication: [{ by: 'secret', inPath: true }],
  headers: [],
  deliveryKey: () => null,
  parse,
};

/** Some versions of the plugin have no time for some phases and write 0. */
const Timestamp = z.unknown().transform((time) => parseTimestamp(time));

/** A year, in milliseconds. */
const longestBuild = 31_536_000_000;

const JobBody = z.object({
  name: text(300),
  url: text(1000),
  build: z.object({
    full_url: WebUrl,
    url: text(1000),
    number: Id,
    timestamp: Timestamp,
    duration: z.number().nonnegative().max(longestBuild).nullish(),
    phase: z.string(),
    status: text(50),
    scm: z.object({ url: text(500), branch: text(250), commit: text(100) }).nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
    notes: text(1000),
  }),
});
type JobBody = z.output<typeof JobBody>;

function parse({ body, receivedAt, catalog }: Message): Parsed {
  if (!isObject(body) || typeof body['name'] !== 'string' || !isObject(body['build'])) {
    return { outcome: 'malformed', error: 'the name of the job or its build is missing', notWhatItSends: true };
  }
  return readJob(body, { receivedAt, catalog });
}

/** Most jobs change nothing that runs. Those that say by their name that they deploy do. */
const readJob: Reader = reader(JobBody, (job, { receivedAt, catalog }) => {
  const { build } = job;
  const path = pathOf(job);
  const deploy = deployNamed(path, catalog);
  if (deploy === null) return ignored('a job that is no deploy by its name');
  const isOver = build.phase === 'COMPLETED' || build.phase === 'FINALIZED';
  const phase = isOver
    ? lookUp(outcomes, build.status ?? undefined)
    : build.phase === 'STARTED'
      ? 'started'
      : undefined;
  if (phase === undefined) return ignored(`a build that is ${build.phase} ${build.status ?? ''}`);
  const { timestamp: at, scm } = build;
  const repository = repositoryOfUrl(scm?.url);
  const commit = /^[0-9a-f]{40}$/.test(scm?.commit ?? '') ? scm?.commit : undefined;
  const branch = branchOf(job);
  const { environmentName, serviceName, version } = placeOf(build.parameters, deploy, catalog);
  const to = version ?? versionOf(branch ?? '');
  const runUrl = build.full_url;
  // Behind the number an address may be cut.
  const object = firstCodePoints(`#${build.number}@${runUrl ?? build.url ?? path}`, 280);
  return told({
    statement: {
      // It ends twice, as completed and as finalized.
      key: `jenkins:build:${object}:${phase}${build.phase === 'FINALIZED' ? ':finalized' : ''}`,
      source: 'jenkins',
      occurredAt: (at ?? receivedAt).toISOString(),
      clock: at === null ? 'received' : 'source',
      phase,
      // A system that knows of deployments knows better what was deployed.
      authority: -1,
      kind: deploy.kind,
      details: defined({
        job: path,
        build: build.number,
        parameters: build.parameters ? outsideJson(build.parameters) : undefined,
        outcome: build.status === 'UNSTABLE' || build.status === 'NOT_BUILT' ? build.status : undefined,
      }),
      ...defined({
        title:
          repository === undefined && serviceName === undefined
            ? outsideText(`${deploy.kind} by the job ${path}`, 300)
            : undefined,
        startedAt: at === null || !isOver ? undefined : new Date(at.getTime() - (build.duration ?? 0)).toISOString(),
        environmentName,
        serviceName,
        repository,
        commit,
        to: to ?? commit?.slice(0, 7),
        branch: to === branch ? undefined : branch,
        reason: build.notes,
        runUrl,
      }),
    },
    identities: [{ type: 'run', value: `jenkins:${object}` }],
    mentions: deployMentions({ repository, commit, version: to, runUrls: [runUrl] }),
  });
});

/** `deploys/checkout`: a job may lie in folders. Of a job that has a branch for each, the last is the branch. */
function pathOf(job: JobBody): string {
  const segments = (job.url ?? '')
    .split('/')
    .filter((segment, index, all) => segment !== '' && all[index - 1] === 'job');
  const path = segments.map((segment) => unescaped(segment));
  const own = path.length > 1 && path.at(-1) === branchOf(job) ? path.slice(0, -1) : path;
  return outsideText(own.join('/'), 300) ?? job.name ?? '';
}

function branchOf({ build }: JobBody): string | undefined {
  const branch = build.scm?.branch?.replace(/^(?:refs\/)?(?:remotes\/)?(?:origin|heads)\//, '');
  return branch === 'detached' || branch === 'HEAD' ? undefined : branch;
}

/** Branches are escaped twice in the addresses of Jenkins. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(decodeURIComponent(text));
  } catch {
    return text;
  }
}

/** Many teams have one job that deploys what its parameters say, to where they say. */
function placeOf(parameters: JobBody['build']['parameters'], deploy: NamedDeploy, { environments }: Catalog) {
  const { environment, service, to } = toldFields(parameters);
  const isKnown = environment !== undefined && environments.has(environment.toLowerCase());
  return {
    environmentName: isKnown ? environment : (deploy.environmentName ?? environment),
    serviceName: service ?? deploy.serviceName,
    version: to,
  };
}
