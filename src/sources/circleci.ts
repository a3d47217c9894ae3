import { z } from 'zod';
import type { Phase } from '../domain/event.ts';
import { firstCodePoints, outsideText } from '../domain/outside-text.ts';
import { versionOf } from './git-host/version.ts';
import { defined } from './reading/defined.ts';
import { deployMentions } from './reading/deploy-mentions.ts';
import { deployNamed } from './reading/deploy-name.ts';
import { Time, WebUrl, actorOf, name, text } from './reading/fields.ts';
import { repositoryOfUrl } from './reading/git-url.ts';
import { isObject } from './reading/json.ts';
import { lookUp } from './reading/look-up.ts';
import { ignored, reader, told } from './reading/reader.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';

/** `unauthorized` is not among them: nothing was run. */
const phases: Readonly<Record<string, Phase>> = {
  success: 'succeeded',
  failed: 'failed',
  error: 'failed',
  infrastructure_fail: 'failed',
  timedout: 'failed',
  canceled: 'cancelled',
};

/** https://circleci.com/docs/guides/integration/outbound-webhooks/ */
export const circleci: SourceDefinition = {
  name: 'circleci',
  title: 'CircleCI',
  authentication: [{ by: 'hmac', header: 'circleci-signature', algorithm: 'sha256', prefix: 'v1=' }],
  headers: ['circleci-event-type'],
  deliveryKey: ({ body }) => {
    const id = isObject(body) ? body['id'] : undefined;
    return typeof id === 'string' && /^[\w-]{1,100}$/.test(id) ? id.toLowerCase() : null;
  },
  parse,
};

const Commit = text(64).transform((sha) => (sha !== undefined && /^[0-9a-f]{40}$/.test(sha) ? sha : undefined));

/** Of projects that are connected by OAuth. */
const Vcs = z
  .object({
    target_repository_url: text(500),
    revision: Commit,
    branch: text(250),
    tag: text(250),
    commit: z.object({ subject: text(300) }).nullish(),
  })
  .nullish();

/** Of projects that are connected as an app, and of GitLab. What is not known is an empty text. */
const Trigger = z.object({
  repo_url: text(500),
  commit_sha: Commit,
  branch: text(250),
  tag: text(250),
  commit_title: text(300),
  user_username: text(100),
  user_name: text(200),
});
const TriggerParameters = z
  .object({
    git: z.object({ checkout_url: text(500), checkout_sha: Commit, branch: text(250), tag: text(250) }).nullish(),
    gitlab: Trigger.nullish(),
    github_app: Trigger.nullish(),
  })
  .nullish();

const Workflow = z.object({
  id: name(100),
  name: text(200),
  status: text(50),
  created_at: Time.nullish(),
  stopped_at: Time.nullish(),
  url: WebUrl,
});

const Job = z.object({
  id: name(100),
  name: name(200),
  status: z.string(),
  started_at: Time.nullish(),
  stopped_at: Time.nullish(),
});

const CompletedBody = z.object({
  happened_at: Time,
  project: z.object({ slug: text(200) }).nullish(),
  /** Some jobs are told without it. */
  workflow: Workflow.nullish(),
  job: Job.nullish(),
  pipeline: z.object({ vcs: Vcs, trigger_parameters: TriggerParameters }).nullish(),
});
type CompletedBody = z.output<typeof CompletedBody>;

function parse({ headers, body, receivedAt, catalog }: Message): Parsed {
  const type = isObject(body) ? (body['type'] ?? headers['circleci-event-type']) : undefined;
  if (typeof type !== 'string' || !/^[\w.-]{1,100}$/.test(type)) {
    return { outcome: 'malformed', error: 'the type of the event is missing', notWhatItSends: true };
  }
  if (type === 'ping') return { outcome: 'ping' };
  if (type !== 'workflow-completed' && type !== 'job-completed') return ignored(`${type} is not tracked`);
  const parsed = readCompleted(body, { receivedAt, catalog });
  return parsed.outcome === 'malformed' ? { ...parsed, error: `${type}: ${parsed.error}` } : parsed;
}

/**
 * Most workflows and jobs change nothing that runs. Those that say by their name that they deploy do; they are one
 * deploy when one is the other's and they say the same.
 */
const readCompleted = reader(CompletedBody, (body, { catalog }) => {
  const { workflow, job } = body;
  const ran = job ?? workflow;
  if (!ran) return { outcome: 'malformed', error: 'neither a workflow nor a job is there', notWhatItSends: false };
  const what = job ? 'job' : 'workflow';
  const deploy = deployNamed(ran.name ?? '', catalog);
  if (deploy === null) return ignored(`a ${what} that is no deploy by its name`);
  const phase = lookUp(phases, ran.status ?? undefined);
  if (phase === undefined) return ignored(`a ${what} that did not deploy: ${ran.status ?? 'no status'}`);
  const { repository, commit, branch, tag, subject, actor } = gitOf(body);
  const version = tag ?? versionOf(branch ?? '');
  const { kind, environmentName, serviceName } = deploy;
  const object = firstCodePoints(`${workflow?.id ?? ran.id}@${environmentName ?? ''}:${deploy.subject}`, 250);
  const runUrl = workflow?.url;
  return told({
    statement: {
      key: `circleci:${what}:${ran.id}:${ran.status}`,
      source: 'circleci',
      occurredAt: (ran.stopped_at ?? body.happened_at).toISOString(),
      clock: 'source',
      phase,
      // A system that knows of deployments knows better what was deployed.
      authority: -1,
      kind,
      details: defined({ workflow: workflow?.name, job: job?.name, commit: subject }),
      ...defined({
        title:
          repository === undefined && serviceName === undefined
            ? outsideText(`${kind} by the ${what} ${ran.name}`, 300)
            : undefined,
        startedAt: (job ? job.started_at : workflow?.created_at)?.toISOString(),
        environmentName,
        serviceName,
        repository,
        commit,
        to: version ?? commit?.slice(0, 7),
        branch: version === undefined ? branch : undefined,
        actor,
        runUrl,
      }),
    },
    identities: [{ type: 'run', value: `circleci:${object}` }],
    mentions: deployMentions({ repository, commit, version, runUrls: [runUrl] }),
  });
});

/** Who wrote the commit is told for all, and is not who deployed it. */
function gitOf({ pipeline, project }: CompletedBody) {
  const { vcs, trigger_parameters: parameters } = pipeline ?? {};
  const { git } = parameters ?? {};
  const trigger = parameters?.gitlab ?? parameters?.github_app;
  // Other slugs are made of ids.
  const [, slug] = /^(?:gh|github|bb|bitbucket)\/([\w.-]+\/[\w.-]+)$/i.exec(project?.slug ?? '') ?? [];
  return {
    repository:
      [vcs?.target_repository_url, git?.checkout_url, trigger?.repo_url]
        .map((url) => repositoryOfUrl(url))
        .find((each) => each !== undefined) ?? slug?.toLowerCase(),
    commit: vcs?.revision ?? git?.checkout_sha ?? trigger?.commit_sha,
    branch: vcs?.branch ?? git?.branch ?? trigger?.branch,
    tag: vcs?.tag ?? git?.tag ?? trigger?.tag,
    subject: vcs?.commit?.subject ?? trigger?.commit_title,
    actor: actorOf({ login: trigger?.user_username, name: trigger?.user_name }),
  };
}
