import type { Change } from '../../src/domain/change.ts';
import type { Topic } from './topics.ts';
import type { Random } from './random.ts';
import { pick } from './random.ts';
import type { World } from './world.ts';

/** A change that was made up, before it has an id. */
export interface Made {
  readonly change: Change;
  /** What is known of it besides: null where nothing is. */
  readonly background: { readonly skipped_staging: boolean; readonly new_actor: boolean } | null;
  readonly cause: boolean;
}

/** A change to make, and when. In milliseconds. */
export interface Plan {
  readonly at: number;
  readonly duration: number;
  readonly topic: Topic;
  readonly cause: boolean;
}

type Given = Partial<Change> & Pick<Change, 'kind' | 'title' | 'occurredAt' | 'sources'>;

/** With nothing special about it but what is given. */
export function aMadeChange(given: Given): Change {
  const services = given.services ?? (typeof given.service === 'string' ? [given.service] : []);
  return {
    id: '',
    environment: null,
    service: null,
    repository: null,
    status: null,
    finishedAt: null,
    clock: 'source',
    recordedAt: given.finishedAt ?? given.occurredAt,
    from: null,
    to: null,
    commit: null,
    previousCommit: null,
    branch: null,
    actor: null,
    url: null,
    diffUrl: null,
    runUrl: null,
    reason: null,
    commits: [],
    pullRequest: null,
    reviews: [],
    files: [],
    carried: null,
    before: null,
    after: null,
    details: {},
    identities: [],
    risks: [],
    repeated: null,
    ...given,
    services,
  };
}

/** Each service has a few who know it. */
export function actorOf(random: Random, { people, services }: World, service: string | null, isNew: boolean): string {
  if (service === null || isNew) return pick(random, people);
  const first = services.indexOf(service) * 3;
  return people[(first + Math.floor(random() * 4)) % people.length] ?? pick(random, people);
}
