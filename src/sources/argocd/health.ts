import type { TimelineEvent } from '../../domain/event.ts';
import { defined } from '../reading/defined.ts';
import { repositoryOfUrl } from '../reading/git-url.ts';
import { imageMentions, versionOfImages } from '../reading/image.ts';
import type { App } from './fields.ts';
import { type Sync, syncIdentity } from './sync.ts';

/**
 * How the application fares after its last sync, and with which images. Argo CD calls the sync a success all the same,
 * and what degrades later may do so for another reason: so this is mentioned on the deploy, which keeps its outcome.
 */
export function healthMention(app: App, sync: Sync): readonly TimelineEvent[] {
  const health = app.status?.health;
  const since = health?.lastTransitionTime ?? undefined;
  const status = health?.status;
  if (sync.phase !== 'succeeded' || (status !== 'Healthy' && status !== 'Degraded')) return [];
  if (!isSeenAfter(app, sync, since)) return [];
  const images = (app.status?.summary?.images ?? []).flatMap((each) => (each === undefined ? [] : [each])).slice(0, 30);
  const at = since ?? app.status?.reconciledAt ?? sync.finishedAt ?? sync.startedAt;
  const degraded = (app.status?.resources ?? [])
    .filter((resource) => resource.health?.status === 'Degraded')
    .map(({ kind, name, health: told }) => [`${kind} ${name}`, told?.message].filter((part) => part).join(': '));
  const identity = syncIdentity(app, sync);
  return [
    {
      statement: {
        key: `argocd:health:${app.id}@${sync.startedAt.toISOString()}:${status}:${since?.toISOString() ?? ''}`,
        source: 'argocd',
        occurredAt: at.toISOString(),
        clock: 'source',
        phase: 'mentioned',
        ...defined({ to: status === 'Healthy' ? versionIn(images, app) : undefined }),
        details: defined({
          health: since === undefined ? status : `${status} since ${since.toISOString()}`,
          degraded: degraded.length === 0 ? undefined : degraded.slice(0, 20),
          images: images.length === 0 || status !== 'Healthy' ? undefined : images,
        }),
      },
      identities: [identity],
      mentions: status === 'Healthy' ? imageMentions(images) : [],
    },
  ];
}

/** In the moment when a sync ends, the application still shows the health and images from before it. */
function isSeenAfter({ status }: App, { startedAt, finishedAt }: Sync, since: Date | undefined): boolean {
  const comparedAt = status?.reconciledAt;
  if (comparedAt && finishedAt !== undefined) return comparedAt >= finishedAt;
  return since === undefined || since >= startedAt;
}

/** Where the manifests live in a repository of their own, its commits say little: the image's tag is the version. */
function versionIn(images: readonly string[], { spec, serviceName }: App): string | undefined {
  const repositories = [spec?.source, ...(spec?.sources ?? [])].map((source) => repositoryOfUrl(source?.repoURL));
  const isOwnRepository = repositories.some((each) => each?.endsWith(`/${serviceName.toLowerCase()}`));
  return isOwnRepository ? undefined : versionOfImages(images, serviceName);
}
