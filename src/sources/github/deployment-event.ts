import { z } from 'zod';
import type { Catalog } from '../../domain/catalog.ts';
import type { Kind } from '../../domain/change.ts';
import type { Actor, Statement, TimelineEvent } from '../../domain/event.ts';
import type { Identity } from '../../domain/identity.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { versionOf } from '../git-host/version.ts';
import { defined } from '../reading/defined.ts';
import { Id, Sha, Time, WebUrl, name, text } from '../reading/fields.ts';
import { Account, Repository, compareUrlOf } from './fields.ts';
import { runIdentity } from './run.ts';

/** What whoever deploys wrote for whoever listens: an object, or text that may hold one. */
const Payload = z
  .unknown()
  .optional()
  .transform((payload) => {
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

/** What one delivery says beyond its deployment: that it was made, or how it fares. */
interface Told extends Pick<Statement, 'key' | 'phase' | 'url'> {
  readonly at: Date;
  readonly outcome?: string | undefined;
  readonly runUrl?: string | undefined;
}

/** With all that is known about the deployment, so that it is the same change whichever of its deliveries come. */
export function deploymentEvent(
  body: DeploymentBody,
  { key, phase, at, ...more }: Told,
  catalog: Catalog,
): TimelineEvent {
  const { deployment, workflow_run: run } = body;
  const repository = body.repository.full_name;
  const { kind, service: tasked } = taskOf(deployment.task);
  const service = deployment.payload.service ?? tasked;
  const { version, branch } = refOf(deployment.ref);
  const details = defined({
    description: deployment.description,
    outcome: more.outcome,
    task: deployment.task === 'deploy' ? undefined : deployment.task,
  });
  const runUrl = more.runUrl ?? run?.html_url;
  const statement: Statement = {
    key,
    source: 'github',
    occurredAt: at.toISOString(),
    startedAt: deployment.created_at.toISOString(),
    clock: 'source',
    phase,
    kind,
    repository,
    commit: deployment.sha,
    to: version ?? deployment.payload.version ?? deployment.sha.slice(0, 7),
    ...defined({
      environmentName: environmentOf(body),
      serviceName: service,
      branch,
      actor: actorOf(body),
      reason: deployment.payload.reason ?? deployment.description,
      url: more.url,
      compareUrl: compareUrlOf(body.repository),
      runUrl,
      details: Object.keys(details).length === 0 ? undefined : details,
    }),
  };
  const by = run ? { id: run.id, attempt: run.run_attempt ?? 1 } : runIn(runUrl, repository);
  return {
    statement,
    identities: [
      { type: 'deployment', value: `${repository}#${deployment.id}` },
      ...runIdentities(body, by, service, catalog),
    ],
    mentions: [
      { type: 'commit', value: `${repository}@${deployment.sha}` },
      ...(version === undefined ? [] : [{ type: 'tag', value: `${repository}@${version}` }]),
      ...(by === null ? [] : [{ type: 'run', value: `${repository}#${by.id}` }]),
    ],
  };
}

/** A status may change where its deployment went; what it was made for is the same in all its deliveries. */
function environmentOf({ deployment }: DeploymentBody): string | undefined {
  return deployment.original_environment ?? deployment.environment;
}

function refOf(ref: string): { readonly version: string | undefined; readonly branch: string | undefined } {
  const short = ref.replace(/^refs\/(?:heads|tags)\//, '');
  const version = ref.startsWith('refs/tags/') ? short : versionOf(short);
  const isCommit = /^[0-9a-f]{7,40}$/i.test(short);
  return { version, branch: version === undefined && !isCommit ? short : undefined };
}

interface Attempt {
  readonly id: number;
  readonly attempt: number;
}

/** A deployment that a step of a run made knows its run only by the link that the step gave it. */
function runIn(url: string | undefined, repository: string): Attempt | null {
  const [, name, id, attempt = '1'] =
    /^https?:\/\/[^/]+\/([^/]+\/[^/]+)\/actions\/runs\/(\d{1,15})(?:\/attempts\/(\d{1,4}))?(?=$|[/?#])/i.exec(
      url ?? '',
    ) ?? [];
  if (name?.toLowerCase() !== repository) return null;
  return { id: Number(id), attempt: Number(attempt) };
}

/** One run may deploy several services, each by a deployment of its own: only of its repository's own it is the deploy. */
function runIdentities(
  body: DeploymentBody,
  run: Attempt | null,
  service: string | undefined,
  catalog: Catalog,
): readonly Identity[] {
  const environment = environmentOf(body);
  const repository = body.repository.full_name;
  if (run === null || environment === undefined) return [];
  if (service !== undefined && !isServiceOf(repository, service, catalog)) return [];
  return [runIdentity({ repository, ...run }, environment, catalog)];
}

function isServiceOf(repository: string, name: string, { services }: Catalog): boolean {
  const own = services.filter((service) => service.repository?.toLowerCase() === repository);
  const [only] = own;
  const names = only === undefined ? [repository.slice(repository.indexOf('/') + 1)] : [only.name, ...only.aliases];
  return own.length < 2 && names.some((each) => each.toLowerCase() === name.toLowerCase());
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
