import type { Repository } from './repositories.ts';
import { day, type RepositoryName, type Step } from './story/day.ts';
import { tellDeploy } from './story/tell-deploy.ts';
import { tellPullRequest, tellPush, tellRelease } from './story/tell-merge.ts';
import { startTelling, type StoryDelivery, type Telling } from './story/telling.ts';

/**
 * The day as webhook deliveries in the order in which they arrive: as it happened, but a few come late and the good
 * news of the bad deploy comes twice, as GitHub's deliveries do.
 */
export function tellStory(repositories: ReadonlyMap<RepositoryName, Repository>, now: Date): readonly StoryDelivery[] {
  const telling = startTelling(repositories, now);
  const told = day.flatMap((step) => tell(telling, step));
  const arrived = told.toSorted((a, b) => a.at.getTime() + lateness(a) - (b.at.getTime() + lateness(b)));
  const twice = arrived.findLast((each) => each.repository === 'checkout' && each.body.includes('"state":"success"'));
  return twice === undefined ? arrived : [...arrived, twice];
}

function tell(telling: Telling, step: Step): readonly StoryDelivery[] {
  switch (step.type) {
    case 'push':
      return tellPush(telling, step);
    case 'pull-request':
      return tellPullRequest(telling, step);
    case 'release':
      return tellRelease(telling, step);
    case 'deploy':
      return tellDeploy(telling, step);
  }
}

/** Milliseconds. A merge can be known before its approval, and a deployment can finish before it was created. */
function lateness(delivery: StoryDelivery): number {
  if (delivery.event === 'pull_request_review') return 20 * 60_000;
  return delivery.event === 'deployment' && delivery.repository === 'ledger' ? 5 * 60_000 : 0;
}
