import type { Phase, Statement, TimelineEvent } from '../../domain/event.ts';
import type { Identity } from '../../domain/identity.ts';
import { versionOf } from '../git-host/version.ts';
import { defined } from '../reading/defined.ts';
import { repositoryOfUrl } from '../reading/git-url.ts';
import type { App, ApplicationSource, Deployed, OperationState } from './fields.ts';

interface Revisions {
  readonly revision?: string | undefined;
  readonly revisions?: readonly (string | undefined)[] | null | undefined;
}

/** One sync operation: begun and, with `finishedAt`, ended. */
export interface Sync {
  readonly startedAt: Date;
  readonly finishedAt: Date | undefined;
  readonly phase: Phase;
  readonly revisions: readonly string[];
  readonly operation: OperationState | undefined;
}

const phases: ReadonlyMap<string, Phase> = new Map([
  ['Running', 'started'],
  ['Terminating', 'started'],
  ['Succeeded', 'succeeded'],
  ['Failed', 'failed'],
  ['Error', 'failed'],
]);

/** The operation that the application tells of or, where it tells of none, the last of its history. */
export function syncOf({ status }: App): Sync | undefined {
  const operation = status?.operationState;
  if (operation) return syncOfOperation(operation, status?.sync ?? {});
  const last = lastDeployed(status?.history);
  const at = last?.deployStartedAt ?? last?.deployedAt;
  if (last === undefined || !at) return undefined;
  const finishedAt = last.deployedAt ?? at;
  return { startedAt: at, finishedAt, phase: 'succeeded', revisions: revisionsIn(last), operation: undefined };
}

function syncOfOperation(operation: OperationState, desired: Revisions): Sync | undefined {
  const phase = phases.get(operation.phase);
  if (phase === undefined || operation.operation?.sync?.dryRun === true) return undefined;
  const tried = [operation.syncResult ?? {}, operation.operation?.sync ?? {}, desired].map(revisionsIn);
  return {
    startedAt: operation.startedAt,
    finishedAt: phase === 'started' ? undefined : (operation.finishedAt ?? operation.startedAt),
    // What gitops-engine says of an operation that somebody, or a timeout, terminated.
    phase: phase === 'failed' && operation.message?.startsWith('Operation terminated') ? 'cancelled' : phase,
    revisions: tried.find((each) => each.length > 0) ?? [],
    operation,
  };
}

export function isRunning(operation: OperationState | null | undefined): boolean {
  return phases.get(operation?.phase ?? '') === 'started';
}

export function syncIdentity({ id }: App, { startedAt }: Sync): Identity {
  return { type: 'sync', value: `argocd:${id}@${startedAt.toISOString()}` };
}

/** What is synced by its revision; `to` is how people call that. */
export function syncEvent(app: App, sync: Sync): TimelineEvent {
  const { operation, startedAt, finishedAt, phase } = sync;
  const what = contentOf(app, sync.revisions);
  const before = contentOf(app, revisionsIn(deployedBefore(app, startedAt) ?? {}));
  const partial = operation?.operation?.sync?.resources ?? [];
  const username = operation?.operation?.initiatedBy?.username;
  const details = defined({
    application: app.metadata.name === app.serviceName ? undefined : app.metadata.name,
    chart: what.chart,
    outcome: phase === 'succeeded' || phase === 'started' ? undefined : operation?.message,
    onlyResources: partial.length === 0 ? undefined : partial.slice(0, 20).map(({ kind, name }) => `${kind} ${name}`),
  });
  const statement: Statement = {
    key: `argocd:sync:${app.id}@${startedAt.toISOString()}:${(operation?.phase ?? 'Succeeded').toLowerCase()}`,
    source: 'argocd',
    occurredAt: (finishedAt ?? startedAt).toISOString(),
    startedAt: startedAt.toISOString(),
    clock: 'source',
    phase,
    kind: 'deploy',
    serviceName: app.serviceName,
    ...defined({
      environmentName: app.environmentName,
      repository: what.repository,
      commit: what.commit,
      to: what.to,
      from: before.to,
      previousCommit: before.repository === what.repository ? before.commit : undefined,
      actor: username === undefined ? undefined : { login: username },
      url: app.url,
      details: Object.keys(details).length === 0 ? undefined : details,
    }),
  };
  return { statement, identities: [syncIdentity(app, sync)], mentions: what.mentions };
}

