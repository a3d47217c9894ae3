import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../json.ts';
import type { CommitInRepository, Repository } from '../repositories.ts';
import type { SystemName } from '../systems.ts';
import type { DeployStep, RepositoryName } from './day.ts';

/** One webhook delivery as its system would send it. */
export type StoryDelivery = GitHubDelivery | SystemDelivery;

export interface GitHubDelivery {
  readonly source: 'github';
  /** `X-GitHub-Delivery`: the same again when it is redelivered. */
  readonly guid: string;
  /** `X-GitHub-Event`. */
  readonly event: string;
  readonly action: string | null;
  readonly repository: RepositoryName;
  readonly body: string;
  /** When the thing happened. */
  readonly at: Date;
}

/** From a system beside GitHub. */
export interface SystemDelivery {
  readonly source: SystemName;
  /** Without what proves it. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly at: Date;
}

/** What everybody who tells a part of the day needs. */
export interface Telling {
  readonly now: Date;
  readonly repositoryOf: (name: RepositoryName) => Repository;
  readonly nextId: () => number;
  /** The deployment that a place runs, by `<repository> <environment>`. */
  readonly live: Map<string, LiveDeployment>;
}

interface LiveDeployment {
  readonly step: DeployStep;
  readonly id: number;
  readonly created: Date;
}

/** `after`: a number that no id of an earlier telling reaches. */
export function startTelling(
  repositories: ReadonlyMap<RepositoryName, Repository>,
  now: Date,
  after = 880_000,
): Telling {
  let lastId = after;
  return {
    now,
    live: new Map(),
    nextId: () => {
      lastId += 17;
      return lastId;
    },
    repositoryOf: (name) => {
      const repository = repositories.get(name);
      if (repository === undefined) throw new Error(`The story has no repository ${name}.`);
      return repository;
    },
  };
}

export function delivery(event: string, repository: RepositoryName, at: Date, body: JsonObject): GitHubDelivery {
  const action = typeof body['action'] === 'string' ? body['action'] : null;
  return { source: 'github', guid: randomUUID(), event, action, repository, body: JSON.stringify(body), at };
}

export function systemDelivery(
  source: SystemName,
  at: Date,
  body: JsonObject,
  headers: SystemDelivery['headers'] = {},
): SystemDelivery {
  return { source, headers, body: JSON.stringify(body), at };
}

export function commitTitled(telling: Telling, repository: RepositoryName, title: string): CommitInRepository {
  const commit = telling.repositoryOf(repository).commits.find((each) => each.title === title);
  if (commit === undefined) throw new Error(`${repository} has no commit "${title}".`);
  return commit;
}

/** GitHub writes times without milliseconds. */
export function iso(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, 'Z');
}
