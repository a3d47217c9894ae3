import { z } from 'zod';
import type { Catalog } from '../../domain/catalog.ts';
import type { Actor, Phase, Statement } from '../../domain/event.ts';
import { defined } from '../reading/defined.ts';
import { runMentions } from '../reading/deploy-mentions.ts';
import { Id, Time, WebUrl, actorOf, name, text } from '../reading/fields.ts';
import { repositoryOfUrl } from '../reading/git-url.ts';
import { placeInName } from '../reading/place-in-name.ts';
import { ignored, reader, told } from '../reading/reader.ts';
import { resourceCounts, resourceTotal } from '../reading/resource-counts.ts';

const Run = z.object({
  id: name(100),
  type: text(50),
  branch: text(250),
  url: WebUrl,
  commit: z
    .object({
      authorLogin: text(200),
      authorName: text(200),
      author: text(200),
      hash: text(64),
      message: text(300),
      url: text(500),
    })
    .nullish(),
  delta: z.object({ added: Id.nullish(), changed: Id.nullish(), deleted: Id.nullish() }).nullish(),
  triggeredBy: text(200),
  drift_detection: z.boolean().nullish(),
  driftDetection: z.boolean().nullish(),
});
type Run = z.output<typeof Run>;

const RunBody = z.object({
  state: name(60),
  stateVersion: Id.nullish(),
  timestamp: Time.nullish(),
  url: WebUrl,
  drift_detection: z.boolean().nullish(),
  run: Run,
  stack: z.object({ id: text(200), name: text(200), labels: z.array(text(200)).max(500).nullish() }).nullish(),
});
type RunBody = z.output<typeof RunBody>;

/** In every other state a run waits or plans: https://docs.spacelift.io/concepts/run/tracked */
const phases: ReadonlyMap<string, Phase> = new Map<string, Phase>([
  ['APPLYING', 'started'],
  ['PERFORMING', 'started'],
  ['DESTROYING', 'started'],
  ['FINISHED', 'succeeded'],
  ['FAILED', 'failed'],
  ['STOPPED', 'cancelled'],
  ['CANCELED', 'cancelled'],
  ['DISCARDED', 'cancelled'],
]);

/** What of Spacelift's types of runs touches something. One that is not told is taken for a tracked one. */
const words: ReadonlyMap<string, string> = new Map<string, string>([
  ['TRACKED', 'apply'],
  ['DESTROY', 'destroy'],
  ['TASK', 'task'],
]);

export const readRun = reader(RunBody, (body, { receivedAt, catalog }) => {
  const { run, state } = body;
  const type = run.type ?? 'TRACKED';
  const isDrift = [body.drift_detection, run.drift_detection, run.driftDetection].includes(true);
  const at = (body.timestamp ?? receivedAt).toISOString();
  const common = {
    source: 'spacelift',
    occurredAt: at,
    clock: body.timestamp ? 'source' : 'received',
    ...placeOf(body, catalog),
  } as const;
  const stack = body.stack?.name ?? body.stack?.id ?? 'a stack';
  const url = body.url ?? run.url;
  const counts = [
    [run.delta?.added, 'added'],
    [run.delta?.changed, 'changed'],
    [run.delta?.deleted, 'destroyed'],
  ] as const;
  // Versions of states order those of one second.
  const version = String(body.stateVersion ?? (body.timestamp ? at : '')).padStart(6, '0');
  const key = `spacelift:run:${run.id}:${version}:${state}`;
  if (isDrift && type === 'PROPOSED') {
    if (state !== 'FINISHED') return ignored('a look for drift that is not over or failed');
    if (run.delta && resourceTotal(counts) === 0) return ignored('a look for drift that found none');
    return told({
      statement: {
        ...common,
        key,
        phase: 'happened',
        kind: 'drift',
        title: `spacelift found drift in ${stack}${run.delta ? `: ${resourceCounts(counts)}` : ''}`,
        ...defined({ url }),
      },
      // What is found again on the same day is the same drift: nobody says when it is gone.
      identities: [{ type: 'drift', value: `spacelift:${at.slice(0, 10)}:${body.stack?.id ?? stack}` }],
      mentions: [],
    });
  }
  const word = words.get(type);
  if (word === undefined) return ignored(`a run of the type ${type} changes nothing`);
  const phase = phases.get(state) ?? 'mentioned';
  const what = phase === 'succeeded' && run.delta && type !== 'TASK' ? `: ${resourceCounts(counts)}` : '';
  const source = commitOf(run);
  return told({
    statement: {
      ...common,
      key,
      phase,
      kind: type === 'TASK' ? 'maintenance' : 'infrastructure',
      title: `spacelift ${word} ${stack}${what}${isDrift ? ' (undoes drift)' : ''}`,
      details: defined({ stack: body.stack?.id, type }),
      ...defined({
        url,
        branch: run.branch,
        reason: run.commit?.message,
        actor: triggeredBy(run),
        ...source,
      }),
    },
    identities: [{ type: 'run', value: `spacelift:${run.id}` }],
    mentions: [
      ...(source.repository && source.commit
        ? [{ type: 'commit', value: `${source.repository}@${source.commit}` }]
        : []),
      ...runMentions([url]),
    ],
  });
});

/** Labels such as `environment:production` and `service:checkout` say it; else the stack's name does. */
function placeOf({ stack }: RunBody, catalog: Catalog): Pick<Statement, 'environmentName' | 'serviceName'> {
  const labelled = (names: RegExp) =>
    stack?.labels?.map((label) => names.exec(label ?? '')?.[1]).find((value) => value !== undefined);
  return {
    ...placeInName(stack?.id ?? stack?.name, catalog),
    ...defined({
      environmentName: labelled(/^env(?:ironment)?:(.+)$/i),
      serviceName: labelled(/^service:(.+)$/i),
    }),
  };
}

/** The link to a commit tells its repository. */
function commitOf({ commit }: Run): { readonly commit?: string | undefined; readonly repository?: string | undefined } {
  return {
    commit: /^[0-9a-f]{40}$/.test(commit?.hash ?? '') ? commit?.hash : undefined,
    repository: repositoryOfUrl(commit?.url?.replace(/(?:\/-)?\/commits?\/.*$/, '')),
  };
}

function triggeredBy({ triggeredBy: by, commit }: Run): Actor | undefined {
  if (by === undefined) return actorOf({ login: commit?.authorLogin, name: commit?.authorName ?? commit?.author });
  return actorOf(by.includes('@') ? { email: by } : { login: by });
}
