import { z } from 'zod';
import type { Kind } from '../../domain/change.ts';
import type { Actor, Statement, TimelineEvent } from '../../domain/event.ts';
import type { Identity } from '../../domain/identity.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { defined } from '../defined.ts';
import { Account, Id, Repository, Sha, Time, WebUrl, name, text } from './fields.ts';
import type { ReaderContext } from './reader.ts';
import { runIdentity, versionOf } from './run.ts';

/** What whoever deploys wrote for whoever listens: an object, or text that may hold one. */
const Payload = z.unknown().transform((payload) => {
  const told = typeof payload === 'string' ? objectIn(payload) : payload;
  const field = (key: string) =>
    typeof told === 'object' && told !== null ? outsideText(ownField(told, key), 200) : undefined;
  return {
    service: field('service') ?? field('app') ?? field('component'),
    version: field('version'),
    reason: field('reason'),
  };
});

const Run = z
  .object({ id: Id, run_attempt: Id.nullish(), html_url: WebUrl, actor: Account, triggering_actor: Account })
  .nullish();

export const DeploymentBody = z.object({
  deployment: z.object({
    id: Id,
    sha: Sha,
    ref: name(250),
    task: text(200),
    environment: text(200),
    original_environment: text(200),
    description: text(1000),
    creator: Account,
    payload: Payload,
    created_at: Time,
  }),
  workflow_run: Run,
  repository: Repository,
  sender: Account,
});
export type DeploymentBody = z.output<typeof DeploymentBody>;

/** All that a body tells about its deployment: the same from the deployment itself as from each of its statuses. */
export function deploymentFields(body: DeploymentBody, { catalog }: ReaderContext) {
  const { deployment, workflow_run: run } = body;
  const repository = body.repository.full_name;
  const ref = deployment.ref.replace(/^refs\/(?:heads|tags)\//, '');
  const version = deployment.ref.startsWith('refs/tags/') ? ref : versionOf(ref);
  const isCommit = /^[0-9a-f]{7,40}$/i.test(ref);
  const { kind, service: tasked } = taskOf(deployment.task);
  const service = deployment.payload.service ?? tasked;
  const environment = deployment.original_environment ?? deployment.environment;
  const details = defined({
    description: deployment.description,
    task: deployment.task === 'deploy' ? undefined : deployment.task,
  });
  const said = {
    source: 'github',
    clock: 'source',
    kind,
    repository,
    commit: deployment.sha,
    to: version ?? deployment.payload.version ?? deployment.sha.slice(0, 7),
    details,
    ...defined({
      environmentName: environment,
      serviceName: service,
      branch: version === undefined && !isCommit ? ref : undefined,
      actor: actorOf(body),
      reason: deployment.payload.reason ?? deployment.description,
      runUrl: run?.html_url,
    }),
  } satisfies Partial<Statement>;
  const identities: Identity[] = [{ type: 'deployment', value: `${repository}#${deployment.id}` }];
  const mentions: Identity[] = [{ type: 'commit', value: `${repository}@${deployment.sha}` }];
  if (version !== undefined) mentions.push({ type: 'tag', value: `${repository}@${version}` });
  if (run) {
    const attempt = { repository, id: run.id, attempt: run.run_attempt ?? 1 };
    mentions.push({ type: 'run', value: `${repository}#${run.id}` });
    // One run may deploy several services, each by a deployment of its own.
    if (service === undefined && environment !== undefined) identities.push(runIdentity(attempt, environment, catalog));
  }
  return { said, identities, mentions } satisfies Pick<TimelineEvent, 'identities' | 'mentions'> & { said: object };
}

/** GitHub suggests `deploy` and `deploy:migrations`; after the colon others write what is deployed. */
function taskOf(task: string | undefined): { readonly kind: Kind; readonly service: string | undefined } {
  if (task === undefined) return { kind: 'deploy', service: undefined };
  if (/^rollback\b/i.test(task)) return { kind: 'rollback', service: undefined };
  if (/\bmigrat(?:e|ions?)\b/i.test(task)) return { kind: 'migration', service: undefined };
  return { kind: 'deploy', service: /^deploy:(\S+)$/i.exec(task)?.[1] };
}

/** A workflow deploys in its own name; whoever set it off did it. */
function actorOf({ deployment: { creator }, workflow_run: run, sender }: DeploymentBody): Actor | undefined {
  const person = run?.triggering_actor ?? run?.actor;
  if (creator?.login?.endsWith('[bot]') === true && person !== undefined) return person;
  return creator ?? sender;
}

function objectIn(payload: string): unknown {
  if (!payload.trimStart().startsWith('{') || payload.length > 100_000) return null;
  try {
    return JSON.parse(payload);
  } catch {
    return null;
  }
}

function ownField(object: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}
