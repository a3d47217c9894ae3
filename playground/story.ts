import type { Repository } from './repositories.ts';
import { day, type RepositoryName, type Step } from './story/day.ts';
import { surroundings, type SurroundingStep } from './story/surroundings.ts';
import { tellDeploy } from './story/tell-deploy.ts';
import { tellPullRequest, tellPush, tellRelease } from './story/tell-merge.ts';
import { tellFlag } from './story/tell-flag.ts';
import { tellIncident } from './story/tell-incident.ts';
import { tellApply, tellDrift } from './story/tell-infrastructure.ts';
import { tellSync } from './story/tell-sync.ts';
import { startTelling, type StoryDelivery, type Telling } from './story/telling.ts';

/**
 * The day as webhook deliveries in the order in which they arrive: as it happened, but a few come late and the good
 * news of the bad deploy comes twice, as GitHub's deliveries do.
 */
export function tellStory(repositories: ReadonlyMap<RepositoryName, Repository>, now: Date): readonly StoryDelivery[] {
  const telling = startTelling(repositories, now);
  const told = [...day, ...surroundings].flatMap((step) => tell(telling, step));
  const arrived = told.toSorted((a, b) => a.at.getTime() + lateness(a) - (b.at.getTime() + lateness(b)));
  const twice = arrived.findLast((each) => each.body.includes('"ref":"v1.42.0"') && each.body.includes('"success"'));
  return twice === undefined ? arrived : [...arrived, twice];
}

function tell(telling: Telling, step: Step | SurroundingStep): readonly StoryDelivery[] {
  switch (step.type) {
    case 'push':
      return tellPush(telling, step);
    case 'pull-request':
      return tellPullRequest(telling, step);
    case 'release':
      return tellRelease(telling, step);
    case 'deploy':
      return [...tellDeploy(telling, step), ...tellSync(telling, step)];
    case 'flag':
      return [tellFlag(telling, step)];
    case 'apply':
      return tellApply(telling, step);
    case 'drift':
      return [tellDrift(telling, step)];
    case 'incident':
      return tellIncident(telling, step);
  }
}

/** Milliseconds. A merge can be known before its approval, and a deployment can finish before it was created. */
function lateness(delivery: StoryDelivery): number {
  if (delivery.source !== 'github') return 0;
  if (delivery.event === 'pull_request_review') return 20 * 60_000;
  return delivery.event === 'deployment' && delivery.repository === 'ledger' ? 5 * 60_000 : 0;
}
