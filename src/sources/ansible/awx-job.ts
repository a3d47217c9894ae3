import { z } from 'zod';
import type { Phase } from '../../domain/event.ts';
import { firstCodePoints, outsideText } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { deployNamed } from '../reading/deploy-name.ts';
import { Time, WebUrl, actorOf, name, text } from '../reading/fields.ts';
import { placeInName } from '../reading/place-in-name.ts';
import { ignored, reader, told } from '../reading/reader.ts';

/** AWX writes that there is none as null, as false, or as an empty text. */
const TimeIfAny = z
  .unknown()
  .optional()
  .transform((value) => Time.safeParse(value).data ?? null);

const Place = text(200);

const JobBody = z.object({
  id: z.union([z.number().int().nonnegative(), z.string().regex(/^\d{1,20}$/)]),
  name: text(200),
  friendly_name: text(100),
  url: WebUrl,
  status: name(60),
  started: TimeIfAny,
  finished: TimeIfAny,
  created_by: text(200),
  inventory: text(200),
  playbook: text(300),
  limit: text(300),
  job_type: text(50),
  approval_status: text(50),
  extra_vars: z
    .object({
      environment: Place,
      env: Place,
      target_env: Place,
      target_environment: Place,
      deploy_env: Place,
      service: Place,
      app: Place,
      version: Place,
    })
    .partial()
    .nullish()
    .catch(null),
  hosts: z
    .record(z.string(), z.object({ changed: z.number(), failed: z.boolean() }).partial().nullish().catch(null))
    .nullish()
    .catch(null),
});
type JobBody = z.output<typeof JobBody>;

const phases: ReadonlyMap<string, Phase> = new Map<string, Phase>([
  ['running', 'started'],
  ['successful', 'succeeded'],
  ['failed', 'failed'],
  ['error', 'failed'],
  ['canceled', 'cancelled'],
]);

/**
 * A job of a template, or a workflow. AWX sends one notification when it starts and one when it is over:
 * https://docs.ansible.com/projects/awx/en/latest/userguide/notifications.html
 */
export const readJob = reader(JobBody, (job, { receivedAt, catalog }) => {
  if (job.approval_status !== undefined) return ignored('an approval in a workflow');
  const other = otherKind(job);
  if (other !== null) return ignored(`${other} changes no host`);
  if (job.job_type === 'check') return ignored('a check, of which AWX does not tell what it found');
  const { id, url, status, started, finished } = job;
  const isOver = ['succeeded', 'failed', 'cancelled'].includes(phases.get(status) ?? '');
  const toldAt = isOver ? (finished ?? started) : started;
  const at = (toldAt ?? receivedAt).toISOString();
  const vars = job.extra_vars ?? {};
  const title = job.name ?? job.playbook ?? `job ${id}`;
  const deploy = deployNamed(title, catalog);
  const environmentName =
    vars.environment ??
    vars.env ??
    vars.target_environment ??
    vars.target_env ??
    vars.deploy_env ??
    deploy?.environmentName ??
    placeInName(job.inventory, catalog).environmentName;
  const serviceName = vars.service ?? vars.app ?? deploy?.serviceName;
  const one = /^https?:\/\/([^/]+)/i.exec(url ?? '')?.[1] ?? '';
  const identity = firstCodePoints(`awx:${one}/${id}`, 290);
  const failing = Object.entries(job.hosts ?? {}).flatMap(([host, result]) =>
    result?.failed === true ? (outsideText(host, 200) ?? []) : [],
  );
  const on = job.inventory === undefined ? '' : ` on ${job.inventory}`;
  const jobTitle = firstCodePoints(`AWX job ${title}${on}`, 300);
  const hosts = Object.keys(job.hosts ?? {}).length;
  return told({
    statement: {
      key: `ansible:${identity}:${status}`,
      source: 'ansible',
      occurredAt: at,
      clock: toldAt === null ? 'received' : 'source',
      phase: phases.get(status) ?? 'mentioned',
      kind: deploy === null ? 'maintenance' : deploy.kind,
      // A deploy of which service and version are known is called by them.
      ...(deploy !== null && serviceName !== undefined && vars.version !== undefined ? {} : { title: jobTitle }),
      ...(started === null ? {} : { startedAt: started.toISOString() }),
      ...defined({
        environmentName,
        serviceName,
        to: vars.version,
        actor: actorOf({ login: job.created_by }),
        url,
      }),
      details: defined({
        inventory: job.inventory,
        playbook: job.playbook,
        limit: job.limit,
        hosts: hosts || undefined,
        changed: hosts > 0 ? changedIn(job.hosts) : undefined,
        failed_hosts: failing.length === 0 ? undefined : failing.slice(0, 20),
      }),
    },
    identities: [{ type: 'job', value: `ansible:${identity}` }],
    mentions: [],
  });
});

function changedIn(hosts: JobBody['hosts']): number {
  return Object.values(hosts ?? {}).reduce((sum, result) => sum + (result?.changed ?? 0), 0);
}

/** Updates of projects and inventories and jobs of AWX itself are notified too. */
function otherKind({ friendly_name: kind, url }: JobBody): string | null {
  if (kind !== undefined && /update|system|management/i.test(kind)) return kind;
  const [, path] = /\/jobs\/(project|inventory|system|management)\b/.exec(url ?? '') ?? [];
  return path === undefined ? null : `a job of the kind ${path}`;
}
