import { createHash } from 'node:crypto';
import type { JsonObject } from '../json.ts';
import { day, minutesBefore, owner, type DeployStep, type RepositoryName } from './day.ts';
import { iso, systemDelivery, type SystemDelivery, type Telling } from './telling.ts';

/** What Argo CD runs in production. The others are deployed by a workflow alone. */
const applications: Readonly<Partial<Record<RepositoryName, { readonly name: string; readonly uid: string }>>> = {
  checkout: { name: 'checkout-prod', uid: '3f6c1a52-8f0e-4a61-9d2c-1b7f5a90c701' },
};

interface Sync {
  readonly step: DeployStep;
  readonly commit: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

/** The workflow of GitHub sets the application's revision; Argo CD brings it to the cluster. */
export function tellSync(telling: Telling, step: DeployStep): readonly SystemDelivery[] {
  const application = applications[step.repository];
  if (application === undefined || step.environment !== 'production') return [];
  const sync = syncOf(telling, step);
  const earlier = day
    .filter((each) => each.type === 'deploy')
    .filter(({ repository, environment }) => repository === step.repository && environment === step.environment)
    .filter(({ at }) => at > step.at)
    .map((each) => syncOf(telling, each));
  const picture = (at: Date, phase: 'Running' | 'Succeeded', health: string) =>
    systemDelivery('argocd', at, pictureOf(application, { at, phase, health, sync, earlier }));
  const healths = step.statuses
    .filter(({ state }) => state !== 'in_progress')
    .map(({ state, after }) =>
      picture(minutesBefore(telling.now, step.at - after), 'Succeeded', state === 'success' ? 'Healthy' : 'Degraded'),
    );
  return [
    picture(sync.startedAt, 'Running', 'Healthy'),
    picture(sync.finishedAt, 'Succeeded', 'Progressing'),
    ...healths,
  ];
}

function syncOf(telling: Telling, step: DeployStep): Sync {
  return {
    step,
    commit: telling.repositoryOf(step.repository).tags.get(step.tag) ?? '',
    startedAt: minutesBefore(telling.now, step.at - 0.2),
    finishedAt: minutesBefore(telling.now, step.at - 0.6),
  };
}

interface Picture {
  readonly at: Date;
  readonly phase: 'Running' | 'Succeeded';
  readonly health: string;
  readonly sync: Sync;
  readonly earlier: readonly Sync[];
}

/** What the template of docs/sources/argocd.md makes of an application. */
function pictureOf({ name, uid }: { name: string; uid: string }, picture: Picture): JsonObject {
  const { at, phase, health, sync, earlier } = picture;
  const { step, commit, startedAt, finishedAt } = sync;
  const done = phase === 'Succeeded';
  return {
    context: { url: `https://argocd.example.com/applications/argocd/${name}`, environment: null },
    app: {
      metadata: {
        name,
        namespace: 'argocd',
        uid,
        deletionTimestamp: null,
        labels: null,
        annotations: {
          environment: null,
          env: null,
          service: null,
          'notified.notifications.argoproj.io': JSON.stringify({
            [`${iso(startedAt)}:on-sincewhen-sync:[0].y7b5sbwa2Q329JYH755peeq-fBs:sincewhen:`]: Math.floor(+at / 1000),
          }),
        },
      },
      spec: {
        project: 'shop',
        destination: { namespace: step.repository, server: 'https://kubernetes.default.svc' },
        source: {
          repoURL: `https://github.com/${owner}/${step.repository}.git`,
          chart: null,
          targetRevision: step.tag,
        },
        sources: [],
      },
      status: {
        reconciledAt: iso(at),
        sync: {
          status: done ? 'Synced' : 'OutOfSync',
          revision: commit,
          revisions: null,
          comparedTo: { source: digestOf(step), sources: digestOf(null) },
        },
        health: { status: health, lastTransitionTime: iso(at) },
        summary: { images: [`registry.example.com/${owner}/${step.repository}:${step.tag}`] },
        operationState: {
          phase,
          startedAt: iso(startedAt),
          finishedAt: done ? iso(finishedAt) : null,
          message: done ? 'successfully synced (all tasks run)' : 'one or more tasks are running',
          operation: {
            initiatedBy: { automated: true },
            sync: { revision: commit, dryRun: null, resources: null },
          },
          syncResult: { revision: commit, revisions: null },
        },
        history: [...earlier, ...(done ? [sync] : [])].map((each, id) => ({
          id,
          revision: each.commit,
          revisions: null,
          deployStartedAt: iso(each.startedAt),
          deployedAt: iso(each.finishedAt),
          source: digestOf(each.step),
          sources: digestOf(null),
        })),
        resources:
          health === 'Degraded'
            ? [
                {
                  kind: 'Deployment',
                  namespace: step.repository,
                  name: step.repository,
                  status: 'Synced',
                  health: { status: health, message: 'Deployment exceeded its progress deadline' },
                },
              ]
            : [],
      },
    },
  };
}

function digestOf(step: DeployStep | null): string {
  return createHash('sha256')
    .update(JSON.stringify(step?.tag ?? null))
    .digest('hex');
}