interface Content {
  readonly repository: string | undefined;
  readonly commit: string | undefined;
  readonly to: string | undefined;
  readonly chart: string | undefined;
  readonly mentions: readonly Identity[];
}

/** Of several sources, the first from Git says what it is; the chart of a Helm repository only where there is none. */
function contentOf({ spec }: App, revisions: readonly string[]): Content {
  const sources = spec?.sources?.length ? spec.sources : [spec?.source ?? undefined];
  const pairs = revisions.map((revision, index) => ({ revision, source: sources[index] })).slice(0, 20);
  const fromGit = pairs.filter(({ revision }) => /^[0-9a-f]{40}$/.test(revision));
  const [git] = fromGit;
  const charted = pairs.find(({ source }) => source?.chart !== undefined) ?? pairs[0];
  const chart = charted?.source?.chart;
  const repositories = fromGit.flatMap(({ source, revision }) => {
    const repository = repositoryOfUrl(source?.repoURL);
    return repository === undefined ? [] : [{ repository, revision, tag: tagOf(source) }];
  });
  return {
    repository: repositoryOfUrl(git?.source?.repoURL),
    commit: git?.revision,
    to: git === undefined ? charted?.revision : (tagOf(git.source) ?? git.revision.slice(0, 7)),
    chart: chart === undefined ? undefined : `${chart} ${charted?.revision ?? ''}`.trim(),
    mentions: repositories.flatMap(({ repository, revision, tag }) => [
      { type: 'commit', value: `${repository}@${revision}` },
      ...(tag === undefined ? [] : [{ type: 'tag', value: `${repository}@${tag}` }]),
    ]),
  };
}

function tagOf(source: ApplicationSource | undefined): string | undefined {
  const target = source?.targetRevision?.replace(/^refs\/tags\//, '');
  return target === undefined ? undefined : versionOf(target);
}

export function revisionsIn({ revision, revisions }: Revisions): readonly string[] {
  const several = (revisions ?? []).map((each) => each ?? '');
  if (several.some((each) => each !== '')) return several;
  return revision === undefined ? [] : [revision];
}

/** Its history has the oldest first. */
export function lastDeployed(history: readonly Deployed[] | null | undefined): Deployed | undefined {
  return history?.at(-1);
}

function deployedBefore({ status }: App, startedAt: Date): Deployed | undefined {
  return status?.history?.findLast(({ deployStartedAt, deployedAt }) => {
    const at = deployStartedAt ?? deployedAt;
    return at ? at < startedAt : false;
  });
}

interface State extends Revisions {
  readonly source?: unknown;
  readonly sources?: unknown;
  readonly comparedTo?: { readonly source?: unknown; readonly sources?: unknown } | null | undefined;
}

/** The same revision and, where both tell them, the same parameters: else a deploy waits, and nothing has drifted. */
export function isSameState(desired: State, deployed: State): boolean {
  const [own, other] = [revisionsIn(desired), revisionsIn(deployed)];
  return own.length > 0 && own.join() === other.join() && sameSources(desired, deployed) !== false;
}

/** Undefined: not told. */
export function sameSources(a: State, b: State): boolean | undefined {
  const [own, other] = [a, b].map(({ comparedTo, source, sources }) =>
    JSON.stringify([comparedTo?.source ?? source ?? null, comparedTo?.sources ?? sources ?? null]),
  );
  const untold = JSON.stringify([null, null]);
  return own === untold || other === untold ? undefined : own === other;
}
